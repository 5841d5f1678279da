// The result of a match, and what the desk offers next: the end of a period, the next one, overtime, a shoot-out, the result.
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { isTimeUp, readClock } from '../../sports/clock';
import { readPointsFormat, type PointsFormat } from '../../sports/families/points/format';
import { inSentence, isOvertime, partName } from '../../sports/families/points/parts';
import { bothSides, otherSide, readShots, type Side } from '../../sports/families/points/shots';
import { playersOf } from './scoring';
import { nameOf, partOf, pointsIn, scoreOf } from './state';

export interface Offer {
  /** Ends with a question mark where it says what has been won. */
  text: string;
  /** Without `at`, which the console adds. */
  tap: Tap;
}

export function isLevel(state: JsonObject): boolean {
  return scoreOf(state, 'home') === scoreOf(state, 'away');
}

/** The side that has won by the score or the shoot-out so far; null if they are level. */
export function leaderOf(state: JsonObject): Side | null {
  if (!isLevel(state)) return scoreOf(state, 'home') > scoreOf(state, 'away') ? 'home' : 'away';
  return readShots(state, readPointsFormat(state['format'])?.shootOut?.rounds ?? 5)?.winner ?? null;
}

/** The score as a result: `France won 98–87 after overtime`. */
export function resultOf(state: JsonObject): string {
  return resultWords(state, 'won');
}

function resultWords(state: JsonObject, verb: string): string {
  const format = readPointsFormat(state['format']);
  const winner = leaderOf(state);
  if (winner === null) return `A ${scoreOf(state, 'home')}–${scoreOf(state, 'away')} draw`;
  const [own, other] = [winner, otherSide(winner)].map((side) => scoreOf(state, side));
  const shots = isLevel(state) ? readShots(state, format?.shootOut?.rounds ?? 5) : null;
  if (shots !== null) return `${nameOf(state, winner)} ${verb} ${shots[winner]}–${shots[otherSide(winner)]} in the shoot-out after a ${own}–${other} draw`;
  const after = format !== null && isOvertime(format, partOf(state)) ? ` after ${inSentence(format.overtime?.name ?? 'overtime')}` : '';
  return `${nameOf(state, winner)} ${verb} ${own}–${other}${after}`;
}

/** What is offered in a state at the server's time `now`, the most likely first. Nothing of it is assumed: scoring on stays possible. */
export function offersFor(state: JsonObject, now: number): Offer[] {
  const format = readPointsFormat(state['format']);
  if (format === null || state['result'] !== undefined) return [];
  const shots = state['shootOut'] === undefined ? null : readShots(state, format.shootOut?.rounds ?? 5);
  if (shots !== null) return shots.winner === null ? [] : [resultOffer(state)];
  if (state['break'] === true) return afterPart(state, format);
  const clock = readClock(state['clock']);
  const end: Offer = { text: `End of ${inSentence(partName(format, partOf(state)))}?`, tap: ['end', {}] };
  return [
    ...(hasReachedTarget(state, format) ? [resultOffer(state)] : []),
    ...allOutOffers(state, format),
    ...(clock !== null && isTimeUp(clock, now) ? [end] : []),
  ];
}

/** The end of the running part, which can come before its time is up. */
export function endOffer(state: JsonObject): Offer | null {
  const format = readPointsFormat(state['format']);
  const isPlayed = format !== null && state['break'] !== true && state['result'] === undefined && state['shootOut'] === undefined;
  return isPlayed ? { text: `End ${inSentence(partName(format, partOf(state)))}`, tap: ['end', {}] } : null;
}

function resultOffer(state: JsonObject): Offer {
  return { text: `${resultWords(state, 'win')}?`, tap: ['result', { how: 'score' }] };
}

/** In a break: what may follow the part that is over. */
function afterPart(state: JsonObject, format: PointsFormat): Offer[] {
  const part = partOf(state);
  const { overtime, shootOut, periods } = format;
  const next: Offer = { text: `Start ${inSentence(partName(format, part + 1))}`, tap: ['period', { number: part + 1 }] };
  if (part < periods.count) return [next];
  const extra = part - periods.count;
  // Two halves of overtime are played before they decide.
  if (extra % (overtime?.each ?? 1) !== 0) return [next];
  if (!isLevel(state)) return [resultOffer(state)];
  const hasMore = overtime !== undefined && extra < (overtime.most ?? Number.POSITIVE_INFINITY);
  return [
    ...(hasMore ? [next] : []),
    ...(shootOut ? [{ text: `Start ${inSentence(shootOut.name)}`, tap: ['shootOut', {}] as Tap }] : []),
    resultOffer(state),
  ];
}

/** Whether a side has the score that wins at once. */
function hasReachedTarget(state: JsonObject, format: PointsFormat): boolean {
  const part = partOf(state);
  if (isLevel(state)) return false;
  if (!isOvertime(format, part)) return format.target !== undefined && bothSides.some((side) => scoreOf(state, side) >= (format.target ?? 0));
  const target = format.overtime?.target;
  const overtimes = Array.from({ length: part - format.periods.count }, (_, index) => format.periods.count + 1 + index);
  const inOvertime = (side: Side) => overtimes.reduce((sum, one) => sum + pointsIn(state, one, side), 0);
  return target !== undefined && bothSides.some((side) => inOvertime(side) >= target);
}

/** A side without players on the court is all out. */
function allOutOffers(state: JsonObject, { keys, players }: PointsFormat): Offer[] {
  const key = keys.find(({ refills }) => refills);
  if (key === undefined || players === undefined) return [];
  return bothSides
    .filter((side) => playersOf(state, otherSide(side), players) === 0)
    .map((side) => ({ text: `${key.name}: ${key.points} points for ${nameOf(state, side)}?`, tap: ['score', { side, key: key.name }] }));
}
