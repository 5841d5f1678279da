// The clocks of a game. One runs at a time; viewers count it down from the time at which it began, so nothing is sent meanwhile.
import { readObject } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { clockOf, leftAt, readChess, type Clocks } from '../../sports/chess';
import { opponentOf, type Colour } from '../../sports/chessEndings';
import { NotAllowed } from '../rules';

const LONGEST_MS = 48 * 3_600_000;

export function clocksOf(state: JsonObject): Clocks | null {
  return readChess(state)?.clocks ?? null;
}

/** The state after a move at the server's time `at`: the mover's clock stops and gets the increment, the other one runs. */
export function afterMove(state: JsonObject, at: unknown): JsonObject {
  const clocks = clocksOf(state);
  const mover = clocks?.running ?? null;
  if (clocks === null || mover === null || typeof at !== 'number') return state;
  const left = leftAt(clocks, mover, at) + incrementOf(state);
  return withClocks(state, { ...clocks, [mover]: Math.round(left), running: opponentOf(mover), at });
}

/** The state with its clocks stopped at the server's time `at`. */
export function stopped(state: JsonObject, at: unknown): JsonObject {
  const clocks = clocksOf(state);
  const runner = clocks?.running ?? null;
  if (clocks === null || runner === null) return state;
  const now = typeof at === 'number' ? at : (clocks.at ?? 0);
  return withClocks(state, { ...clocks, [runner]: Math.round(leftAt(clocks, runner, now)), running: null, at: now });
}

/** Sets both clocks as a scorer reads them at the server's time `at`, and which one runs, if any. */
export function setClocks(state: JsonObject, detail: JsonObject): JsonObject {
  const { white, black, at, running = null } = detail;
  const isTime = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= LONGEST_MS;
  if (!isTime(white) || !isTime(black)) throw new NotAllowed('Enter both clocks, such as 1:23:45 or 5:00.');
  if (typeof at !== 'number' || !Number.isFinite(at)) throw new NotAllowed('The time of the entry is missing.');
  const runner = running === 'white' || running === 'black' ? running : null;
  const now = withClocks(state, { white, black, running: runner, at });
  return { ...now, commentary: `Clocks: White ${clockOf(white)}, Black ${clockOf(black)}.` };
}

/** The side whose time is up at the server's time `now`; null while both have time. */
export function flagged(state: JsonObject, now: number): Colour | null {
  const clocks = clocksOf(state);
  const runner = clocks?.running ?? null;
  return clocks !== null && runner !== null && leftAt(clocks, runner, now) === 0 ? runner : null;
}

/** `1:23:45`, `5:00` or `90` minutes in milliseconds; null if it is no time. */
export function readTimeLeft(text: string): number | null {
  const parts = text.trim().split(':');
  if (parts.length > 3 || !parts.every((part) => /^\d{1,3}$/.test(part))) return null;
  const numbers = parts.map(Number);
  if (numbers.slice(1).some((number) => number > 59)) return null;
  const [hours = 0, minutes = 0, seconds = 0] = numbers.length === 3 ? numbers : numbers.length === 2 ? [0, ...numbers] : [0, numbers[0] ?? 0, 0];
  const ms = ((hours * 60 + minutes) * 60 + seconds) * 1_000;
  return ms <= LONGEST_MS ? ms : null;
}

function incrementOf(state: JsonObject): number {
  const { increment } = readObject(state['clocks']);
  return typeof increment === 'number' && increment > 0 ? increment : 0;
}

function withClocks(state: JsonObject, { white, black, running, at }: Clocks): JsonObject {
  const { increment } = readObject(state['clocks']);
  return {
    ...state,
    clocks: { ...(increment === undefined ? {} : { increment }), white, black, ...(at === undefined ? {} : { at }), ...(running ? { running } : {}) },
  };
}
