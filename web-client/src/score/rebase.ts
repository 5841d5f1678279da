// After a conflict: enters the waiting entries again, on the state that others have changed.
import { newId } from '../lib/id';
import { mergePatch } from '../lib/merge';
import type { Draft, Entry } from '../lib/outbox';
import type { LoggedUpdate } from '../lib/wire';
import { correctionOf } from './correction';
import { editsIn } from './counted';
import { updateOf, type History } from './history';
import { draftOf, NotAllowed, type Rules } from './rules';

export interface Plan {
  drafts: Draft[];
  /** The `seq` that they are made on. */
  base: number;
  /** The entries that are no longer possible, and why. */
  impossible: { label: string; why: string }[];
}

/** Recreates the entries on `history`, with new `opId`s: the server refused the old ones for good. */
export function rebase(rules: Rules, history: History, entries: readonly Entry[]): Plan {
  const plan: Plan = { drafts: [], base: history.seq, impossible: [] };
  let state = history.data;
  const log: LoggedUpdate[] = [...history.log];
  // A correction of a waiting entry refers to it by the `seq` it was expected to get.
  const moved = new Map<number, number>();
  const base = entries[0]?.base ?? history.seq;
  for (const [index, entry] of entries.entries()) {
    try {
      const draft = anew(rules, state, log, entry, (seq) => (seq > base ? moved.get(seq) : seq));
      const seq = history.seq + plan.drafts.length + 1;
      moved.set(base + index + 1, seq);
      log.push(updateOf(draft, seq));
      state = mergePatch(state, draft.data);
      plan.drafts.push(draft);
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
      plan.impossible.push({ label: entry.label, why: error.message });
    }
  }
  return plan;
}

function anew(rules: Rules, state: History['data'], log: LoggedUpdate[], entry: Entry, now: (seq: number) => number | undefined): Draft {
  const { voids, reason, tap, at, data, label } = entry;
  if (voids !== null) {
    const [target = 0] = voids;
    const [seq, ...more] = voids.map(now);
    if (seq === undefined) throw new NotAllowed('The entry to correct no longer exists.');
    // Without rules there is only the scorer's data.
    if (!rules.keepsTap) return { opId: newId(), data, tap, voids: [seq, ...more.filter((found) => found !== undefined)], reason, label, at };
    const edits = editsIn(tap, target);
    const answers = new Map([...edits].flatMap(([one, taps]) => (one === target ? [] : [[now(one) ?? 0, taps] as const])));
    if (answers.has(0)) throw new NotAllowed('The entry to correct no longer exists.');
    const own = edits.get(target) ?? [];
    if (own.length > 1) answers.set(seq, own);
    return correctionOf(rules, log, { seq, instead: own.at(-1) ?? null, reason: reason ?? '', answers, isUndo: tap === null }, at);
  }
  if (tap !== null) return draftOf(rules, state, tap, at);
  return { opId: newId(), data, tap, voids, reason, label, at };
}
