// The server's time, by which clocks run. The device's own clock may be set wrongly.
import { steadyNow } from './steady';

/** A difference below this is the answer's way back, not a wrong clock. */
const ROUGHLY_MS = 2_000;

/** The server's clock minus the steady clock, in milliseconds. Until the first answer, the device's clock is used. */
let offset = Date.now() - steadyNow();

/** The time by the server's clock, in milliseconds since the Unix epoch. */
export function serverNow(): number {
  return steadyNow() + offset;
}

/** Takes the server's time from an answer to a message that was sent at `sentAt` by the steady clock. */
export function learnServerTime(now: number, sentAt: number): void {
  offset = now - (sentAt + steadyNow()) / 2;
}

/** Takes the server's time from the `Date` header of an HTTP answer, which has whole seconds. */
export function learnFromDate(header: string | null): void {
  const now = Date.parse(header ?? '');
  if (Number.isFinite(now) && Math.abs(now - serverNow()) > ROUGHLY_MS) offset = now - steadyNow();
}
