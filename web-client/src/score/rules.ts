// The rules of a sport, as a scoring console uses them: a tap on a state gives the next state, or is not allowed.
import { patchBetween } from '../lib/diff';
import { newId } from '../lib/id';
import type { Draft, Tap } from '../lib/outbox';
import type { JsonObject } from '../lib/wire';

/** The tap is not possible: the sport's rules forbid it, or information is missing. The message is for the scorer. */
export class NotAllowed extends Error {}

export interface Rules {
  /** The state after a tap. Changes neither argument; throws `NotAllowed`. */
  play: (state: JsonObject, tap: Tap) => JsonObject;
  /** A short description of the tap. */
  words: (tap: Tap) => string;
  /** Whether updates carry their tap. False for a sport without rules, where the update's data is everything. */
  keepsTap: boolean;
}

/**
 * The member in which each update carries its tap, so that any console can replay the match without one of its updates.
 * It is an array, so that a merge replaces it as a whole.
 */
export const TAP = 'tap';

/** The update for a tap. */
export function draftOf(rules: Rules, state: JsonObject, tap: Tap, at = Date.now()): Draft {
  const patch = patchBetween(without(state), without(rules.play(state, tap)));
  const data = rules.keepsTap ? { ...patch, [TAP]: tap } : patch;
  return { opId: newId(), data, tap, voids: null, reason: null, label: rules.words(tap), at };
}

/** The tap that an update was made from; null if no console made it. */
export function tapOf(update: JsonObject): Tap | null {
  const tap = update[TAP];
  return Array.isArray(tap) && typeof tap[0] === 'string' ? (tap as Tap) : null;
}

/** The score without the last tap and without null members, which a merge removes. */
export function without(state: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(state).filter(([name, value]) => name !== TAP && value !== null));
}
