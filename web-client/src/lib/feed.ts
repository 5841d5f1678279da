// What a viewer knows of one event: its state, its last updates, and whether anything is missing.
// Pure: each function takes a feed and what came, and gives the next feed.
import { isObject, mergePatch } from './merge';
import type { JsonObject, LoggedUpdate, ScoreMeta, Position } from './wire';

/** How many of the last updates are kept: more than are shown, as some have nothing to tell. */
export const KEPT_UPDATES = 100;

export interface Feed {
  /** Null until the server has told of the event's history. */
  epoch: string | null;
  /** The last update in `data`; 0 before the first. */
  seq: number;
  data: JsonObject;
  /** When the last update was made, by the server's clock. */
  at: number | null;
  /** Newest first. */
  updates: readonly LoggedUpdate[];
  /** A state that the server has told of and that is not here yet. */
  promised: Position | null;
  /** The last pulse that was ahead of us: the update may still be under way. */
  pulsed: Position | null;
}

export const emptyFeed: Feed = {
  epoch: null,
  seq: 0,
  data: {},
  at: null,
  updates: [],
  promised: null,
  pulsed: null,
};

/** `gap`: something is missing, and the state must be asked for. */
export type Verdict = 'applied' | 'duplicate' | 'gap';
export type Outcome = { feed: Feed; verdict: Verdict };

/** The answer to `join`: the state, or the missed updates, follow it. */
export function afterJoin(feed: Feed, answer: Position & { recovered: boolean }): Feed {
  const { epoch, seq } = answer;
  if (answer.recovered) return { ...feed, promised: seq > feed.seq ? { epoch, seq } : null };
  if (seq === 0) return { ...emptyFeed, epoch };
  return { ...feed, promised: { epoch, seq } };
}

/** One `score` message. */
export function afterScore(feed: Feed, data: JsonObject, meta: ScoreMeta): Outcome {
  if (!isObject(data)) return { feed, verdict: 'duplicate' };
  const { epoch, seq, at } = meta;
  if (meta.kind === 'snapshot') {
    const updates = epoch === feed.epoch ? feed.updates.filter((known) => known.seq <= seq) : [];
    const next = { ...feed, epoch, seq, data, at, updates, promised: null, pulsed: null };
    return { feed: next, verdict: 'applied' };
  }
  if (epoch !== feed.epoch || seq > feed.seq + 1) {
    return { feed: { ...feed, promised: { epoch, seq } }, verdict: 'gap' };
  }
  if (seq <= feed.seq) return { feed, verdict: 'duplicate' };
  const update: LoggedUpdate = { seq, kind: meta.kind, data, at };
  if (meta.voids) update.voids = meta.voids;
  if (meta.reason) update.reason = meta.reason;
  const { promised } = feed;
  const kept = promised !== null && (promised.epoch !== epoch || promised.seq > seq);
  return {
    feed: {
      ...feed,
      seq,
      at,
      data: mergePatch(feed.data, data),
      updates: newestFirst([update, ...feed.updates]),
      promised: kept ? promised : null,
    },
    verdict: 'applied',
  };
}

/**
 * A `pulse` names the event's current `seq`. It may overtake an update by a moment, so only a feed
 * that has not caught up with one pulse by the next has a gap.
 */
export function afterPulse(feed: Feed, { epoch, seq }: Position): Outcome {
  if (!isAhead(feed, { epoch, seq })) return { feed: { ...feed, pulsed: null }, verdict: 'duplicate' };
  if (feed.pulsed !== null && isAhead(feed, feed.pulsed)) {
    return { feed: { ...feed, promised: { epoch, seq } }, verdict: 'gap' };
  }
  return { feed: { ...feed, pulsed: { epoch, seq } }, verdict: 'duplicate' };
}

/** Part of the event's log, as read over HTTP: fills the list of updates, never the state. */
export function afterHistory(feed: Feed, epoch: string, log: readonly LoggedUpdate[]): Feed {
  if (epoch !== feed.epoch) return feed;
  const past = log.filter((update) => update.seq <= feed.seq);
  return { ...feed, updates: newestFirst([...feed.updates, ...past]) };
}

/** The `seq` after which the log has to be read for the list to be whole; null where it is. */
export function missingHistory(feed: Feed): number | null {
  const wanted = Math.min(feed.seq, KEPT_UPDATES);
  const whole =
    feed.updates.length >= wanted &&
    feed.updates.every((update, index) => update.seq === feed.seq - index);
  return whole ? null : feed.seq - wanted;
}

/** What to send as `since`; nothing before the first state. */
export function sinceOf(feed: Feed): Position | undefined {
  return feed.epoch === null ? undefined : { epoch: feed.epoch, seq: feed.seq };
}

/** The `seq`s among the kept updates that a later correction took back. */
export function voidedBy(updates: readonly LoggedUpdate[]): ReadonlySet<number> {
  return new Set(updates.flatMap((update) => update.voids ?? []));
}

function isAhead(feed: Feed, { epoch, seq }: Position): boolean {
  return seq > 0 && (epoch !== feed.epoch || seq > feed.seq);
}

function newestFirst(updates: LoggedUpdate[]): LoggedUpdate[] {
  const bySeq = new Map(updates.map((update) => [update.seq, update]));
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq).slice(0, KEPT_UPDATES);
}
