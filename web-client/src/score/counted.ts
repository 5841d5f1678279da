// Which entries of an event's log count, and as what: corrections void, replace and insert. Also finds what was entered
// last, for Undo.
import { isSame } from '../lib/diff';
import { voidedBy } from '../lib/feed';
import { isObject, mergePatch } from '../lib/merge';
import type { Tap } from '../lib/outbox';
import type { JsonObject, LoggedUpdate } from '../lib/wire';
import { isTold } from '../sports/sports';
import { TAP, tapOf, without } from './rules';

/** An update that counts. */
export interface Counted {
  update: LoggedUpdate;
  /** What is played in its place: its own tap, or those of a correction. Null if no console made it; then it is merged. */
  taps: Tap[] | null;
  /** The last of `taps`, which says what happened. The others were inserted before it. */
  tap: Tap | null;
  /** Whether a correction changed it. */
  isCorrected: boolean;
  /** The update that brought its taps: itself, or the correction. */
  since: number;
}

/** What a correction plays in place of updates, by their `seq`. */
export type Edits = ReadonlyMap<number, Tap[]>;

/** The kind of tap with which a correction carries several edits: `["correction", {"taps": {"12": [tap, …]}}]`. */
const SEVERAL = 'correction';

/**
 * The tap of a correction, which carries its edits. `target` is the first update that it voids. Only Undo has none: a
 * removal that the scorer chose is an entry, which Undo takes back.
 */
export function tapFor(edits: Edits, target: number, isUndo: boolean): Tap | null {
  const [first, ...more] = edits.get(target) ?? [];
  if (edits.size === 1 && more.length === 0 && (isUndo || first !== undefined)) return first ?? null;
  return [SEVERAL, { taps: Object.fromEntries(edits) }];
}

/** The edits that a console's correction carries; none for another update. */
export function editsOf({ kind, data, voids }: Pick<LoggedUpdate, 'kind' | 'data' | 'voids'>): Edits {
  const [target] = voids ?? [];
  if (kind !== 'correction' || target === undefined || !Object.hasOwn(data, TAP)) return new Map();
  return editsIn(tapOf(data), target);
}

/** The edits in the tap of a correction. */
export function editsIn(tap: Tap | null, target: number): Edits {
  if (tap?.[0] !== SEVERAL) return new Map([[target, tap === null ? [] : [tap]]]);
  const { taps } = tap[1] ?? {};
  const edits = Object.entries(isObject(taps) ? taps : {}).flatMap(([seq, list]): [number, Tap[]][] => {
    const read = Array.isArray(list) ? list.map((one) => tapOf({ [TAP]: one })) : [null];
    return read.includes(null) ? [] : [[Number(seq), read as Tap[]]];
  });
  return new Map(edits);
}

/** The updates that count, in the order of the log. */
export function counted(log: readonly LoggedUpdate[]): Counted[] {
  const voided = new Set<number>();
  const instead = new Map<number, { taps: Tap[]; since: number }>();
  for (const update of [...log].reverse()) {
    if (voided.has(update.seq)) continue;
    // Of two corrections of one update, the later counts.
    for (const [seq, taps] of editsOf(update)) {
      if (!voided.has(seq) && !instead.has(seq)) instead.set(seq, { taps, since: update.seq });
    }
    for (const seq of update.voids ?? []) voided.add(seq);
  }
  return log.flatMap((update) => {
    const edited = instead.get(update.seq);
    if (edited !== undefined) return edited.taps.length === 0 ? [] : [entryOf(update, edited.taps, edited.since)];
    // A console's correction follows from the rest of the log; a correction that a person wrote does not.
    const isDerived = update.kind === 'correction' && Object.hasOwn(update.data, TAP);
    if (voided.has(update.seq) || isDerived) return [];
    const tap = tapOf(update.data);
    return [entryOf(update, tap === null ? null : [tap], update.seq)];
  });
}

function entryOf(update: LoggedUpdate, taps: Tap[] | null, since: number): Counted {
  return { update, taps, tap: taps?.at(-1) ?? null, isCorrected: since !== update.seq, since };
}

/** Whether an update only advances, starts or stops the clock. Undo passes over it, and it gets out of the way of another desk's entries. */
export function isClock(update: Pick<LoggedUpdate, 'kind' | 'data'>): boolean {
  return !isTold(update);
}

/** What was entered last and not taken back: an update or a correction. The clock is not an entry. */
export function lastEntered(log: readonly LoggedUpdate[]): LoggedUpdate | null {
  return lastIn(log)?.update ?? null;
}

/** The last entry, with the state before it. */
export function lastIn(log: readonly LoggedUpdate[]): { update: LoggedUpdate; before: JsonObject } | null {
  const entered: { update: LoggedUpdate; before: JsonObject }[] = [];
  let state: JsonObject = {};
  for (const update of log) {
    const before = state;
    state = mergePatch(state, update.data);
    const last = entered.at(-1);
    const isBack = last !== undefined && update.voids?.[0] === last.update.seq && isRemoval(update, last, state);
    if (isBack) entered.pop();
    else if (!isClock(update)) entered.push({ update, before });
  }
  // Another program may have voided it by then.
  const voided = voidedBy(log);
  return entered.filter(({ update }) => !voided.has(update.seq)).at(-1) ?? null;
}

/**
 * Whether a correction puts nothing in the place of what it voids. Without taps, the state shows it; nothing is ever put in
 * the place of another correction.
 */
function isRemoval({ data }: LoggedUpdate, { update, before }: { update: LoggedUpdate; before: JsonObject }, after: JsonObject): boolean {
  if (Object.hasOwn(data, TAP)) return tapOf(data) === null;
  return update.kind === 'correction' || isSame(without(before), without(after));
}
