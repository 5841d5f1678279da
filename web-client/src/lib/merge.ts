// JSON Merge Patch (RFC 7396): how an update changes the state of an event.
import type { JsonObject } from './wire';

/**
 * What `target` becomes by `patch`; neither is changed. The section 2 algorithm of the RFC. Names go
 * through a Map, so that a member called `__proto__` is a plain member like any other.
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
