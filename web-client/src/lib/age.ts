// Times and durations in words.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago something was: `just now`, `12 s ago`, `3 min ago`, `5 h ago`, `2 days ago`. */
export function ageOf(at: number, now: number): string {
  const ago = now - at;
  if (ago < 2 * SECOND) return 'just now';
  if (ago < MINUTE) return `${Math.floor(ago / SECOND)} s ago`;
  if (ago < HOUR) return `${Math.floor(ago / MINUTE)} min ago`;
  if (ago < DAY) return `${Math.floor(ago / HOUR)} h ago`;
  const days = Math.floor(ago / DAY);
  return days === 1 ? '1 day ago' : `${days} days ago`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const start = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const whole = new Intl.DateTimeFormat(undefined, {
  weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short',
});

/** The time of day of an update. */
export function timeOfDay(at: number): string {
  return clock.format(at);
}

/** The day and time of a start. */
export function dayAndTime(at: number): string {
  return start.format(at);
}

/** The day and time of a start in full, with the time zone. */
export function dayTimeAndZone(at: number): string {
  return whole.format(at);
}

/** A countdown: `2 days 3 h`, `2 h 14 min`, `14 min 05 s`, `9 s`; null once it is over. */
export function countdown(ms: number): string | null {
  if (!(ms > 0)) return null;
  const [days, hours, minutes, seconds] = [DAY, HOUR, MINUTE, SECOND].map((unit) => Math.floor(ms / unit)) as [number, number, number, number];
  if (days > 0) return `${days} ${days === 1 ? 'day' : 'days'} ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  if (minutes > 0) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${seconds} s`;
}

/** `in 20 s`, `in 3 min`, `in 2 h`; empty if the time is unknown. `before` goes in front. */
export function waiting(ms: number | undefined, before = ''): string {
  if (ms === undefined) return '';
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  if (seconds < 60) return `${before}in ${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return `${before}in ${minutes < 60 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`}`;
}
