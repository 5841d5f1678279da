// A chess board that is turned several times in a frame.
import { expect, test } from 'vitest';
import { turning } from './turning';

/** A board that takes one turn at a time, as cm-chessboard does. */
class Board {
  side = 'w';
  #isTurning = false;

  async setOrientation(side: string) {
    if (this.#isTurning) throw new Error('setOrientation is only once in queue allowed');
    this.#isTurning = true;
    await new Promise((resolve) => setTimeout(resolve));
    this.side = side;
    this.#isTurning = false;
  }
}

test('a board ends at the side that was asked for last', async () => {
  const board = new Board();
  const turn = turning(board);
  const turned = turn('b');
  turn('w');
  turn('b');
  turn('w');
  await turned;
  expect(board.side).toBe('w');
  await turn('b');
  expect(board.side).toBe('b');
});

test('a board that is gone is not turned any more', async () => {
  const turn = turning({ setOrientation: () => Promise.reject(new TypeError('this.state is undefined')) });
  await turn('b');
});
