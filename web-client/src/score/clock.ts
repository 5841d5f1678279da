// The clock of a match by taps: start, stop and set. `["clock", {"running", "value", "at"}]` says what the clock showed at the
// server's time `at`, so a replay needs no other time. Scoring never stops a clock by itself.
import type { Tap } from '../lib/outbox';
import type { JsonObject } from '../lib/wire';
import { clockAt, isTimeUp, readClock, timeWords, type Clock } from '../sports/clock';
import { NotAllowed } from './rules';

/** The kind of these taps. */
export const CLOCK = 'clock';

/** The longest time that a clock can be set to. */
const LONGEST_MS = 100 * 3_600_000;

/** A new clock that stands: down from `minutes`, or up from `minutes` to `limit` minutes. */
export function newClock(direction: Clock['direction'], minutes: number, at: number, limit?: number): Clock {
  return { running: false, at: Math.round(at), value: minutes * 60_000, direction, ...(limit === undefined ? {} : { limit: limit * 60_000 }) };
}

/** The tap that starts a clock that stands, or stops one that runs, at the server's time `now`. */
export function toggled(clock: Clock, now: number): Tap {
  return tapOf(!clock.running, clockAt(clock, now), now);
}

/** The tap that stops a clock; null if it stands. */
export function stopped(clock: Clock | null, now: number): Tap | null {
  return clock?.running ? toggled(clock, now) : null;
}

/** The tap that sets a clock to `value` milliseconds; it runs on if it runs and time is left. */
export function setTo(clock: Clock, value: number, now: number): Tap {
  const [kind, detail] = tapOf(clock.running && !isTimeUp({ ...clock, running: false, value }, now), value, now);
  return [kind, { ...detail, set: true }];
}

/** The tap that moves a clock by some milliseconds, as far as it goes. */
export function movedBy(clock: Clock, by: number, now: number): Tap {
  return setTo(clock, within(clock, clockAt(clock, now) + by), now);
}

/** The time nearest to `value` that a clock can show. */
export function within({ direction, limit }: Clock, value: number): number {
  const [least, most] = direction === 'down' ? [limit ?? 0, LONGEST_MS] : [0, limit ?? LONGEST_MS];
  return Math.min(Math.max(value, least), most);
}

/** The state after a tap of the clock. */
export function playClock(state: JsonObject, detail: JsonObject): JsonObject {
  const clock = readClock(state['clock']);
  if (clock === null) throw new NotAllowed('This match has no clock.');
  const next = afterTap(clock, detail);
  const face = wordsOf(next, next.value);
  const how = next.running === clock.running || detail['set'] === true ? `set to ${face}` : next.running ? `started at ${face}` : `stopped at ${face}`;
  return { ...state, clock: next, commentary: `Clock ${how}.` };
}

/** The clock after a tap. Throws `NotAllowed`. */
export function afterTap(clock: Clock, { running, value, at }: JsonObject): Clock {
  const isNumber = (number: unknown): number is number => typeof number === 'number' && Number.isFinite(number);
  if (typeof running !== 'boolean' || !isNumber(at) || !isNumber(value)) throw new NotAllowed('Enter a time, such as 4:12.');
  const next = { ...clock, running, at: Math.round(at), value: Math.round(value) };
  if (within(clock, value) !== value) throw new NotAllowed(`The clock can't be set to ${wordsOf(clock, value)}.`);
  if (running && isTimeUp(next, next.at)) throw new NotAllowed('No time is left. Set the clock first, or end the period.');
  return next;
}

/** A tap of the clock in words. */
export function clockTapWords({ running, value, set }: JsonObject): string {
  const face = typeof value === 'number' ? timeWords(value) : '';
  return `Clock ${set === true ? 'set to' : running === true ? 'started at' : 'stopped at'} ${face}`.trim();
}

/** A time of a clock in words: `4:12`. */
function wordsOf(clock: Clock, value: number): string {
  return timeWords(value, false, clock.direction === 'up' && clock.limit !== undefined);
}

function tapOf(running: boolean, value: number, now: number): [string, JsonObject] {
  return [CLOCK, { running, value: Math.round(value), at: Math.round(now) }];
}
