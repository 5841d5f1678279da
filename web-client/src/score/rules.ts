// The rules of a sport, as a scoring console uses them: a tap on a state gives the next state, or is not allowed.
import { isSame, patchBetween } from '../lib/diff';
import { newId } from '../lib/id';
import { isObject } from '../lib/merge';
import type { Draft, Tap } from '../lib/outbox';
import type { JsonObject, LoggedUpdate, Summary } from '../lib/wire';
import { SUMMARY } from '../sports/summary';

/** The tap is not possible: the sport's rules forbid it, or information is missing. The message is for the scorer. */
export class NotAllowed extends Error {}

/** The rules do not know this kind of tap: a newer console or another program made it. Its update is merged as it was sent. */
export class UnknownTap extends NotAllowed {}

/** What a replay cannot decide: the scorer says what is played in place of one entry. */
export interface Question {
  text: string;
  /** The possible answers, each with the taps that take the entry's place. */
  choices: { label: string; taps: Tap[] }[];
  /** An answer that is a name, to select or to type. */
  name?: { label: string; known: string[]; taps: (name: string) => Tap[] };
}

/** A question about the entry at an index of the entries that are still to be played. */
export interface Asked {
  about: number;
  question: Question;
  /** Nothing is lost if the entry is left out, as of a "new over" that is not reached. */
  isIdle?: boolean;
}

/** An entry that is still to be played. */
export interface Playable {
  tap: Tap | null;
  update: Pick<LoggedUpdate, 'seq' | 'data'>;
  /** The update that brought the tap: its own, or a correction. Missing: the correction in the making. */
  since?: number;
}

export interface Rules {
  /** The state after a tap. Changes neither argument; throws `NotAllowed`. */
  play: (state: JsonObject, tap: Tap) => JsonObject;
  /** A short description of the tap. */
  words: (tap: Tap) => string;
  /** The summary of a state, for lists; null if the state has nothing to summarize. */
  summary: (state: JsonObject) => Summary | null;
  /** Whether updates carry their tap. False for a sport without rules, where the update's data is everything. */
  keepsTap: boolean;
  /** Whether the rules know a tap. Another one, of a newer console or of another program, is never played: its update is merged. */
  knows?: (tap: Tap) => boolean;
  /** The point of the match that an update tells of, such as `0.3` or `12. Nf3`. */
  place?: (update: JsonObject) => string | null;
  /** The tap with what a later replay must know of the state that the scorer saw, such as the batter who is out. */
  record?: (state: JsonObject, tap: Tap) => Tap;
  /** The same for an update of a console that did not record it: found in the update's data. */
  recall?: (tap: Tap, update: JsonObject) => Tap;
  /** What the rules have against a tap that counts anyway. */
  overruled?: (state: JsonObject, tap: Tap) => readonly string[];
  /**
   * Which of the entries that are still to be played is next, as an index; always the first without this member. Cricket
   * plays "new over" where the over ends. An entry without a tap is merged as it was sent; nothing moves across it.
   */
  next?: (state: JsonObject, rest: readonly Playable[]) => number | Asked;
  /** Why an entry cannot be removed: what comes after it depends on it. Null if it can be. */
  needed?: (tap: Tap, later: readonly Tap[]) => string | null;
  /** How the figures of a state contradict each other; null if they do not. */
  check?: (state: JsonObject) => string | null;
}

/**
 * The member in which each update carries its tap, so that any console can replay the match without one of its updates.
 * It is an array, so that a merge replaces it as a whole.
 */
export const TAP = 'tap';

/** The member that tells viewers what happened. Each update that a console makes has it, except those of a clock. */
export const COMMENTARY = 'commentary';

/** Why the rules refuse a tap; null if they take it. */
export function whyNot(rules: Rules, state: JsonObject, tap: Tap): NotAllowed | null {
  try {
    rules.play(state, tap);
    return null;
  } catch (error) {
    if (error instanceof NotAllowed) return error;
    throw error;
  }
}

/** The member that says where in the match an update stands, such as `Q3 4:12`, in the states of the families. */
export const MARK = 'mark';

/** The update for a tap. */
export function draftOf(rules: Rules, state: JsonObject, entered: Tap, at = Date.now()): Draft {
  const tap = rules.record?.(state, entered) ?? entered;
  const after = played(rules, state, tap);
  const patch = patchBetween(without(state), after);
  const data = rules.keepsTap ? { ...patch, ...toldIn(tap, after), [TAP]: tap } : patch;
  return { opId: newId(), data, tap, voids: null, reason: null, label: rules.words(tap), at };
}

/** The commentary of an update and where in the match it stands, though the one before may have said the same. A clock that goes on says nothing. */
function toldIn([kind]: Tap, after: JsonObject): JsonObject {
  if (kind === 'minute') return {};
  return Object.fromEntries([MARK, COMMENTARY].filter((name) => typeof after[name] === 'string').map((name) => [name, after[name]]));
}

/** The tap that an update was made from; null if no console made it. */
export function tapOf(update: JsonObject): Tap | null {
  const tap = update[TAP];
  const isTap = Array.isArray(tap) && typeof tap[0] === 'string' && (tap[1] === undefined || isObject(tap[1]));
  return isTap ? (tap as Tap) : null;
}

/** The score without the last tap and without null members, which a merge removes. */
export function without(state: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(state).filter(([name, value]) => name !== TAP && value !== null));
}

/** For `Rules.needed`: the start of a match stays as long as there is anything after it. */
export function startIsNeeded([kind]: Tap, later: readonly Tap[]): string | null {
  return kind === 'start' && later.length > 0 ? 'The whole match depends on it. Change it, or take back what came after it first.' : null;
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
