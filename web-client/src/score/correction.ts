// Makes corrections: something else happened than an entry says, or nothing, or an earlier correction was wrong. Each is
// computed by replaying the log, and sent as the difference that repairs the state.
import { patchBetween } from '../lib/diff';
import { voidedBy } from '../lib/feed';
import { newId } from '../lib/id';
import { mergePatch } from '../lib/merge';
import type { Draft, Tap } from '../lib/outbox';
import type { JsonObject, LoggedUpdate } from '../lib/wire';
import { counted, editsOf, isClock, lastIn, tapFor, type Counted, type Edits } from './counted';
import { asItStands, corrected, itemsOf, nameOf, type Item, type Known } from './replay';
import { COMMENTARY, NotAllowed, summarized, TAP, tapOf, without, type Rules } from './rules';

/** A correction that a scorer asks for. */
export interface Repair {
  /** The update that was wrong, or the correction to take back. */
  seq: number;
  /** What happened instead; null where nothing did. */
  instead: Tap | null;
  reason: string;
  /** Takes back what was entered last. */
  isUndo?: boolean;
  /** Answers to what was `Asking`: what is played in place of other updates. */
  answers?: Edits;
}

/** What a correction says and does. */
interface Plan {
  state: JsonObject;
  tap: Tap | null;
  voids: number[];
  /** For the commentary. */
  words: string;
  /** For the scorer's list of waiting entries. */
  label: string;
}

/** The correction for a repair. Throws `NotAllowed`: `InTheWay` names an entry, and `Asking` needs an answer. */
export function correctionOf(rules: Rules, log: readonly LoggedUpdate[], repair: Repair, at = Date.now()): Draft {
  const known = { ...asItStands(rules, log), log };
  const target = log.find(({ seq }) => seq === repair.seq);
  const plan = target?.kind === 'correction' ? takenBack(rules, log, target, known) : replaced(rules, log, repair, known);
  const before = without(log.reduce<JsonObject>((state, { data }) => mergePatch(state, data), {}));
  // Without rules there is nothing to replay: the state goes back to what it was.
  const undone = repair.isUndo && !rules.keepsTap ? lastIn(log) : null;
  const after = undone?.update.seq === repair.seq ? without(undone.before) : summarized(rules, before, plan.state, repair.instead);
  // Undo goes back to what the desk showed before, whatever that was.
  const problem = repair.isUndo ? null : (rules.check?.(after) ?? null);
  if (problem !== null && (rules.check?.(known.state) ?? null) === null) throw new NotAllowed(problem);
  const { tap, voids, label } = plan;
  const patch = patchBetween(before, after);
  const data = rules.keepsTap ? { ...patch, [COMMENTARY]: plan.words, [TAP]: tap } : patch;
  return { opId: newId(), data, tap, voids, reason: repair.reason, label, at };
}

/** What an entry or a correction of the log is called. */
export function calledIn(rules: Rules, log: readonly LoggedUpdate[], seq: number): string {
  const found = log.find((update) => update.seq === seq);
  if (found?.kind === 'correction') return `the correction of ${calledIn(rules, log, found.voids?.[0] ?? 0)}`;
  const entry = counted(log).find(({ update }) => update.seq === seq);
  if (entry) return nameOf(rules, entry);
  return found ? nameOf(rules, { update: found, tap: tapOf(found.data) }) : `update ${seq}`;
}

/** Something else happened than an entry says, or nothing. */
function replaced(rules: Rules, log: readonly LoggedUpdate[], { seq, instead, answers, isUndo = false }: Repair, known: Known): Plan {
  const entries = counted(log);
  const index = entries.findIndex(({ update }) => update.seq === seq);
  const target = entries[index];
  if (target === undefined) throw new NotAllowed('This entry was already removed.');
  const name = nameOf(rules, target);
  if (instead === null) checkNotNeeded(rules, target, entries.slice(index + 1), name);
  const inserted = target.taps?.slice(0, -1) ?? [];
  const asked: Edits = new Map([[seq, [...inserted, ...(instead === null ? [] : [instead])]], ...(answers ?? [])]);
  const items = entries.flatMap((entry): Item[] => {
    const taps = asked.get(entry.update.seq);
    return taps?.map((tap, entered) => ({ update: entry.update, tap, entered })) ?? itemsOf(rules, [entry]);
  });
  const { state, items: played } = corrected(rules, items, known);
  // As they were played: with what the rules recorded.
  const enteredAs = (one: number, tap: Tap, index: number) =>
    played.find(({ update, entered }) => update.seq === one && entered === index)?.tap ?? tap;
  const edits = new Map([...asked].map(([one, taps]) => [one, taps.map((tap, index) => enteredAs(one, tap, index))]));
  const removed = [...edits].flatMap(([one, taps]) => (taps.length === 0 && one !== seq ? [one] : []));
  return {
    state,
    tap: rules.keepsTap ? tapFor(edits, seq, isUndo) : instead,
    voids: [seq, ...removed, ...overriddenBy(edits, log)],
    words: told(rules, target, replacedBy(rules, target.tap, instead)),
    label: instead === null ? `Take back ${name}` : `Correct ${name}: ${rules.words(instead)}`,
  };
}

/** An earlier correction was wrong: what it voided counts again. */
function takenBack(rules: Rules, log: readonly LoggedUpdate[], target: LoggedUpdate, known: Known): Plan {
  if (voidedBy(log).has(target.seq)) throw new NotAllowed('This correction was already taken back.');
  const correction: LoggedUpdate = {
    seq: (log.at(-1)?.seq ?? 0) + 1,
    kind: 'correction',
    data: rules.keepsTap ? { [TAP]: null } : {},
    at: target.at,
    voids: [target.seq],
  };
  const entries = counted([...log, correction]);
  const { state } = corrected(rules, itemsOf(rules, entries), known);
  const [seq = 0] = target.voids ?? [];
  const restored = entries.find(({ update }) => update.seq === seq);
  const name = calledIn(rules, log, seq);
  return {
    state,
    tap: null,
    voids: [target.seq],
    words: restored?.tap ? told(rules, restored, `${rules.words(restored.tap)}, after all`) : `Correction: ${name} counts after all.`,
    label: `Take back the correction of ${name}`,
  };
}

function checkNotNeeded(rules: Rules, { tap }: Counted, later: readonly Counted[], name: string): void {
  const taps = later.flatMap(({ update, taps: played }) => (isClock(update) ? [] : (played ?? [])));
  const why = tap === null ? null : (rules.needed?.(tap, taps) ?? null);
  if (why !== null) throw new NotAllowed(`“${name}” can't be removed. ${why}`);
}

/** The corrections that have no effect beside `edits`. */
function overriddenBy(edits: Edits, log: readonly LoggedUpdate[]): number[] {
  const voided = voidedBy(log);
  return log.flatMap((update) => {
    const earlier = [...editsOf(update).keys()];
    const isOverridden = earlier.length > 0 && !voided.has(update.seq) && earlier.every((seq) => edits.has(seq));
    return isOverridden ? [update.seq] : [];
  });
}

function replacedBy(rules: Rules, was: Tap | null, is: Tap | null): string {
  const before = was === null ? null : rules.words(was);
  if (is === null) return before === null ? 'the update is taken back' : `${before}, taken back`;
  const after = rules.words(is);
  return before === null || before === after ? `${after}, corrected` : `${after}, not ${before}`;
}

/** A correction in the commentary: `Correction, 0.3: 2 leg byes, not 2 byes.` */
function told(rules: Rules, { update }: Counted, text: string): string {
  const place = rules.place?.(update.data) ?? null;
  return `Correction${place === null ? '' : `, ${place}`}: ${text}.`;
}
