// Chess rules for the console. Only legal moves are allowed. The state has the same shape as the demo's. `clocks.ts` has the
// clocks, `start.ts` the start of a game, `names.ts` the players.
import { readObject, readText } from '../../lib/read';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { chessLine, sansOf } from '../../sports/chess';
import { canMate, drawKinds, endingWords, opponentOf, pointsFor, pointsInWords, verdictsOf, winKinds, type Colour, type Points, type Verdict } from '../../sports/chessEndings';
import { gameAt, positionsOf, START, type Game, type GameMove, type Played } from '../../sports/chessGame';
import { chessSummary } from '../../sports/summary';
import { NotAllowed, startIsNeeded, UnknownTap, type Rules } from '../rules';
import { afterMove, setClocks, stopped } from './clocks';
import { rename, renameWords } from './names';
import { start } from './start';

export const chessRules: Rules = {
  play,
  words,
  summary: chessSummary,
  keepsTap: true,
  knows: ([kind]) => ['start', 'move', 'clock', 'end', 'result', 'rename'].includes(kind),
  place: (update) => chessLine(update).mark,
  needed: startIsNeeded,
};

const plainResults: Record<string, string> = { '1-0': 'White wins', '0-1': 'Black wins', '1/2-1/2': 'A draw' };

export function isChess960(state: JsonObject): boolean {
  return state['variant'] === 'chess960';
}

/** The game at a state's position; null before it is set up, or if the position is invalid. */
function gameOf(state: JsonObject): Game | null {
  const fen = readText(state['fen']);
  if (fen === null) return null;
  try {
    // A FEN of Chess960 does not say which of two rooks may castle; the moves do.
    if (isChess960(state) && hasTwoRooks(fen)) return replayed(state, fen) ?? gameAt(fen, true);
    return gameAt(fen, isChess960(state));
  } catch {
    return null;
  }
}

/** Whether a side that may castle has more than one rook on its first rank on one side of the king. */
function hasTwoRooks(fen: string): boolean {
  const [men = '', , castling = ''] = fen.split(' ');
  const rows = men.split('/');
  const isDouble = (row = '', king: string, rook: string) => row.split(king).some((part) => part.split(rook).length > 2);
  return (/[KQ]/.test(castling) && isDouble(rows[7], 'K', 'R')) || (/[kq]/.test(castling) && isDouble(rows[0], 'k', 'r'));
}

function replayed(state: JsonObject, fen: string): Game | null {
  const game = gameAt(readText(state['initialFen']) ?? START, true);
  const isWhole = sansOf(state).every((san) => game.play(san) !== null);
  return isWhole && game.fen().split(' ')[0] === fen.split(' ')[0] ? game : null;
}

/** The legal moves, sorted by name. A promotion to a queen comes before the others. */
export function legalMoves(state: JsonObject): GameMove[] {
  const moves = readText(state['result']) === null ? (gameOf(state)?.moves() ?? []) : [];
  const name = ({ san }: GameMove) => san.replace(/=([QRBN])/, (_, piece: string) => `=${'QRBN'.indexOf(piece)}`);
  return moves.sort((a, b) => name(a).localeCompare(name(b)));
}

/** What the position ends the game by, the strongest first; none while it goes on. */
export function verdictsFor(state: JsonObject): Verdict[] {
  const fen = readText(state['fen']);
  if (fen === null || readText(state['result']) !== null) return [];
  try {
    return verdictsOf(positionsFor(state, fen), isChess960(state));
  } catch {
    return [];
  }
}

/** The positions of the game so far; only the current one if the moves do not lead to it. */
function positionsFor(state: JsonObject, fen: string): Played[] {
  const positions = positionsOf(readText(state['initialFen']) ?? START, isChess960(state), sansOf(state));
  if (positions?.at(-1)?.fen.split(' ')[0] === fen.split(' ')[0]) return positions ?? [];
  const game = gameAt(fen, isChess960(state));
  return [{ fen, key: game.key(), move: null }];
}

function play(state: JsonObject, [kind, detail = {}]: Tap): JsonObject {
  if (kind === 'start') return start(detail);
  const game = gameOf(state);
  if (game === null) throw new NotAllowed('Set the game up first.');
  if (kind === 'move') return move(state, game, readText(detail['uci']) ?? '', detail['at']);
  if (kind === 'clock') return setClocks(state, detail);
  if (kind === 'rename') return rename(state, detail);
  if (kind === 'end') return end(state, detail);
  if (kind === 'result') return conclude(state, detail);
  throw new UnknownTap(`Chess has no entry "${kind}".`);
}

/** A move. `at` is the server's time at which it was entered, for games with running clocks. */
function move(state: JsonObject, game: Game, uci: string, at: unknown): JsonObject {
  if (readText(state['result']) !== null) throw new NotAllowed('The game is over.');
  const played = game.play(uci);
  if (played === null) throw new NotAllowed(`The move ${uci} is not legal here.`);
  const ply = plyOf(state) + 1;
  const text = `${Math.ceil(ply / 2)}${ply % 2 === 1 ? '.' : '...'} ${played.san}`;
  const fen = game.fen();
  return {
    ...afterMove(state, at),
    ply,
    move: { ply, san: played.san, uci: played.uci, text },
    moves: { ...readObject(state['moves']), [ply]: played.san },
    fen,
    turn: fen.split(' ')[1] === 'w' ? 'white' : 'black',
    commentary: text,
  };
}

/** The result as desks of 0.1.0 enter it: the points, and a scorer's word for how. */
function conclude(state: JsonObject, detail: JsonObject): JsonObject {
  const result = readText(detail['result']) ?? '';
  const meaning = plainResults[result];
  if (meaning === undefined) throw new NotAllowed('The result must be 1-0, 0-1 or 1/2-1/2.');
  const how = readText(detail['how']);
  return { ...state, result, commentary: how === null ? `${meaning}: ${result}.` : `${meaning} (${how}): ${result}.` };
}

/** The end of a game: `how`, `by` the side that resigned, ran out of time or forfeits, and `result` for an arbiter's decision. */
function end(state: JsonObject, detail: JsonObject): JsonObject {
  const how = readText(detail['how']) ?? '';
  const by = detail['by'] === 'white' || detail['by'] === 'black' ? detail['by'] : null;
  const result = resultOf(state, how, by, readText(detail['result']));
  const outcome = endingWords(how, result, by);
  return { ...stopped(state, detail['at']), result, outcome, commentary: `${outcome}: ${pointsInWords(result)}.` };
}

function resultOf(state: JsonObject, how: string, by: Colour | null, decided: string | null): Points {
  if (how === 'checkmate' || how === 'stalemate') {
    const found = verdictsFor(state).find((verdict) => verdict.how === how);
    if (!found) throw new NotAllowed(`This position is no ${how}.`);
    return found.result;
  }
  if (how === 'arbiter') {
    if (decided === '1-0' || decided === '0-1' || decided === '1/2-1/2') return decided;
    throw new NotAllowed('The result must be 1-0, 0-1 or 1/2-1/2.');
  }
  if (winKinds.includes(how)) {
    if (by === null) throw new NotAllowed('Say which side it was.');
    return lostBy(state, how, by);
  }
  if (drawKinds.includes(how)) return '1/2-1/2';
  throw new NotAllowed('Say how the game ended.');
}

/** The result after the side `by` resigned, ran out of time or forfeited. Out of time is a draw if the opponent cannot mate (FIDE 6.9). */
export function lostBy(state: JsonObject, how: string, by: Colour): Points {
  const isDraw = how === 'time' && !canMate(readText(state['fen']) ?? '', opponentOf(by));
  return isDraw ? '1/2-1/2' : pointsFor(opponentOf(by));
}

/** The number of plies so far, from the state or else from the position. */
function plyOf(state: JsonObject): number {
  const ply = Number(readText(state['ply']) ?? Number.NaN);
  if (Number.isSafeInteger(ply) && ply >= 0) return ply;
  const [, turn, , , , fullMove = '1'] = (readText(state['fen']) ?? '').split(' ');
  return (Number(fullMove) - 1) * 2 + (turn === 'b' ? 1 : 0);
}

function words([kind, detail = {}]: Tap): string {
  if (kind === 'rename') return renameWords(detail);
  if (kind === 'start') return 'Start of the game';
  if (kind === 'move') return `Move ${readText(detail['uci']) ?? ''}`;
  if (kind === 'clock') return 'Clocks';
  return kind === 'end' ? `End: ${readText(detail['how']) ?? ''}` : `Result ${readText(detail['result']) ?? ''}`;
}
