// What changed between two states of an event: as the JSON Merge Patch (RFC 7396) that leads from one to the
// other, and as a list that a person can read.
import { isObject } from './merge';
import type { JsonObject } from './wire';

/** The patch with which `mergePatch(before, patch)` is `after`. A member that is null in `after` counts as none. */
export function patchBetween(before: JsonObject, after: JsonObject): JsonObject {
  const patch = new Map<string, unknown>();
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name) || after[name] === null) patch.set(name, null);
  }
  for (const [name, value] of Object.entries(after)) {
    const known = Object.hasOwn(before, name) ? before[name] : undefined;
    if (value === null || value === undefined || isSame(known, value)) continue;
    patch.set(name, isObject(value) ? patchBetween(isObject(known) ? known : {}, value) : value);
  }
  return Object.fromEntries(patch);
}

/** Equal as JSON values: the order of members does not count. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]));
}

/** One figure that changes; `undefined` stands for none. */
export interface Change {
  /** The names that lead to it. */
  path: string[];
  before: unknown;
  after: unknown;
}

/** What a patch changes of a state, figure by figure. */
export function changesBy(state: JsonObject, patch: JsonObject, path: string[] = []): Change[] {
  return Object.entries(patch).flatMap(([name, after]) => {
    const before = Object.hasOwn(state, name) ? state[name] : undefined;
    const here = [...path, name];
    if (isObject(after)) {
      const inner = changesBy(isObject(before) ? before : {}, after, here);
      return isObject(before) || inner.length > 0 ? inner : [{ path: here, before, after }];
    }
    if (after === null) return before === undefined ? [] : [{ path: here, before, after: undefined }];
    return isSame(before, after) ? [] : [{ path: here, before, after }];
  });
}
