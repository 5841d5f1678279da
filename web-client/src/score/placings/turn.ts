// Whose turn it is: the next attempt by the usual order. The scorer may enter any other one.
import type { JsonObject } from '../../lib/wire';
import { heightsOf, type Height } from '../../sports/families/placings/bar';
import { readEntriesOf, type Entry } from '../../sports/families/placings/entry';
import { attemptsOf } from '../../sports/families/placings/format';
import { inJumpOff, whyNot } from './bar';
import { formatOf } from './state';

export interface Turn {
  entry: Entry;
  /** The number of the attempt. */
  number: number;
}

/** The next attempt of a contest with attempts for each entry; null after the last one, and where weights decide the order. */
export function nextAttempt(state: JsonObject): Turn | null {
  const format = formatOf(state);
  if (format.attempts === undefined || format.attempts.groups !== undefined) return null;
  const entries = readEntriesOf(state).filter(({ status }) => status === null);
  const { cut } = format.attempts;
  for (let number = 1; number <= attemptsOf(format); number += 1) {
    const order = cut !== undefined && number > cut.after ? afterCut(entries, cut.keep) : entries;
    const entry = order.find(({ attempts }) => !attempts.has(String(number)));
    if (entry !== undefined) return { entry, number };
  }
  return null;
}

/**
 * Of more entries than `keep` only the best go on; otherwise all do, those without a mark first. The best come last (World
 * Athletics, TR 25).
 */
function afterCut(entries: readonly Entry[], keep: number): Entry[] {
  const left = entries.length > keep ? entries.filter(({ place }) => place !== null && place <= keep) : entries;
  return [...left].sort((a, b) => (b.place ?? Number.MAX_SAFE_INTEGER) - (a.place ?? Number.MAX_SAFE_INTEGER));
}

/** The next jump over the bar; null if nobody is left at this height. */
export function nextJump(state: JsonObject): (Turn & { height: Height; jumpOff: boolean }) | null {
  const round = heightsOf(state, 'jumpOff').at(-1);
  if (round !== undefined) {
    const entry = inJumpOff(state, round.key).find(({ jumpOff }) => !jumpOff.has(round.key));
    return entry === undefined ? null : { entry, number: 1, height: round, jumpOff: true };
  }
  const heights = heightsOf(state);
  const height = heights.at(-1);
  if (height === undefined) return null;
  const jumps = ({ attempts }: Entry) => (attempts.get(height.key) ?? '').length;
  const left = readEntriesOf(state).filter((entry) => whyNot(state, entry, heights, height) === null);
  const least = Math.min(...left.map(jumps));
  const entry = left.find((one) => jumps(one) === least);
  return entry === undefined ? null : { entry, number: least + 1, height, jumpOff: false };
}

/** Whether entries are left that may jump at a next height. */
export function isAnyoneLeft(state: JsonObject): boolean {
  const heights = heightsOf(state);
  const next: Height = { key: 'next', text: '', height: Number.MAX_SAFE_INTEGER };
  return readEntriesOf(state).some((entry) => whyNot(state, entry, [...heights, next], next) === null);
}
