// A match of sets in its state, and what a tap names.
import { isObject } from '../../lib/merge';
import { readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { hasEnds, matchOf, ruleOf, runningIn, setsWon, sideOf, unitOf, type Match, type SetScore, type Side } from '../../sports/families/sets/match';
import { markOf, periodOf, type Names } from '../../sports/families/sets/words';
import { NotAllowed } from '../rules';

export const BEFORE = 'Before the start';

/** The match in a state. Throws before its start. */
export function matchIn(state: JsonObject): Match {
  const match = matchOf(state);
  if (match === null || !isObject(state['home']) || !isObject(state['away'])) throw new NotAllowed('Set the match up first.');
  return match;
}

export function namesIn(state: JsonObject): Names {
  const name = (side: Side, other: string) => readText(readObject(state[side])['name']) ?? other;
  return { home: name('home', 'Home'), away: name('away', 'Away') };
}

/** The running set with its number. Throws between sets. */
export function runningSet(match: Match): { number: number; set: SetScore } {
  if (match.isOver) throw new NotAllowed('The match is over.');
  const number = runningIn(match);
  const set = number === null ? undefined : match.sets[number - 1];
  if (number === null || set === undefined) throw new NotAllowed(`Begin ${unitOf(match.format).toLowerCase()} ${match.sets.length + 1} first.`);
  return { number, set };
}

export function withSet(match: Match, number: number, set: SetScore): Match {
  return { ...match, sets: match.sets.map((one, index) => (index === number - 1 ? set : one)) };
}

/** A set that has just begun. `first` serves first, if the sport has a serve. */
export function newSet(first: Side | null): SetScore {
  return { home: 0, away: 0, tiebreak: null, winner: null, isAwarded: false, first, entries: 0, timeouts: { home: 0, away: 0 } };
}

/** The state with the figures of a match, and what happened. */
export function written(state: JsonObject, match: Match, commentary: string): JsonObject {
  const won = setsWon(match);
  const running = runningIn(match);
  const hasGames = running !== null && ruleOf(match.format, running).games !== undefined;
  const { serve } = match.format;
  return {
    ...state,
    home: { ...readObject(state['home']), score: won.home },
    away: { ...readObject(state['away']), score: won.away },
    sets: Object.fromEntries(match.sets.map((set, index) => [String(index + 1), setJson(set)])),
    points: hasGames ? match.points : null,
    serve: running !== null && serve !== undefined ? match.serve : null,
    server: running !== null && (serve?.servers ?? 1) > 1 ? match.server : null,
    left: hasEnds(match.format) ? match.left : null,
    period: match.isOver ? null : (periodOf(match) ?? BEFORE),
    mark: match.sets.length === 0 ? null : markOf(match),
    commentary,
  };
}

function setJson({ home, away, tiebreak, winner, isAwarded, first, entries, timeouts }: SetScore): JsonObject {
  return {
    home,
    away,
    ...(tiebreak === null ? {} : { tiebreak: { home: tiebreak.home, away: tiebreak.away, ...(tiebreak.first === null ? {} : { first: tiebreak.first }) } }),
    ...(winner === null ? {} : { winner }),
    ...(isAwarded ? { awarded: true } : {}),
    ...(first === null ? {} : { first }),
    ...(entries === 0 ? {} : { entries }),
    ...(timeouts.home + timeouts.away === 0 ? {} : { timeouts: { home: timeouts.home, away: timeouts.away } }),
  };
}

/** The side that a tap is about. */
export function sideIn(detail: JsonObject, field: 'to' | 'side' | 'winner'): Side {
  const side = sideOf(detail[field]);
  if (side === null) throw new NotAllowed('Select a side.');
  return side;
}

export function textIn(detail: JsonObject, field: string, what: string): string {
  const text = readText(detail[field])?.trim();
  if (!text) throw new NotAllowed(`Enter the ${what}.`);
  return text;
}
