// A game of chess on a board: its legal moves, and the position after each. chess.js plays standard chess. It knows no Chess960,
// which chess.mjs plays, by the makers of the board.
import { Chess } from 'chess.js';
import { Chess as Chess960 } from 'chess.mjs';

export const START = 'rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1';

export interface GameMove {
  from: string;
  /** In Chess960, castling goes to the square of the king's own rook. */
  to: string;
  san: string;
  uci: string;
  promotion?: string;
}

export interface Game {
  fen(): string;
  moves(): GameMove[];
  /** Null if the move is illegal. `text` is SAN, or UCI such as `e7e8q`. */
  play(text: string): GameMove | null;
  isCheck(): boolean;
  /** What makes two positions the same: the men, the side to move, castling, and en passant if it is possible (FIDE 9.2.3). */
  key(): string;
}

/** The game at a position. Throws if the text is no position. */
export function gameAt(fen: string, isChess960 = false): Game {
  return isChess960 ? game960(fen) : standardGame(fen);
}

const UCI = /^([a-h][1-8])([a-h][1-8])([qrbn]?)$/;

/** A pawn that may promote becomes a queen if `text` does not say. */
function squaresOf(text: string): { from: string; to: string; promotion: string } | null {
  const [, from, to, promotion] = UCI.exec(text) ?? [];
  return from && to ? { from, to, promotion: promotion || 'q' } : null;
}

const withUci = ({ from, to, san, promotion }: Omit<GameMove, 'uci'>): GameMove => ({
  from,
  to,
  san,
  uci: `${from}${to}${promotion ?? ''}`,
  ...(promotion ? { promotion } : {}),
});

function standardGame(fen: string): Game {
  const game = new Chess(fen);
  return {
    fen: () => game.fen(),
    moves: () => game.moves({ verbose: true }).map(withUci),
    play(text) {
      try {
        return withUci(game.move(squaresOf(text) ?? text));
      } catch {
        return null;
      }
    },
    isCheck: () => game.isCheck(),
    // chess.js writes the en passant square only if a pawn can take there.
    key: () => game.fen().split(' ').slice(0, 4).join(' '),
  };
}

function game960(fen: string): Game {
  const game = new Chess960(fen, { chess960: true });
  if (game.fen().split(' ')[0] !== fen.split(' ')[0]) throw new Error(`not a position: ${fen}`);
  return {
    fen: () => game.fen(),
    moves: () => game.moves({ verbose: true }).map(withUci),
    play(text) {
      const move = game.move(squaresOf(text) ?? text);
      return move === null ? null : withUci(move);
    },
    isCheck: () => game.in_check(),
    key() {
      const [men = '', turn = '', castling = '', target = '-'] = game.fen().split(' ');
      const isPossible = target !== '-' && game.moves({ verbose: true }).some(({ flags }) => flags.includes('e'));
      return [men, turn, castling, isPossible ? target : '-'].join(' ');
    },
  };
}

/** A position of a game that is played again. */
export interface Played {
  fen: string;
  key: string;
  /** The move that led here; null at the start. */
  move: GameMove | null;
}

/** The last game that was played again. A game grows by one move at a time, so only the new ones are played. */
let last: { id: string; game: Game; sans: string[]; positions: Played[] } | null = null;

/** The positions of a game, the starting one first. Null if it cannot be played. */
export function positionsOf(start: string, isChess960: boolean, sans: readonly string[]): Played[] | null {
  const id = `${start} ${isChess960}`;
  const known = last;
  const isLonger = known !== null && known.id === id && known.sans.length <= sans.length && known.sans.every((san, index) => san === sans[index]);
  if (!isLonger) last = null;
  try {
    const run = isLonger ? known : { id, game: gameAt(start, isChess960), sans: [], positions: [] };
    if (run.positions.length === 0) run.positions.push({ fen: run.game.fen(), key: run.game.key(), move: null });
    for (const san of sans.slice(run.sans.length)) {
      const move = run.game.play(san);
      if (move === null) return (last = null);
      run.sans.push(san);
      run.positions.push({ fen: run.game.fen(), key: run.game.key(), move });
    }
    last = run;
    return [...run.positions];
  } catch {
    return (last = null);
  }
}
