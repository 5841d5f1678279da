// Replays an event's log without one of its updates, or with another in its place. Updates that carry their tap are
// replayed by the rules, so that everything after them is recomputed. Other updates are merged as they were sent.
import { patchBetween } from '../lib/diff';
import { newId } from '../lib/id';
import { mergePatch } from '../lib/merge';
import type { Draft, Tap } from '../lib/outbox';
import type { JsonObject, LoggedUpdate } from '../lib/wire';
import { SUMMARY } from '../sports/summary';
import { NotAllowed, played, summarized, TAP, tapOf, without, type Rules } from './rules';

/** An update that counts. `tap` is the correction's tap if a correction replaced the update. */
export interface Counted {
  update: LoggedUpdate;
  tap: Tap | null;
}

/** The log in order, without voided updates. A correction that was itself voided has no effect. */
export function counted(log: readonly LoggedUpdate[]): Counted[] {
  const voided = new Set<number>();
  const instead = new Map<number, Tap>();
  for (const update of [...log].reverse()) {
    const [first] = update.voids ?? [];
    if (voided.has(update.seq) || first === undefined) continue;
    for (const seq of update.voids ?? []) voided.add(seq);
    const tap = tapOf(update.data);
    if (tap !== null) instead.set(first, tap);
  }
  return log.flatMap((update) => {
    if (instead.has(update.seq)) return [{ update, tap: instead.get(update.seq) ?? null }];
    // A console's correction follows from the rest of the log; a correction that a person wrote does not.
    const isDerived = update.kind === 'correction' && Object.hasOwn(update.data, TAP);
    return voided.has(update.seq) || isDerived ? [] : [{ update, tap: tapOf(update.data) }];
  });
}

/** The state after replaying a log. */
export function replay(rules: Rules, log: readonly LoggedUpdate[]): JsonObject {
  return counted(log).reduce<JsonObject>((state, { update, tap }) => {
    if (tap !== null) {
      try {
        return played(rules, state, tap);
      } catch (error) {
        if (!(error instanceof NotAllowed)) throw error;
      }
    }
    return without(mergePatch(state, update.data));
  }, {});
}

/** Whether an update only advances the clock. */
export function isClock({ kind, data }: LoggedUpdate): boolean {
  const isMinute = Object.hasOwn(data, 'minute') || Object.keys(data).every((name) => name === TAP);
  return kind === 'update' && isMinute && Object.keys(data).every((name) => name === 'minute' || name === TAP || name === SUMMARY);
}

/** The last update that counts and is not only a clock update. */
export function lastCounted(log: readonly LoggedUpdate[]): Counted | null {
  return counted(log).filter(({ update }) => update.kind === 'update' && !isClock(update)).at(-1) ?? null;
}

/** A correction that a scorer asks for. */
export interface Repair {
  seq: number;
  /** What happened instead; null where nothing did. */
  instead: Tap | null;
  reason: string;
}

/**
 * The correction that repairs the state, computed by replaying the whole log. Throws `NotAllowed` if the replacement is
 * not possible at that point.
 */
export function correctionOf(rules: Rules, log: readonly LoggedUpdate[], repair: Repair, at = Date.now()): Draft {
  const { seq, instead, reason } = repair;
  const target = counted(log).find(({ update }) => update.seq === seq);
  if (target === undefined) throw new NotAllowed('This entry was already removed.');
  const before = log.filter((update) => update.seq < seq);
  if (instead !== null) rules.play(replay(rules, before), instead);
  // If the target was already corrected, that correction is voided too.
  const earlier = log.filter((update) => tapOf(update.data) !== null && update.voids?.[0] === seq);
  const voids = [seq, ...earlier.map((correction) => correction.seq)];
  const correction: LoggedUpdate = {
    seq: (log.at(-1)?.seq ?? 0) + 1,
    kind: 'correction',
    data: { [TAP]: instead },
    at,
    voids,
    reason,
  };
  const now = replay(rules, log);
  const patch = patchBetween(now, summarized(rules, now, replay(rules, [...log, correction]), instead));
  const data = rules.keepsTap ? { ...patch, [TAP]: instead } : patch;
  const label = instead === null ? `Remove #${seq}` : `Correct #${seq}: ${rules.words(instead)}`;
  return { opId: newId(), data, tap: instead, voids, reason, label, at };
}
