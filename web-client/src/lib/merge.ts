// JSON Merge Patch (RFC 7396), which applies an update to an event's state.
import type { JsonObject } from './wire';

/**
 * Returns `target` with `patch` applied; neither is changed. The algorithm is that of RFC 7396, section 2. Members are
 * kept in a Map, so that one called `__proto__` is a plain member.
 */
export function mergePatch(target: unknown, patch: JsonObject): JsonObject {
  const members = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) members.delete(name);
    else if (isObject(value)) members.set(name, mergePatch(members.get(name) ?? null, value));
    else members.set(name, value);
  }
  return Object.fromEntries(members);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
