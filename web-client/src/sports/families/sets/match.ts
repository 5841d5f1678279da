// A match of sets as numbers, read from its state: what has been won, and what one more point would win. The console's rules
// and the scoreboard share it.
import { isObject } from '../../../lib/merge';
import { readEntries, readObject } from '../../../lib/read';
import type { JsonObject } from '../../../lib/wire';
import { bothSides, otherSide, sideOf, type Side } from '../../side';
import { readSetsFormat, type SetRule, type SetsFormat } from './format';

export { bothSides, otherSide, sideOf, type Side };

export type Pair = Record<Side, number>;

export interface SetScore extends Pair {
  /** The points of its tie-break, once that has begun, and who served first in it. */
  tiebreak: (Pair & { first: Side | null }) | null;
  /** Who was given the set; null while it is played. */
  winner: Side | null;
  /** The set was given to its winner by a decision, whatever the score. */
  isAwarded: boolean;
  /** Who served first in it. */
  first: Side | null;
  entries: number;
  timeouts: Pair;
}

export interface Match {
  format: SetsFormat;
  /** Oldest first. */
  sets: SetScore[];
  /** The points of the running game, in a set of games. */
  points: Pair;
  serve: Side | null;
  /** Which player of the serving side serves, where two serve in turn. */
  server: number;
  /** The side that plays at the left end, as the scorer sees it. */
  left: Side;
  isOver: boolean;
}

/** A state as a match; null without a format of this family. */
export function matchOf(state: JsonObject): Match | null {
  const format = readSetsFormat(state['format']);
  if (format === null) return null;
  return {
    format,
    sets: setsIn(state['sets']).map(([, set]) => set),
    points: pairOf(state['points']),
    serve: sideOf(state['serve']),
    server: state['server'] === 2 ? 2 : 1,
    left: sideOf(state['left']) ?? 'home',
    isOver: typeof state['result'] === 'string' && state['result'].trim() !== '',
  };
}

/** The most sets that are read. */
const MOST = 15;

/** The sets of a state by their numbers, in order. */
export function setsIn(value: unknown): [number, SetScore][] {
  return readEntries(value)
    .map(([key, set]): [number, JsonObject] => [/^\d{1,3}$/.test(key) ? Number(key) : 0, set])
    .filter(([number]) => number > 0)
    .sort(([a], [b]) => a - b)
    .slice(0, MOST)
    .map(([number, set]) => [number, readSet(set)]);
}

function readSet(set: JsonObject): SetScore {
  const { tiebreak } = set;
  return {
    ...pairOf(set),
    tiebreak: isObject(tiebreak) ? { ...pairOf(tiebreak), first: sideOf(tiebreak['first']) } : null,
    winner: sideOf(set['winner']),
    isAwarded: set['awarded'] === true,
    first: sideOf(set['first']),
    entries: countOf(set['entries']),
    timeouts: pairOf(set['timeouts']),
  };
}

function pairOf(value: unknown): Pair {
  const { home, away } = readObject(value);
  return { home: countOf(home), away: countOf(away) };
}

function countOf(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? Math.min(number, 9_999) : 0;
}

/** The rule of a set, by its number from 1. */
export function ruleOf({ set, last, bestOf }: SetsFormat, number: number): SetRule {
  return number >= bestOf && last !== undefined ? last : set;
}

/** Whether it matters at which end a side plays. */
export function hasEnds({ ends, set, last }: SetsFormat): boolean {
  return ends !== undefined || set.ends !== undefined || last?.ends !== undefined;
}

/** What a set is called, such as `Set`. */
export function unitOf({ unit }: SetsFormat): string {
  return unit ?? 'Set';
}

/** The number of the set that is played; null between sets. */
export function runningIn({ sets, isOver }: Pick<Match, 'sets' | 'isOver'>): number | null {
  const last = sets.at(-1);
  return !isOver && last !== undefined && last.winner === null ? sets.length : null;
}

export function setsWon({ sets }: Pick<Match, 'sets'>): Pair {
  const won = (side: Side) => sets.filter(({ winner }) => winner === side).length;
  return { home: won('home'), away: won('away') };
}

/** Who leads by enough: to at least `to` by `by`, or to the cap. */
function leader(score: Pair, { to, by, cap }: { to: number; by: number; cap?: number }): Side | null {
  const first: Side = score.home > score.away ? 'home' : 'away';
  const [most, least] = [score[first], score[otherSide(first)]];
  if (most === least) return null;
  return (most >= to && most - least >= by) || (cap !== undefined && most >= cap) ? first : null;
}

/** Who has won a set by its score. */
export function winnerOf(rule: SetRule, set: SetScore): Side | null {
  const { games, entries } = rule;
  const ahead = leader(set, { to: rule.to, by: rule.by, ...(rule.cap === undefined ? {} : { cap: rule.cap }) });
  if (ahead !== null) return ahead;
  // A tie-break decides by one game.
  if (games?.tiebreak && set.tiebreak !== null && Math.max(set.home, set.away) > games.tiebreak.at) return leader(set, { to: 1, by: 1 });
  return entries !== undefined && set.entries >= entries ? leader(set, { to: 1, by: 1 }) : null;
}

/** Whether a set of games is at its tie-break. */
export function isTiebreak(rule: SetRule, set: Pair): boolean {
  const at = rule.games?.tiebreak?.at;
  return at !== undefined && set.home === at && set.away === at;
}

/** Whether a set of games was won by its tie-break: 7–6. */
export function isByTiebreak({ games }: SetRule, { home, away }: Pair): boolean {
  const at = games?.tiebreak?.at;
  return at !== undefined && Math.min(home, away) === at && Math.max(home, away) === at + 1;
}

/** Who has won the running game, or the tie-break. */
export function gameWinner(rule: SetRule, set: SetScore, points: Pair): Side | null {
  const { games } = rule;
  if (games === undefined) return null;
  if (!isTiebreak(rule, set)) return leader(points, games);
  return games.tiebreak && set.tiebreak ? leader(set.tiebreak, games.tiebreak) : null;
}

/** Who has won the match by its sets; `draw` if all were played and nobody has. */
export function matchWinner(match: Pick<Match, 'format' | 'sets'>): Side | 'draw' | null {
  const { bestOf } = match.format;
  const won = setsWon(match);
  const winner = bothSides.find((side) => won[side] > bestOf / 2);
  if (winner !== undefined) return winner;
  return won.home + won.away >= bestOf ? 'draw' : null;
}

/** What the score offers the scorer to enter. */
export type Offer = { kind: 'game' | 'set'; side: Side } | { kind: 'match'; side: Side | 'draw' };

export function offerOf(match: Match): Offer | null {
  if (match.isOver) return null;
  const number = runningIn(match);
  if (number === null) {
    const side = matchWinner(match);
    return side === null ? null : { kind: 'match', side };
  }
  const set = match.sets[number - 1];
  if (set === undefined) return null;
  const rule = ruleOf(match.format, number);
  const won = winnerOf(rule, set);
  if (won !== null) return { kind: 'set', side: won };
  const side = gameWinner(rule, set, match.points);
  if (side === null) return null;
  return { kind: winnerOf(rule, withGame(set, side)) === side ? 'set' : 'game', side };
}

/** The set with a game more. */
export function withGame(set: SetScore, side: Side): SetScore {
  return { ...set, [side]: set[side] + 1 };
}

/** The match with a point more for a side, as far as the score goes. */
export function withPoint(match: Match, side: Side, points = 1): Match {
  const number = runningIn(match);
  const set = number === null ? undefined : match.sets[number - 1];
  if (number === null || set === undefined) return match;
  const rule = ruleOf(match.format, number);
  const put = (changed: SetScore) => match.sets.map((one) => (one === set ? changed : one));
  if (rule.games === undefined) return { ...match, sets: put({ ...set, [side]: set[side] + points, entries: set.entries + 1 }) };
  if (!isTiebreak(rule, set)) return { ...match, points: { ...match.points, [side]: match.points[side] + 1 } };
  const tiebreak = set.tiebreak ?? { home: 0, away: 0, first: match.serve };
  return { ...match, sets: put({ ...set, tiebreak: { ...tiebreak, [side]: tiebreak[side] + 1 } }) };
}

/** What the next point would win for a side. */
export type Chance = 'match' | 'set' | 'break';

export function chanceOf(match: Match, side: Side): Chance | null {
  const number = runningIn(match);
  const rule = number === null ? null : ruleOf(match.format, number);
  // A board of carrom brings any number of points.
  if (rule === null || (rule.most ?? 1) > 1 || offerOf(match) !== null) return null;
  if (match.format.serve?.sideOut && match.serve !== side) return null;
  const offer = offerOf(withPoint(match, side));
  if (offer?.side !== side) return null;
  if (offer.kind === 'game') return match.serve === otherSide(side) ? 'break' : null;
  if (matchWinner(match) === null && setsWon(match)[side] + 1 > match.format.bestOf / 2) return 'match';
  return rule.to === 1 ? null : 'set';
}

/** Whether the rules allow a score: whoever won it had not won it before. */
export function isPossible(rule: SetRule, { home, away, tiebreak, isAwarded }: SetScore): boolean {
  if (isAwarded || (rule.most ?? 1) > 1 || rule.entries !== undefined) return true;
  const [most, least] = [Math.max(home, away), Math.min(home, away)];
  const at = rule.games?.tiebreak?.at;
  if (at !== undefined && most > at && least >= at) return isByTiebreak(rule, { home, away }) && tiebreak !== null && isEnded(tiebreak, rule);
  if (rule.cap !== undefined && most >= rule.cap) return most === rule.cap && least < most && (most === rule.to || least >= most - rule.by);
  if (rule.by === 1) return most <= rule.to && least < rule.to;
  return most <= rule.to || most - least <= rule.by;
}

function isEnded(tiebreak: Pair, { games }: SetRule): boolean {
  const rule = games?.tiebreak;
  const [most, least] = [Math.max(tiebreak.home, tiebreak.away), Math.min(tiebreak.home, tiebreak.away)];
  return rule !== undefined && leader(tiebreak, rule) !== null && (most === rule.to || most - least === rule.by);
}
