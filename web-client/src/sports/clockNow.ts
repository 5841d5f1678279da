// What a running clock shows now, in a component.
import { ticking } from '../lib/clock.svelte';
import { serverNow } from '../lib/serverTime';
import { beatOf, clockFace, type Clock } from './clock';

/** The clock as it reads. A component that reads a running one is drawn again whenever it shows something else. */
export function clockNow(clock: Clock, tenths = false): string {
  return following(clock, (now) => clockFace(clock, now, tenths), tenths);
}

/** `read` of the server's time now, and again with each second of a running clock. */
export function following<T>(clock: Clock, read: (now: number) => T, tenths = false): T {
  if (!clock.running) return read(serverNow());
  return ticking(() => read(serverNow()), beatOf(clock, serverNow(), tenths));
}
