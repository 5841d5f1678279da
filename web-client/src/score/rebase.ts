// After a conflict: entering what waits again, on the state as others have made it meanwhile.
import { newId } from '../lib/id';
import { mergePatch } from '../lib/merge';
import type { Draft, Entry } from '../lib/outbox';
import type { LoggedUpdate } from '../lib/wire';
import type { History } from './history';
import { correctionOf } from './replay';
import { draftOf, NotAllowed, type Rules } from './rules';

export interface Plan {
  drafts: Draft[];
  /** What is not possible any more, and why. */
  impossible: { label: string; why: string }[];
}

/** The entries made anew upon `history`. They are others to the server: the first ones were refused for good. */
export function rebase(rules: Rules, history: History, entries: readonly Entry[]): Plan {
  const plan: Plan = { drafts: [], impossible: [] };
  let state = history.data;
  const log: LoggedUpdate[] = [...history.log];
  // A correction of something that waits too names it by the number that it would have had.
  const moved = new Map<number, number>();
  const base = entries[0]?.base ?? history.seq;
  for (const [index, entry] of entries.entries()) {
    try {
      const draft = anew(rules, state, log, entry, (seq) => (seq > base ? moved.get(seq) : seq));
      const { data, voids, at } = draft;
      const seq = history.seq + plan.drafts.length + 1;
      moved.set(base + index + 1, seq);
      log.push({ seq, kind: voids === null ? 'update' : 'correction', data, at, ...(voids ? { voids } : {}) });
      state = mergePatch(state, data);
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
    const [seq, ...more] = voids.map(now);
    if (seq === undefined) throw new NotAllowed('What it takes back is not there any more.');
    if (rules.keepsTap) return correctionOf(rules, log, { seq, instead: tap, reason: reason ?? '' }, at);
    // Without rules the scorer's own data is all that there is.
    return { opId: newId(), data, tap, voids: [seq, ...more.filter((found) => found !== undefined)], reason, label, at };
  }
  if (tap !== null) return draftOf(rules, state, tap, at);
  return { opId: newId(), data, tap, voids, reason, label, at };
}
