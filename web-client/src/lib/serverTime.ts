// The server's time, by which clocks run. The device's own clock may be set wrongly.
import { steadyNow } from './steady';

/** A difference below this is the answer's way back, not a wrong clock. */
const ROUGHLY_MS = 2_000;

/** An answer may be on its way for this long. */
const SLOW_MS = 30_000;

/** An answer to a ping that leaves more doubt than this is not enough for a clock of a match. */
const EXACT_MS = 100;

/** Two clocks drift apart by at most this share of the time that passes. */
const DRIFT = 1e-4;

/** A change of the server's time below this is not worth drawing clocks again. */
const NOTICED_MS = 20;

/** What is known of the server's clock minus the steady clock, in milliseconds, and when it was learnt. */
interface Bounds {
  from: number;
  to: number;
  at: number;
}

/** Until the first answer, the device's clock is used. */
let offset = Date.now() - steadyNow();
let bounds: Bounds | null = null;
const followers = new Set<() => void>();

/** The time by the server's clock, in milliseconds since the Unix epoch. */
export function serverNow(): number {
  return steadyNow() + offset;
}

/**
 * Takes the server's time from an answer to a message that was sent at `sentAt` by the steady clock: the server wrote it
 * between then and now. A quick answer says more than a slow one, so what several say together is kept.
 */
export function learnServerTime(now: number, sentAt: number): void {
  const at = steadyNow();
  // The server's time is in whole milliseconds.
  const said = { from: now - at, to: now + 1 - sentAt, at };
  bounds = bounds === null ? said : both(bounds, said);
  setOffset((bounds.from + bounds.to) / 2);
}

/** Takes the server's time from the `Date` header of an HTTP answer, which has whole seconds. After a ping it says something only if it cannot be. */
export function learnFromDate(header: string | null): void {
  const now = Date.parse(header ?? '');
  const behind = bounds === null ? ROUGHLY_MS : SLOW_MS;
  if (!Number.isFinite(now) || (now - serverNow() <= ROUGHLY_MS && serverNow() - now <= behind)) return;
  bounds = null;
  setOffset(now - steadyNow());
}

/** Whether the server's time is known well enough for the clock of a match. */
export function isTimeExact(): boolean {
  return bounds !== null && bounds.to - bounds.from <= 2 * EXACT_MS;
}

/** Calls `follow` whenever the server's time turns out to be another one, until the returned function is called. */
export function onServerTime(follow: () => void): () => void {
  followers.add(follow);
  return () => followers.delete(follow);
}

/** What two answers say together. If they contradict each other, a clock was set between them, and the later one counts. */
function both(known: Bounds, said: Bounds): Bounds {
  const drift = (said.at - known.at) * DRIFT;
  const [from, to] = [Math.max(known.from - drift, said.from), Math.min(known.to + drift, said.to)];
  return from <= to ? { from, to, at: said.at } : said;
}

function setOffset(now: number): void {
  const isNews = Math.abs(now - offset) >= NOTICED_MS;
  offset = now;
  if (isNews) for (const follow of followers) follow();
}
