// The clock of a state, as the protocol describes it: it showed `value` at the server's time `at`. Everybody lets it run on
// by the server's time, so nothing is sent while it runs.
import { readObject } from '../lib/read';
import type { SummaryClock } from '../lib/wire';

export type Clock = SummaryClock;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A clock up that ends before this is shown in minutes, such as `72:10` of a match; a longer one in hours. */
const IN_MINUTES = 100 * MINUTE;

/** The last moment of a `Date`, in milliseconds. */
const LAST_AT = 8.64e15;
/** More than any clock shows. Further on, sums are no longer exact, and then no longer numbers. */
const LONGEST = 1e12;

/** A clock of a state or a summary, read with care. Null if it is none. */
export function readClock(value: unknown): Clock | null {
  const { running, at, value: shown, direction, limit } = readObject(value);
  const isNumber = (number: unknown, most: number): number is number => typeof number === 'number' && Math.abs(number) <= most;
  if (typeof running !== 'boolean' || !isNumber(at, LAST_AT) || !isNumber(shown, LONGEST)) return null;
  return { running, at, value: shown, direction: direction === 'down' ? 'down' : 'up', ...(isNumber(limit, LONGEST) ? { limit } : {}) };
}

/** What a clock shows at the server's time `now`, in milliseconds. */
export function clockAt({ running, at, value, direction, limit }: Clock, now: number): number {
  const passed = running ? Math.max(0, now - at) : 0;
  const shown = direction === 'up' ? value + passed : value - passed;
  if (direction === 'up') return limit === undefined ? shown : Math.min(shown, Math.max(limit, value));
  return Math.max(shown, limit ?? 0);
}

/** Whether a clock has reached its end: zero or its limit down, its limit up. */
export function isTimeUp(clock: Clock, now: number): boolean {
  const shown = clockAt(clock, now);
  return clock.direction === 'down' ? shown <= (clock.limit ?? 0) : clock.limit !== undefined && shown >= clock.limit;
}

/** A clock as it reads: `4:12`. With `tenths`, a clock down shows them in its last minute: `32.5`. */
export function clockFace(clock: Clock, now: number, tenths = false): string {
  return timeWords(clockAt(clock, now), hasTenths(clock, now, tenths), clock.direction === 'up' && (clock.limit ?? IN_MINUTES) < IN_MINUTES);
}

/** Milliseconds as a clock reads, rounded down as scoreboards do: `4:12`, `1:04:12` or, in minutes alone, `64:12`. */
export function timeWords(ms: number, tenths = false, inMinutes = false): string {
  // Times were rounded to milliseconds, and a fraction of one must not show the second before.
  const whole = Math.max(0, Math.floor(ms + 0.001));
  if (tenths) return `${Math.floor(whole / SECOND)}.${Math.floor((whole % SECOND) / 100)}`;
  const seconds = Math.floor(whole / SECOND);
  const two = (part: number) => String(part).padStart(2, '0');
  const [hours, minutes] = inMinutes ? [0, Math.floor(seconds / 60)] : [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** `4:12`, `72:10`, `1:04:12`, or seconds with tenths such as `32.5` or `0:32.5`, in milliseconds; null if it is no time. */
export function readTime(text: string): number | null {
  const [, hours = '0', minutes = '0', seconds = '', tenths = '0'] = /^(?:(?:(\d{1,2}):(?=\d\d:))?(\d{1,3}):)?(\d{1,2})(?:[.,](\d))?$/.exec(text.trim()) ?? [];
  const isTime = seconds !== '' && /[:.,]/.test(text) && Number(seconds) < 60 && (hours === '0' || Number(minutes) < 60);
  return isTime ? ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * SECOND + Number(tenths) * 100 : null;
}

/** When a running clock changes what it shows: each `step` milliseconds of the server's time, at those with the remainder `phase`. */
export function beatOf(clock: Clock, now: number, tenths = false): { phase: number; step: number } {
  const step = hasTenths(clock, now, tenths) ? 100 : SECOND;
  // A clock down shows less only after the moment at which a second is full.
  const turn = Math.round(clock.direction === 'up' ? clock.at - clock.value : clock.at + clock.value + 1);
  return { step, phase: ((turn % step) + step) % step };
}

function hasTenths(clock: Clock, now: number, tenths: boolean): boolean {
  return tenths && clock.direction === 'down' && clockAt(clock, now) < MINUTE;
}
