// How the score of a match of sets is said: `40`, `7–6⁵`, `Set 2, 4–3 40–30`, `Match point Italy`.
import { bothSides, otherSide, type Side } from '../../side';
import type { SetRule } from './format';
import { chanceOf, isTiebreak, ruleOf, runningIn, setsWon, unitOf, type Chance, type Match, type Pair, type SetScore } from './match';

export type Names = Record<Side, string>;
export type Texts = Record<Side, string>;

const calls = ['0', '15', '30', '40'];
/** The points of a game that is won like one of tennis. */
const TENNIS = 4;

/** The points of a running game, as an umpire calls them. */
export function callsOf({ games }: SetRule, points: Pair): Texts {
  if (games?.to !== TENNIS) return { home: String(points.home), away: String(points.away) };
  const call = (side: Side): string => {
    const [own, other] = [points[side], points[otherSide(side)]];
    if (own >= TENNIS && own - other >= games.by) return 'Game';
    if (own > other && other >= TENNIS - 1) return 'AD';
    return calls[Math.min(own, TENNIS - 1)] ?? '40';
  };
  return { home: call('home'), away: call('away') };
}

/** The points that the next rally changes: of the running game, of its tie-break, or of the set. Null between sets. */
export function pointsOf(match: Match): Texts | null {
  const number = runningIn(match);
  const set = number === null ? undefined : match.sets[number - 1];
  if (number === null || set === undefined) return null;
  const rule = ruleOf(match.format, number);
  if (rule.games === undefined) return textsOf(set);
  return isTiebreak(rule, set) ? textsOf(set.tiebreak ?? { home: 0, away: 0 }) : callsOf(rule, match.points);
}

export function textsOf({ home, away }: Pair): Texts {
  return { home: String(home), away: String(away) };
}

const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** The points of the side that lost the tie-break; null for a set without one. */
export function tiebreakOf({ home, away, tiebreak }: SetScore): number | null {
  return tiebreak === null || home === away ? null : Math.min(tiebreak.home, tiebreak.away);
}

/** A set as `25–18`, or `7–6⁵` after a tie-break. */
export function setWords(set: SetScore, first: Side = 'home'): string {
  const lost = tiebreakOf(set);
  const raised = lost === null ? '' : [...String(lost)].map((digit) => digits[Number(digit)]).join('');
  return `${set[first]}–${set[otherSide(first)]}${raised}`;
}

/** The sets as `25–18, 25–20`, the winner's points first. */
export function setsWords(sets: readonly SetScore[], first: Side = 'home'): string {
  return sets.map((set) => setWords(set, first)).join(', ');
}

/** Where in the match it stands: `Set 3, 12–9`. */
export function markOf(match: Match): string {
  const number = match.sets.length;
  const set = match.sets.at(-1);
  if (set === undefined) return '';
  const name = `${unitOf(match.format)} ${number}`;
  const rule = ruleOf(match.format, number);
  if (runningIn(match) === null || rule.games === undefined) return `${name}, ${setWords(set)}`;
  const points = pointsOf(match) ?? { home: '0', away: '0' };
  if (isTiebreak(rule, set)) return `${name}, TB ${points.home}–${points.away}`;
  const isAtStart = match.points.home + match.points.away === 0;
  return `${name}, ${set.home}–${set.away}${isAtStart ? '' : ` ${points.home}–${points.away}`}`;
}

/** The part of the match: `Set 3`, or `After set 2`; null before the first set and after the end. */
export function periodOf(match: Match): string | null {
  const number = match.sets.length;
  if (match.isOver || number === 0) return null;
  const name = `${unitOf(match.format)} ${number}`;
  return runningIn(match) === null ? `After ${name.charAt(0).toLowerCase()}${name.slice(1)}` : name;
}

/** `Match point Italy`; null if the next point wins nothing. */
export function chanceWords(match: Match, names: Names): string | null {
  const chances = bothSides.flatMap((side): { side: Side; chance: Chance }[] => {
    const chance = chanceOf(match, side);
    return chance === null ? [] : [{ side, chance }];
  });
  const [first, second] = chances;
  if (first === undefined) return null;
  if (second !== undefined && first.chance === second.chance) return `${pointWords(match, first.chance)} for both sides`;
  return chances.map(({ side, chance }) => `${pointWords(match, chance)} ${names[side]}`).join(', ');
}

function pointWords({ format }: Match, chance: Chance): string {
  if (chance === 'set') return `${unitOf(format)} point`;
  return chance === 'match' ? 'Match point' : 'Break point';
}

/** The sets as `2–1`, the side `first` in front. */
export function matchWords(match: Pick<Match, 'sets'>, first: Side = 'home'): string {
  const won = setsWon(match);
  return `${won[first]}–${won[otherSide(first)]}`;
}
