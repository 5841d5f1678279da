// The minute of a football match. Viewers compute it from the start of the period, so it goes on without a desk.
import { readText } from '../lib/read';
import type { JsonObject, SummaryClock } from '../lib/wire';

const MINUTE = 60_000;

/** The names of the parts of a match, besides the pauses after its periods, in which there is no minute. */
export const BEFORE = 'Before kick-off';
export const SHOOT_OUT = 'Penalty shoot-out';
export const FULL_TIME = 'Full time';

/** The periods of a match: name, minutes played before it, length in minutes, and the pause after it. */
export const periods = [
  { name: 'First half', from: 0, length: 45, end: 'Half-time' },
  { name: 'Second half', from: 45, length: 45, end: 'End of normal time' },
  { name: 'Extra time, first half', from: 90, length: 15, end: 'Half-time in extra time' },
  { name: 'Extra time, second half', from: 105, length: 15, end: 'End of extra time' },
] as const;

/**
 * The minute of play: `23`, or `45+2` in added time. The first minute of a match is 1, as the Laws of the Game count.
 * Null if no period is running.
 */
export function minuteAt(state: JsonObject, now: number): string | null {
  const running = footballClock(state);
  return running === null ? null : minuteOfClock(running, readText(state['period']), now);
}

/** The clock of a running period. It has no limit, because added time counts on. */
export function footballClock(state: JsonObject): SummaryClock | null {
  const period = periodOf(readText(state['period']));
  const at = Number(readText(state['beganAt']) ?? Number.NaN);
  if (period === undefined || !Number.isFinite(at)) return null;
  return { running: true, at: Math.round(at), value: period.from * MINUTE, direction: 'up' };
}

/** The minute that a clock shows. In a period with a known length it becomes `45+2`; other periods count on. */
export function minuteOfClock({ running, at, value }: SummaryClock, name: string | null, now: number): string {
  const passed = value + (running ? Math.max(0, now - at) : 0);
  // A clock that stands at 45:00 has played 45 minutes; one that runs is in its 46th.
  const minute = Math.max(1, running ? Math.floor(passed / MINUTE) + 1 : Math.ceil(passed / MINUTE));
  const period = periodOf(name);
  const last = period === undefined ? Number.POSITIVE_INFINITY : period.from + period.length;
  return minute <= last ? String(Math.max(minute, (period?.from ?? 0) + 1)) : `${last}+${minute - last}`;
}

/** When a period must have begun for its clock to show `minute` at `at`; null if the period has no such minute. */
export function beginningFor(name: string | null, minute: string, at: number): number | null {
  const [, played = '', added = '0'] = /^(\d{1,3})(?:\+(\d{1,2}))?$/.exec(minute) ?? [];
  const period = periodOf(name);
  const count = Number(played) + Number(added);
  if (period === undefined || played === '' || count <= period.from) return null;
  return Math.round(at) - (count - period.from - 1) * MINUTE;
}

/** Whether no football is played in a period by this name, so that there is no minute: pauses, the shoot-out, and the end. */
export function isPause(name: string | null): boolean {
  return [BEFORE, SHOOT_OUT, FULL_TIME, ...periods.map(({ end }) => end as string)].includes(name ?? '');
}

function periodOf(name: string | null): (typeof periods)[number] | undefined {
  return periods.find((period) => period.name === name);
}
