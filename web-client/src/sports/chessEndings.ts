// How games of chess end: the words for each ending, and what a position ends by (FIDE Laws of Chess, articles 5 and 9).
import { readFen, type Placed } from './chess';
import { gameAt, type Played } from './chessGame';

export type Colour = 'white' | 'black';
export type Points = '1-0' | '0-1' | '1/2-1/2';

export interface Verdict {
  how: string;
  result: Points;
  /** Whether the game is over by itself. A player must claim the others. */
  isOver: boolean;
}

export const nameOf = (colour: Colour) => (colour === 'white' ? 'White' : 'Black');
export const opponentOf = (colour: Colour): Colour => (colour === 'white' ? 'black' : 'white');
export const pointsFor = (winner: Colour): Points => (winner === 'white' ? '1-0' : '0-1');

/** The points as people read them, such as `½–½`. */
export const pointsInWords = (points: Points) => points.replaceAll('1/2', '½').replace('-', '–');

/** What the winner won by. */
const wins: Record<string, string> = {
  checkmate: 'by checkmate',
  resignation: 'by resignation',
  time: 'on time',
  forfeit: 'by forfeit',
  arbiter: 'by the arbiter’s decision',
};

/** What a draw was by. */
const draws: Record<string, string> = {
  agreement: 'Draw by agreement',
  stalemate: 'Draw by stalemate',
  threefold: 'Draw by threefold repetition',
  fivefold: 'Draw by fivefold repetition',
  fifty: 'Draw by the fifty-move rule',
  seventyFive: 'Draw by the 75-move rule',
  material: 'Draw: neither side can mate',
  arbiter: 'Draw by the arbiter’s decision',
};

export const drawKinds = Object.keys(draws);
export const winKinds = Object.keys(wins);

/** `White won by resignation`. `by` is the side whose time ran out. */
export function endingWords(how: string, result: Points, by: Colour | null): string {
  if (result === '1/2-1/2') {
    if (how === 'time' && by !== null) return `Draw: ${nameOf(by)} ran out of time, and ${nameOf(opponentOf(by))} cannot mate`;
    return draws[how] ?? 'Draw';
  }
  return `${nameOf(result === '1-0' ? 'white' : 'black')} won ${wins[how] ?? ''}`.trim();
}

/** What the positions of a game end it by; the first is the strongest. `positions` may be only the current one. */
export function verdictsOf(positions: readonly Played[], isChess960: boolean): Verdict[] {
  const now = positions.at(-1);
  if (now === undefined) return [];
  const game = gameAt(now.fen, isChess960);
  const isWhite = readFen(now.fen)?.whiteToMove ?? true;
  const drawn = (how: string, isOver: boolean): Verdict => ({ how, result: '1/2-1/2', isOver });
  if (game.moves().length === 0) {
    return [game.isCheck() ? { how: 'checkmate', result: isWhite ? '0-1' : '1-0', isOver: true } : drawn('stalemate', true)];
  }
  const times = positions.filter(({ key }) => key === now.key).length;
  const halves = Number(now.fen.split(' ')[4] ?? 0);
  return [
    ...(canMate(now.fen, 'white') || canMate(now.fen, 'black') ? [] : [drawn('material', true)]),
    ...(times >= 5 ? [drawn('fivefold', true)] : []),
    ...(halves >= 150 ? [drawn('seventyFive', true)] : []),
    ...(times >= 3 && times < 5 ? [drawn('threefold', false)] : []),
    ...(halves >= 100 && halves < 150 ? [drawn('fifty', false)] : []),
  ];
}

/**
 * Whether a side has the men for a mate by any series of legal moves, the opponent's help included (FIDE 6.9). Blocked
 * positions in which nobody can make progress are not recognized.
 */
export function canMate(fen: string, colour: Colour): boolean {
  const pieces = readFen(fen)?.pieces ?? [];
  const isWhite = colour === 'white';
  const own = pieces.filter(({ white, piece }) => white === isWhite && piece !== 'king');
  const others = pieces.filter(({ white, piece }) => white !== isWhite && piece !== 'king');
  const has = (list: readonly Placed[], ...kinds: string[]) => list.some(({ piece }) => kinds.includes(piece));
  if (has(own, 'pawn', 'rook', 'queen')) return true;
  // A knight alone needs a man of the opponent's that takes a square from the king; a queen would always defend.
  if (has(own, 'knight')) return own.length > 1 || has(others, 'pawn', 'rook', 'bishop', 'knight');
  if (!has(own, 'bishop')) return false;
  const bishops = pieces.filter(({ piece }) => piece === 'bishop');
  const shades = new Set(bishops.map(({ file, rank }) => (file + rank) % 2));
  return shades.size > 1 || has(pieces, 'pawn', 'knight');
}
