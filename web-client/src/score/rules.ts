// What the rules of a sport are to a scoring console: a tap on a state gives the next state, or is not allowed.
import { patchBetween } from '../lib/diff';
import { newId } from '../lib/id';
import type { Draft, Tap } from '../lib/outbox';
import type { JsonObject } from '../lib/wire';

/** The tap cannot be, by the rules of the sport or for want of something; in words for the scorer. */
export class NotAllowed extends Error {}

export interface Rules {
  /** The state after a tap. Neither argument is changed; fails with `NotAllowed`. */
  play: (state: JsonObject, tap: Tap) => JsonObject;
  /** What the tap stands for, in words. */
  words: (tap: Tap) => string;
  /** Whether updates carry their tap; those of a sport without rules are all that there is to know. */
  keepsTap: boolean;
}

/**
 * The member in which each update carries the tap that it was made from. With it any console can play the match
 * again without one of its updates. It is a list, so that a merge replaces it as a whole.
 */
export const TAP = 'tap';

/** The update for a tap. */
export function draftOf(rules: Rules, state: JsonObject, tap: Tap, at = Date.now()): Draft {
  const patch = patchBetween(without(state), without(rules.play(state, tap)));
  const data = rules.keepsTap ? { ...patch, [TAP]: tap } : patch;
  return { opId: newId(), data, tap, voids: null, reason: null, label: rules.words(tap), at };
}

/** The tap that an update was made from; null where it was not made by a console. */
export function tapOf(update: JsonObject): Tap | null {
  const tap = update[TAP];
  return Array.isArray(tap) && typeof tap[0] === 'string' ? (tap as Tap) : null;
}

/** The score alone: without the last tap, and without what rules have set to null, which a merge takes away. */
export function without(state: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(state).filter(([name, value]) => name !== TAP && value !== null));
}
