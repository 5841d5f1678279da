// Replays an event's log. Updates that carry their tap are played by the rules, so that everything after a correction is
// recomputed. Other updates are merged as they were sent. Nothing is guessed: an entry that can be neither played nor
// merged is named.
import { isSame } from '../lib/diff';
import { isObject, mergePatch } from '../lib/merge';
import type { Tap } from '../lib/outbox';
import { clip, readText } from '../lib/read';
import type { JsonObject, LoggedUpdate } from '../lib/wire';
import { SUMMARY } from '../sports/summary';
import { counted, isClock, type Counted } from './counted';
import { COMMENTARY, MARK, NotAllowed, played, summarized, TAP, tapOf, without, type Question, type Rules } from './rules';

/** An entry of the log that cannot be played where a correction leaves it. */
export class InTheWay extends NotAllowed {
  constructor(
    readonly seq: number,
    /** What the entry is called, such as `0.3 FOUR`. */
    readonly entry: string,
    readonly why: string,
  ) {
    super(`“${entry}” stands in the way. ${why}`);
  }
}

/** Something that only the scorer knows: what is played in place of the update `seq`. */
export class Asking extends NotAllowed {
  constructor(
    readonly seq: number,
    readonly question: Question,
    /** What is played in place of the update, with the taps of an answer. */
    readonly answered: (taps: Tap[]) => Tap[],
  ) {
    super(question.text);
  }
}

/** One tap to play, or one update to merge. */
export interface Item {
  update: LoggedUpdate;
  tap: Tap | null;
  /** The update that brought the tap: its own, or a correction. */
  since?: number;
  /** Its index among the taps that the correction in the making plays in place of the update. */
  entered?: number;
}

/** A log as it was played. */
export interface Replayed {
  state: JsonObject;
  /** In the order in which they were played. */
  items: Item[];
  /** Updates that were merged as they were sent, and taps that were not reached, each with the state before it. */
  asSent: ReadonlyMap<LoggedUpdate, JsonObject>;
  /** What the rules had against taps that count anyway. */
  overruled: Overruled;
}

type Overruled = ReadonlyMap<LoggedUpdate, readonly string[]>;

/** The log that a correction corrects, and how it stands. What could not be played then need not be played now. */
export interface Known extends Replayed {
  log: readonly LoggedUpdate[];
}

/** How to play a log. */
interface Options {
  known?: Known;
  /** Stop before this update. */
  until?: number;
}

/** The state after replaying a log. */
export function replay(rules: Rules, log: readonly LoggedUpdate[]): JsonObject {
  return asItStands(rules, log).state;
}

/** The state before an update that counts. */
export function stateBefore(rules: Rules, log: readonly LoggedUpdate[], seq: number): JsonObject {
  return run(rules, itemsOf(rules, counted(log)), { until: seq }).state;
}

/** A log as it is. What cannot be played, for example since a correction of an older console, is merged as it was sent. */
export function asItStands(rules: Rules, log: readonly LoggedUpdate[]): Replayed {
  return run(rules, itemsOf(rules, counted(log)), {});
}

/** A log with a correction. Throws `InTheWay`, or `Asking`. */
export function corrected(rules: Rules, items: Item[], known: Known): Replayed {
  return run(rules, items, { known });
}

/** The taps and updates of the entries that count. */
export function itemsOf(rules: Rules, entries: readonly Counted[]): Item[] {
  return entries.flatMap(({ update, taps, isCorrected, since }): Item[] => {
    if (taps === null || (!isCorrected && taps.some((tap) => !isKnown(rules, tap)))) return [{ update, tap: null }];
    return taps.map((tap) => ({ update, since, tap: isCorrected ? tap : (rules.recall?.(tap, update.data) ?? tap) }));
  });
}

function isKnown(rules: Rules, tap: Tap): boolean {
  return rules.knows?.(tap) ?? true;
}

function run(rules: Rules, items: readonly Item[], { known, until }: Options): Replayed {
  const rest = [...items];
  const done: Item[] = [];
  const asSent = new Map<LoggedUpdate, JsonObject>();
  const overruled = new Map<LoggedUpdate, readonly string[]>();
  let state: JsonObject = {};
  while (rest.length > 0) {
    const next = rules.next?.(state, rest) ?? 0;
    const asked = typeof next === 'number' ? null : next;
    const [item] = rest.splice(typeof next === 'number' ? next : next.about, 1);
    if (item === undefined || item.update.seq === until) break;
    const { update } = item;
    const before = item.entered !== undefined ? undefined : known?.asSent.get(update);
    if (asked !== null && known !== undefined && before === undefined) {
      const siblings = items.filter((one) => one.update === update);
      throw new Asking(update.seq, asked.question, (taps) => siblings.flatMap((one) => (one === item ? taps : one.tap === null ? [] : [one.tap])));
    }
    if (asked?.isIdle) {
      asSent.set(update, state);
      continue;
    }
    const result = asked === null ? attempt(rules, state, item, known) : asked.question.text;
    if (typeof result !== 'string') {
      done.push(result.item);
      state = result.state;
      if (result.against.length > 0) overruled.set(update, [...(overruled.get(update) ?? []), ...result.against]);
      continue;
    }
    // A clock without its match says nothing.
    if (item.tap !== null && isClock(update)) continue;
    if (known !== undefined && before === undefined && rules.keepsTap) throw new InTheWay(update.seq, nameOf(rules, item), result);
    if (before !== undefined && rules.keepsTap && isAffected(update.data, before, state)) {
      throw new InTheWay(update.seq, nameOf(rules, item), 'Its figures were made from those before the correction.');
    }
    asSent.set(update, state);
    done.push(item);
    const merged = without(mergePatch(state, update.data));
    // The summary in the update is that of the state it was made from.
    state = before === undefined || isSame(before, state) ? merged : summarized(rules, state, merged, null);
  }
  return { state, items: done, asSent, overruled };
}

/** What the rules said to an item that was played. */
interface Attempt {
  item: Item;
  state: JsonObject;
  /** What they had against it; it counts anyway. */
  against: readonly string[];
}

/** Plays an item, or says why that is not possible. */
function attempt(rules: Rules, state: JsonObject, item: Item, known: Known | undefined): Attempt | string {
  if (item.tap === null) return 'It carries no tap.';
  const isNew = item.entered !== undefined;
  const tap = isNew ? (rules.record?.(state, item.tap) ?? item.tap) : item.tap;
  const after = stateAfter(rules, state, tap);
  if (typeof after === 'string') return after;
  const against = rules.overruled?.(state, tap) ?? [];
  const refused = isNew || known === undefined ? null : notOverruled(rules, item, against, known);
  return refused ?? { item: { ...item, tap }, state: after, against };
}

/** A tap that counts anyway overrules what it was entered against, and nothing else. Null if that is all. */
function notOverruled(rules: Rules, { update, since }: Item, against: readonly string[], { overruled, log }: Known): string | null {
  const rest = against.filter((why) => !overruled.get(update)?.includes(why));
  if (rest.length === 0) return null;
  // A correction since then may have left nothing to overrule.
  const entered = asItStands(rules, log.filter(({ seq }) => seq <= (since ?? update.seq))).overruled.get(update) ?? [];
  return rest.find((why) => !entered.includes(why)) ?? null;
}

/** The state after a tap, or why it is not possible. */
function stateAfter(rules: Rules, state: JsonObject, tap: Tap): JsonObject | string {
  try {
    return played(rules, state, tap);
  } catch (error) {
    if (error instanceof NotAllowed) return error.message;
    throw error;
  }
}

/** What an entry is called: its place in the match, and what it says. */
export function nameOf(rules: Rules, { update, tap }: Pick<Item, 'update' | 'tap'>): string {
  // An inserted tap has no place of its own.
  const isOwn = tap === null || tapOf(update.data)?.[0] === tap[0];
  const place = isOwn ? (rules.place?.(update.data) ?? null) : null;
  const text = tap === null ? (readText(update.data[COMMENTARY]) ?? `update ${update.seq}`) : rules.words(tap);
  return clip(place === null || text.startsWith(place) ? text : `${place} ${text}`, 120);
}

/** Members that say what happened last. They follow from any tap, so a merge may repeat them. */
const told = new Set([TAP, SUMMARY, COMMENTARY, MARK]);

/** Whether a patch writes a value that was another before a correction. */
function isAffected(patch: JsonObject, before: JsonObject, after: JsonObject, isTop = true): boolean {
  return Object.entries(patch).some(([name, value]) => {
    if (isTop && told.has(name)) return false;
    const [was, is] = [before, after].map((state) => (Object.hasOwn(state, name) ? state[name] : undefined));
    if (!isObject(value)) return !isSame(was, is);
    return isAffected(value, isObject(was) ? was : {}, isObject(is) ? is : {}, false);
  });
}
