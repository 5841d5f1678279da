// The rules of a sport, as a scoring console uses them: a tap on a state gives the next state, or is not allowed.
import { isSame, patchBetween } from '../lib/diff';
import { newId } from '../lib/id';
import type { Draft, Tap } from '../lib/outbox';
import type { JsonObject, Summary } from '../lib/wire';
import { SUMMARY } from '../sports/summary';

/** The tap is not possible: the sport's rules forbid it, or information is missing. The message is for the scorer. */
export class NotAllowed extends Error {}

export interface Rules {
  /** The state after a tap. Changes neither argument; throws `NotAllowed`. */
  play: (state: JsonObject, tap: Tap) => JsonObject;
  /** A short description of the tap. */
  words: (tap: Tap) => string;
  /** The summary of a state, for lists; null if the state has nothing to summarize. */
  summary: (state: JsonObject) => Summary | null;
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
  const patch = patchBetween(without(state), played(rules, state, tap));
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

/** The state after a tap, with its summary. */
export function played(rules: Rules, state: JsonObject, tap: Tap): JsonObject {
  return summarized(rules, state, without(rules.play(state, tap)), tap);
}

/**
 * The state `after` with its summary. Without rules, a summary of the scorer's own stays: one that `tap` writes, or that
 * differs from what the state before makes.
 */
export function summarized(rules: Rules, before: JsonObject, after: JsonObject, tap: Tap | null): JsonObject {
  const writes = Object.hasOwn(tap?.[1] ?? {}, SUMMARY);
  const isOwn = writes || (Object.hasOwn(before, SUMMARY) && !isSame(before[SUMMARY], rules.summary(before)));
  if (!rules.keepsTap && isOwn) return after;
  const { [SUMMARY]: known, ...rest } = after;
  const summary = rules.summary(rest);
  if (summary !== null) return { ...rest, [SUMMARY]: summary };
  return rules.keepsTap && known !== undefined ? after : rest;
}
