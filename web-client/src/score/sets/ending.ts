// The result of a match, and the names of its sides.
import { readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { matchWinner, otherSide, sideOf, type Match, type Side } from '../../sports/families/sets/match';
import { matchWords, setsWords, type Names } from '../../sports/families/sets/words';
import { inText, renamedWords, type Change } from '../renaming';
import { NotAllowed } from '../rules';
import { matchIn, namesIn, sideIn, textIn, written } from './state';

/** How a match ends without being played to its end. All but `abandoned` have a winner. */
export const endings = { retired: 'Retired', walkover: 'Walkover', disqualified: 'Disqualified', abandoned: 'Abandoned' } as const;

export type Ending = keyof typeof endings;

export function isEnding(how: unknown): how is Ending {
  return typeof how === 'string' && Object.hasOwn(endings, how);
}

/** The result by the sets: `Italy won 3–0`; null while nobody has won. */
export function resultOf(match: Match, names: Names): string | null {
  const winner = matchWinner(match);
  if (winner === null) return null;
  return winner === 'draw' ? `A ${matchWords(match)} draw` : `${names[winner]} won ${matchWords(match, winner)}`;
}

/** The result that the desk suggests for an ending. */
export function suggestedResult(match: Match, names: Names, how: Ending, winner: Side): string {
  const loser = names[otherSide(winner)];
  if (how === 'walkover') return `${names[winner]} won by walkover`;
  if (how === 'abandoned') return `Abandoned at ${matchWords(match)}`;
  return `${names[winner]} won, ${loser} ${how === 'retired' ? 'retired' : 'was disqualified'}`;
}

/** `how` is absent for a match that was played to its end: then the sets make the result, also after a correction. */
export function conclude(state: JsonObject, detail: JsonObject): JsonObject {
  const match = matchIn(state);
  if (match.isOver) throw new NotAllowed('The match is over.');
  const { how } = detail;
  if (isEnding(how)) return ended(state, match, how, detail);
  const winner = matchWinner(match);
  const result = resultOf(match, namesIn(state));
  if (winner === null || result === null) throw new NotAllowed(`Nobody has won at ${matchWords(match)}.`);
  const over = { ...state, result, outcome: winner === 'draw' ? {} : { winner } };
  const sets = setsWords(match.sets, winner === 'draw' ? 'home' : winner);
  return written(over, { ...match, isOver: true }, `${result}${match.sets.length === 0 ? '' : ` (${sets})`}.`);
}

function ended(state: JsonObject, match: Match, how: Ending, detail: JsonObject): JsonObject {
  const winner = how === 'abandoned' ? null : sideIn(detail, 'winner');
  const result = readText(detail['text'])?.trim() || suggestedResult(match, namesIn(state), how, winner ?? 'home');
  const over = { ...state, result, outcome: { how, ...(winner === null ? {} : { winner }) } };
  return written(over, { ...match, isOver: true }, `${result}.`);
}

/** A side gets another name, wherever it stands. */
export function rename(state: JsonObject, detail: JsonObject): JsonObject {
  const match = matchIn(state);
  const side = sideIn(detail, 'side');
  const names = namesIn(state);
  const change: Change = [names[side], textIn(detail, 'to', 'name')];
  const other = names[otherSide(side)];
  if (change[0] === change[1]) throw new NotAllowed('The name is the same.');
  if (change[1] === other) throw new NotAllowed('The two sides need different names.');
  const result = readText(state['result']);
  const renamed = {
    ...state,
    [side]: { ...readObject(state[side]), name: change[1], short: null },
    ...(result === null ? {} : { result: inText(result, change, other) }),
  };
  return written(renamed, match, renamedWords(change));
}

/** The side that won; null before the result, and without a winner. */
export function winnerIn(state: JsonObject): Side | null {
  return sideOf(readObject(state['outcome'])['winner']);
}
