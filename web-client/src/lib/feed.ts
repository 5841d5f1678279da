// One event as a viewer knows it: its state, its last updates, and whether anything is missing.
// Pure: each function takes a feed and a message, and returns the next feed.
import { isObject, mergePatch } from './merge';
import type { JsonObject, LoggedUpdate, ScoreMeta, Position } from './wire';

/** How many updates are kept. The page shows fewer, because some have nothing to show. */
export const KEPT_UPDATES = 100;

export interface Feed {
  /** The history's epoch; null until the server sends it. */
  epoch: string | null;
  /** The sequence number of the last update in `data`; 0 before the first. */
  seq: number;
  data: JsonObject;
  /** The time of the last update, by the server's clock. */
  at: number | null;
  /** Newest first. */
  updates: readonly LoggedUpdate[];
  /** A position that the server announced and that this feed has not reached yet. */
  promised: Position | null;
  /** The last pulse ahead of this feed. Its update may still be on the way. */
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

/** `gap`: an update is missing, and the state must be requested. */
export type Verdict = 'applied' | 'duplicate' | 'gap';
export type Outcome = { feed: Feed; verdict: Verdict };

/** Takes the answer to `join`. The state, or the missed updates, follow it. */
export function afterJoin(feed: Feed, answer: Position & { recovered: boolean }): Feed {
  const { epoch, seq } = answer;
  if (answer.recovered) return { ...feed, promised: seq > feed.seq ? { epoch, seq } : null };
  if (seq === 0) return { ...emptyFeed, epoch };
  return { ...feed, promised: { epoch, seq } };
}

/** Takes a `score` message. */
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
 * Takes a `pulse`, which carries the event's current `seq`. A pulse may overtake an update, so a feed has a gap only if
 * it has not caught up with one pulse by the next.
 */
export function afterPulse(feed: Feed, { epoch, seq }: Position): Outcome {
  if (!isAhead(feed, { epoch, seq })) return { feed: { ...feed, pulsed: null }, verdict: 'duplicate' };
  if (feed.pulsed !== null && isAhead(feed, feed.pulsed)) {
    return { feed: { ...feed, promised: { epoch, seq } }, verdict: 'gap' };
  }
  return { feed: { ...feed, pulsed: { epoch, seq } }, verdict: 'duplicate' };
}

/** Takes part of the event's log, read over HTTP. It fills the list of updates, never the state. */
export function afterHistory(feed: Feed, epoch: string, log: readonly LoggedUpdate[]): Feed {
  if (epoch !== feed.epoch) return feed;
  const past = log.filter((update) => update.seq <= feed.seq);
  return { ...feed, updates: newestFirst([...feed.updates, ...past]) };
}

/** The `seq` after which to read the log to complete the list; null if the list is complete. */
export function missingHistory(feed: Feed): number | null {
  const wanted = Math.min(feed.seq, KEPT_UPDATES);
  const whole =
    feed.updates.length >= wanted &&
    feed.updates.every((update, index) => update.seq === feed.seq - index);
  return whole ? null : feed.seq - wanted;
}

/** The value of `since` for a join; undefined before the first state. */
export function sinceOf(feed: Feed): Position | undefined {
  return feed.epoch === null ? undefined : { epoch: feed.epoch, seq: feed.seq };
}

/** The `seq`s of updates that a later correction voids. A correction that was itself voided has no effect. */
export function voidedBy(updates: readonly LoggedUpdate[]): ReadonlySet<number> {
  const voided = new Set<number>();
  for (const { seq, voids } of [...updates].sort((a, b) => b.seq - a.seq)) {
    if (!voided.has(seq)) for (const one of voids ?? []) voided.add(one);
  }
  return voided;
}

function isAhead(feed: Feed, { epoch, seq }: Position): boolean {
  return seq > 0 && (epoch !== feed.epoch || seq > feed.seq);
}

function newestFirst(updates: LoggedUpdate[]): LoggedUpdate[] {
  const bySeq = new Map(updates.map((update) => [update.seq, update]));
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq).slice(0, KEPT_UPDATES);
}
