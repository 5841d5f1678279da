// Turns a chess board. The library ignores a turn, and warns, while another one waits for the next frame.

type Side = 'w' | 'b';

/** Turns a new board, which has White at the bottom, to the side that was asked for last. */
export function turning(board: { setOrientation(side: Side): Promise<void> }): (side: Side) => Promise<void> {
  let shown: Side = 'w';
  let wanted: Side = 'w';
  let isTurning = false;
  return async (side) => {
    wanted = side;
    if (isTurning) return;
    isTurning = true;
    try {
      while (shown !== wanted) {
        const next: Side = wanted;
        await board.setOrientation(next);
        shown = next;
      }
    } catch {
      // The board is gone.
    } finally {
      isTurning = false;
    }
  };
}
