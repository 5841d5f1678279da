// Jumps over a bar that is raised: the high jump and the pole vault.
import { textsIn, type Entry } from './entry';
import { readMark } from './marks';
import type { JsonObject } from '../../../lib/wire';

/** A height by its number in the state. */
export interface Height {
  key: string;
  text: string;
  height: number;
}

/** The heights of the bar, in the order in which it was raised; `jumpOff` has those of a jump-off, which may be lowered. */
export function heightsOf(data: JsonObject, member: 'heights' | 'jumpOff' = 'heights'): Height[] {
  return [...textsIn(data[member])].flatMap(([key, text]) => {
    const height = readMark(text);
    return height === null ? [] : [{ key, text, height }];
  });
}

/** The jumps of an entry at each height, lowest first: of `o`, `x` and `-`. */
export function jumpsOf({ attempts }: Pick<Entry, 'attempts'>, heights: readonly Height[]): { height: Height; jumps: string }[] {
  return heights.map((height) => ({ height, jumps: attempts.get(height.key) ?? '' }));
}

/** What counts of an entry's jumps. */
export interface Cleared {
  height: number;
  /** Failures at this height. */
  failures: number;
  /** Failures in all, up to and with this height. */
  total: number;
}

/** The last height that an entry cleared; null before the first one. */
export function clearedBy(entry: Pick<Entry, 'attempts'>, heights: readonly Height[]): Cleared | null {
  let [total, cleared]: [number, Cleared | null] = [0, null];
  for (const { height, jumps } of jumpsOf(entry, heights)) {
    const failures = failuresIn(jumps);
    total += failures;
    if (jumps.includes('o')) cleared = { height: height.height, failures, total };
  }
  return cleared;
}

/** Failures since the last height that an entry cleared. Passes do not interrupt them. */
export function failuresInARow(entry: Pick<Entry, 'attempts'>, heights: readonly Height[]): number {
  const all = jumpsOf(entry, heights).map(({ jumps }) => jumps).join('');
  return failuresIn(all.slice(all.lastIndexOf('o') + 1));
}

export function failuresIn(jumps: string): number {
  return jumps.split('x').length - 1;
}
