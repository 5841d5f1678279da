// Playing an event's log again: what the state would be without one of its updates, or with another in its
// place. Updates that carry their tap are played by the rules, so that all that follows comes out right; others
// are merged as they were sent.
import { patchBetween } from '../lib/diff';
import { newId } from '../lib/id';
import { mergePatch } from '../lib/merge';
import type { Draft, Tap } from '../lib/outbox';
import type { JsonObject, LoggedUpdate } from '../lib/wire';
import { NotAllowed, TAP, tapOf, without, type Rules } from './rules';

/** What stands in the log as it counts: `tap` is that of the correction where one was put in its place. */
export interface Counted {
  update: LoggedUpdate;
  tap: Tap | null;
}

/** The log in order, without what was taken back. A correction that was itself taken back has no effect. */
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
    // What a console made to repair the state follows from the rest; what a person wrote does not.
    const isDerived = update.kind === 'correction' && Object.hasOwn(update.data, TAP);
    return voided.has(update.seq) || isDerived ? [] : [{ update, tap: tapOf(update.data) }];
  });
}

/** The state that a log leads to. */
export function replay(rules: Rules, log: readonly LoggedUpdate[]): JsonObject {
  return counted(log).reduce<JsonObject>((state, { update, tap }) => {
    if (tap !== null) {
      try {
        return without(rules.play(state, tap));
      } catch (error) {
        if (!(error instanceof NotAllowed)) throw error;
      }
    }
    return without(mergePatch(state, update.data));
  }, {});
}

/** A minute that passes on the clock, and nothing else. */
export function isClock({ kind, data }: LoggedUpdate): boolean {
  return kind === 'update' && Object.keys(data).every((name) => name === 'minute' || name === TAP);
}

/** The last update that counts and tells something. */
export function lastCounted(log: readonly LoggedUpdate[]): Counted | null {
  return counted(log).filter(({ update }) => update.kind === 'update' && !isClock(update)).at(-1) ?? null;
}

/** What a scorer wants of a correction. */
export interface Repair {
  seq: number;
  /** What happened instead; null where nothing did. */
  instead: Tap | null;
  reason: string;
}

/**
 * The correction that repairs the state by playing the whole log again. Fails with `NotAllowed` where what is
 * put in place is not possible there.
 */
export function correctionOf(rules: Rules, log: readonly LoggedUpdate[], repair: Repair, at = Date.now()): Draft {
  const { seq, instead, reason } = repair;
  const target = counted(log).find(({ update }) => update.seq === seq);
  if (target === undefined) throw new NotAllowed('This was taken back already.');
  const before = log.filter((update) => update.seq < seq);
  if (instead !== null) rules.play(replay(rules, before), instead);
  // Where the target was itself corrected, that correction is taken back with it.
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
  const patch = patchBetween(replay(rules, log), replay(rules, [...log, correction]));
  const data = rules.keepsTap ? { ...patch, [TAP]: instead } : patch;
  const label = instead === null ? `Take back #${seq}` : `Correct #${seq}: ${rules.words(instead)}`;
  return { opId: newId(), data, tap: instead, voids, reason, label, at };
}
