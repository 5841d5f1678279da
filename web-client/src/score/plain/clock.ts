// The clock of a plain match: how it begins, how the result stops it, and the mark that an update has by it.
import { readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { clockAt, clockFace, readClock, type Clock } from '../../sports/clock';
import type { PlainFormat } from '../../sports/families/plain/format';
import { newClock } from '../clock';

/** A clock that stands: at its minutes if it runs down, or at zero. */
export function beginning({ direction, minutes }: NonNullable<PlainFormat['clock']>): Clock {
  return direction === 'down' ? newClock(direction, minutes ?? 0, 0) : newClock(direction, 0, 0, minutes);
}

/** The state with its clock stopped at the server's time `at`. */
export function stoppedAt(state: JsonObject, at: unknown): JsonObject {
  const clock = readClock(state['clock']);
  if (clock === null || !clock.running) return state;
  const now = typeof at === 'number' && Number.isFinite(at) ? Math.round(at) : clock.at;
  return { ...state, clock: { ...clock, running: false, at: now, value: Math.round(clockAt(clock, now)) } };
}

/** The period, and what the clock showed at the server's time `at`: `Round 2 4:12`. Null without both. */
export function markOf(state: JsonObject, at: unknown): string | null {
  const clock = readClock(state['clock']);
  const isTimed = clock !== null && (!clock.running || typeof at === 'number');
  const face = clock !== null && isTimed ? clockFace(clock, typeof at === 'number' ? at : 0) : null;
  return [readText(state['period']), face].filter((part) => part !== null).join(' ') || null;
}
