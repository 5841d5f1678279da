// Reads a chess score in the demo's shape: the position in Forsyth-Edwards Notation (FEN), the moves, and the clocks.
import { readObject, readText } from '../lib/read';
import type { JsonObject, SummaryClock } from '../lib/wire';

export type Piece = 'pawn' | 'knight' | 'bishop' | 'rook' | 'queen' | 'king';

export interface Placed {
  piece: Piece;
  white: boolean;
  /** 0 is the a-file. */
  file: number;
  /** 0 is White's first rank. */
  rank: number;
}

export interface Player {
  name: string | null;
  rating: string | null;
}

export interface ChessBoard {
  fen: string;
  pieces: Placed[];
  whiteToMove: boolean;
  white: Player;
  black: Player;
  /** The start and target squares of the last move, such as `e2` and `e4`. */
  lastMove: [string, string] | null;
  san: string | null;
  ply: number | null;
  /** Full moves: number, White's move, Black's move. */
  moves: { number: number; white: string | null; black: string | null }[];
  result: string | null;
  /** The result in words, such as `White won by resignation`. */
  outcome: string | null;
  clocks: Clocks | null;
}

export interface Clocks {
  /** The time left for each side, in milliseconds: at the time `at` if there is one, else at the time of the update. */
  white: number;
  black: number;
  /** The side whose clock runs. Undefined in the states of apps that do not say: it is the side to move. */
  running?: 'white' | 'black' | null;
  /** The server's time, in milliseconds since the Unix epoch. */
  at?: number;
}

const pieces: Record<string, Piece> = {
  p: 'pawn',
  n: 'knight',
  b: 'bishop',
  r: 'rook',
  q: 'queen',
  k: 'king',
};

/** The pieces of a position and the side to move; null if the text is not a position. */
export function readFen(fen: string): { pieces: Placed[]; whiteToMove: boolean } | null {
  const [placement = '', turn] = fen.trim().split(/\s+/);
  const rows = placement.split('/');
  if (rows.length !== 8 || (turn !== 'w' && turn !== 'b')) return null;
  const placed: Placed[] = [];
  for (const [index, row] of rows.entries()) {
    let file = 0;
    for (const letter of row) {
      const piece = pieces[letter.toLowerCase()];
      if (piece) placed.push({ piece, white: letter !== letter.toLowerCase(), file, rank: 7 - index });
      else if (!/[1-8]/.test(letter)) return null;
      file += piece ? 1 : Number(letter);
    }
    if (file !== 8) return null;
  }
  return { pieces: placed, whiteToMove: turn === 'w' };
}

/** Null if the data has no position. */
export function readChess(data: JsonObject): ChessBoard | null {
  const fen = readText(data['fen']) ?? '';
  const position = readFen(fen);
  if (position === null) return null;
  const move = readObject(data['move']);
  const squares = /^([a-h][1-8])([a-h][1-8])/.exec(readText(move['uci']) ?? '');
  return {
    ...position,
    fen,
    white: readPlayer(data['white']),
    black: readPlayer(data['black']),
    lastMove: squares ? [squares[1] as string, squares[2] as string] : null,
    san: readText(move['san']),
    ply: readPly(move['ply']),
    moves: readMoves(data),
    result: readText(data['result']),
    outcome: outcomeOf(data),
    clocks: readClocks(readObject(data['clocks'])),
  };
}

export function chessHeadline(data: JsonObject): string | null {
  const board = readChess(data);
  if (board === null) return null;
  if (board.outcome !== null) return board.outcome;
  const next = board.whiteToMove ? 'White' : 'Black';
  return board.san === null ? `${next} to move` : `${numbered(board.ply, board.san)}. ${next} to move`;
}

export function chessLine(update: JsonObject): { mark: string | null; text: string | null } {
  const move = readObject(update['move']);
  const san = readText(move['san']);
  const commentary = readText(update['commentary']);
  return {
    mark: san === null ? null : numbered(readPly(move['ply']), san),
    // Scorers repeat the move if they have no comment.
    text: commentary !== null && commentary !== readText(move['text']) ? commentary : outcomeOf(update),
  };
}

/** The name of a square, such as `e4`. File 0 is the a-file, rank 0 is White's first. */
export function squareOf(file: number, rank: number): string {
  return `${'abcdefgh'[file]}${rank + 1}`;
}

/** The position in words, for screen readers. */
export function describePosition(board: ChessBoard): string {
  const side = (white: boolean) =>
    board.pieces
      .filter((placed) => placed.white === white)
      .map((placed) => `${placed.piece} ${squareOf(placed.file, placed.rank)}`)
      .join(', ');
  return `White: ${side(true)}. Black: ${side(false)}.`;
}

/** `1:23:45`, `4:05`; `0:00` when the time is up. */
export function clockOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (part: number) => String(part).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** The result of a state in words: as the console wrote it, or by the points. Null while the game goes on. */
export function outcomeOf(data: JsonObject): string | null {
  const result = readText(data['result']);
  if (result === null) return null;
  const outcome = readText(data['outcome']);
  if (outcome !== null) return outcome;
  const points = plainPoints(result);
  const plain: Record<string, string> = { '1-0': 'White won', '0-1': 'Black won', '1/2-1/2': 'Draw', '*': 'Not finished' };
  return Object.hasOwn(plain, points) ? (plain[points] ?? null) : `Result ${result}`;
}

/** The points of a result as PGN writes them: `½ – ½` is `1/2-1/2`. Other texts stay. */
export function plainPoints(result: string): string {
  return result.trim().replaceAll('½', '1/2').replaceAll('–', '-').replaceAll(' ', '');
}

/** The moves of a state in order. */
export function sansOf(data: JsonObject): string[] {
  return plies(data).map(([, san]) => san);
}

/** Ply 1 is `1. e4`, ply 2 is `1… e5`. */
export function numbered(ply: number | null, san: string): string {
  if (ply === null) return san;
  return `${Math.ceil(ply / 2)}${ply % 2 === 1 ? '.' : '…'} ${san}`;
}

export function readPlayer(value: unknown): Player {
  const player = readObject(value);
  return { name: readText(value) ?? readText(player['name']), rating: readText(player['rating']) };
}

function readClocks(clocks: JsonObject): Clocks | null {
  const [white, black] = [readTime(clocks['white']), readTime(clocks['black'])];
  if (white === null || black === null) return null;
  const { running, at } = clocks;
  if (typeof at !== 'number' || !Number.isFinite(at)) return { white, black };
  return { white, black, at, running: running === 'white' || running === 'black' ? running : null };
}

/** The time left on a side's clock at the server's time `now`, for clocks that say which one runs. */
export function leftAt(clocks: Clocks, side: 'white' | 'black', now: number): number {
  const passed = clocks.running === side && clocks.at !== undefined ? Math.max(0, now - clocks.at) : 0;
  return Math.max(0, clocks[side] - passed);
}

/** The clock that runs; null if none does. */
export function runningClock(clocks: Clocks | null): SummaryClock | null {
  if (!clocks?.running || clocks.at === undefined) return null;
  return { running: true, at: Math.round(clocks.at), value: Math.round(clocks[clocks.running]), direction: 'down', limit: 0 };
}

function readTime(value: unknown): number | null {
  const ms = Number(readText(value) ?? Number.NaN);
  return ms >= 0 && ms < 1e9 ? ms : null;
}

function readPly(value: unknown): number | null {
  const ply = Number(readText(value) ?? Number.NaN);
  return Number.isSafeInteger(ply) && ply > 0 ? ply : null;
}

/** The moves of a state in order, with their numbers. Ply 1 is White's first move, ply 2 is Black's. */
export function plies(data: JsonObject): [ply: number, san: string][] {
  return Object.entries(readObject(data['moves']))
    .slice(0, 1_000)
    .flatMap(([key, value]): [number, string][] => {
      const [ply, san] = [readPly(key), readText(value)];
      return ply === null || san === null ? [] : [[ply, san]];
    })
    .sort(([a], [b]) => a - b);
}

function readMoves(data: JsonObject): ChessBoard['moves'] {
  const byNumber = new Map<number, ChessBoard['moves'][number]>();
  for (const [ply, san] of plies(data)) {
    const number = Math.ceil(ply / 2);
    const move = byNumber.get(number) ?? { number, white: null, black: null };
    byNumber.set(number, { ...move, [ply % 2 === 1 ? 'white' : 'black']: san });
  }
  return [...byNumber.values()];
}
