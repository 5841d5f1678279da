// The difference between two states of an event, as a JSON Merge Patch (RFC 7396) and as a readable list.
import { isObject } from './merge';
import type { JsonObject } from './wire';

/** The patch for which `mergePatch(before, patch)` equals `after`. A null member in `after` counts as missing. */
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

/** Whether two JSON values are equal; the order of members does not matter. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]));
}

/** One value that changes. `undefined` means that there is none. */
export interface Change {
  /** The member names that lead to the value. */
  path: string[];
  before: unknown;
  after: unknown;
}

/** The values that a patch changes in a state. */
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
