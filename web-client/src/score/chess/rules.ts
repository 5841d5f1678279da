// Chess rules for the console. Only legal moves are allowed. The state has the same shape as the demo's.
import { Chess, type Move } from 'chess.js';
import { readObject, readText } from '../../lib/read';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { chessLine } from '../../sports/chess';
import { chessSummary } from '../../sports/summary';
import { NotAllowed, startIsNeeded, type Rules } from '../rules';

export const chessRules: Rules = {
  play,
  words,
  summary: chessSummary,
  keepsTap: true,
  place: (update) => chessLine(update).mark,
  needed: startIsNeeded,
};

export const results: Record<string, string> = {
  '1-0': 'White wins',
  '0-1': 'Black wins',
  '1/2-1/2': 'A draw',
  '*': 'Not finished',
};

/** The game at a state's position; null before it is set up, or if the position is invalid. */
export function gameOf(state: JsonObject): Chess | null {
  const fen = readText(state['fen']);
  if (fen === null) return null;
  try {
    return new Chess(fen);
  } catch {
    return null;
  }
}

/** The legal moves, sorted by name. */
export function legalMoves(state: JsonObject): Move[] {
  const moves = readText(state['result']) === null ? (gameOf(state)?.moves({ verbose: true }) ?? []) : [];
  return moves.sort((a, b) => a.san.localeCompare(b.san));
}

function play(state: JsonObject, [kind, detail = {}]: Tap): JsonObject {
  if (kind === 'start') return start(detail);
  const game = gameOf(state);
  if (game === null) throw new NotAllowed('Set the game up first.');
  if (kind === 'move') return move(state, game, readText(detail['uci']) ?? '');
  if (kind === 'result') return conclude(state, detail);
  throw new NotAllowed(`Chess has no entry "${kind}".`);
}

function start(detail: JsonObject): JsonObject {
  const game = new Chess();
  const player = (side: 'white' | 'black') => {
    const { name, rating } = readObject(detail[side]);
    const told = readText(name)?.trim();
    if (!told) throw new NotAllowed(`Enter who plays ${side === 'white' ? 'White' : 'Black'}.`);
    const number = Number(readText(rating) ?? Number.NaN);
    return Number.isSafeInteger(number) && number > 0 ? { name: told, rating: number } : { name: told };
  };
  const white = player('white');
  return { white, black: player('black'), ply: 0, fen: game.fen(), turn: 'white', commentary: `${white.name} has the white pieces.` };
}

function move(state: JsonObject, game: Chess, uci: string): JsonObject {
  if (readText(state['result']) !== null) throw new NotAllowed('The game is over.');
  let played: Move;
  try {
    played = game.move({ from: uci.slice(0, 2), to: uci.slice(2, 4), promotion: uci.slice(4) || 'q' });
  } catch {
    throw new NotAllowed(`The move ${uci} is not legal here.`);
  }
  const ply = plyOf(state) + 1;
  const { san, lan } = played;
  const text = `${Math.ceil(ply / 2)}${ply % 2 === 1 ? '.' : '...'} ${san}`;
  return {
    ...state,
    ply,
    move: { ply, san, uci: lan, text },
    moves: { ...readObject(state['moves']), [ply]: san },
    fen: game.fen(),
    turn: game.turn() === 'w' ? 'white' : 'black',
    commentary: text,
  };
}

function conclude(state: JsonObject, detail: JsonObject): JsonObject {
  const result = readText(detail['result']) ?? '';
  const meaning = results[result];
  if (meaning === undefined || result === '*') throw new NotAllowed('The result must be 1-0, 0-1 or 1/2-1/2.');
  const how = readText(detail['how']);
  return { ...state, result, commentary: how === null ? `${meaning}: ${result}.` : `${meaning} (${how}): ${result}.` };
}

/** The result that the position implies; null while the game goes on. */
export function verdictOf(state: JsonObject): { result: string; how: string } | null {
  const game = gameOf(state);
  if (game === null) return null;
  if (game.isCheckmate()) return { result: game.turn() === 'w' ? '0-1' : '1-0', how: 'checkmate' };
  if (game.isStalemate()) return { result: '1/2-1/2', how: 'stalemate' };
  return game.isInsufficientMaterial() ? { result: '1/2-1/2', how: 'insufficient material' } : null;
}

/** The number of plies so far, from the state or else from the position. */
function plyOf(state: JsonObject): number {
  const ply = Number(readText(state['ply']) ?? Number.NaN);
  if (Number.isSafeInteger(ply) && ply >= 0) return ply;
  const [, turn, , , , fullMove = '1'] = (readText(state['fen']) ?? '').split(' ');
  return (Number(fullMove) - 1) * 2 + (turn === 'b' ? 1 : 0);
}

function words([kind, detail = {}]: Tap): string {
  if (kind === 'start') return 'Start of the game';
  return kind === 'move' ? `Move ${readText(detail['uci']) ?? ''}` : `Result ${readText(detail['result']) ?? ''}`;
}
