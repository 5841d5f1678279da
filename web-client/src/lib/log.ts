// The part of an event's log that a page has: the last updates, and those before them that the viewer asked for. Pure.
import type { Feed } from './feed';
import type { LoggedUpdate } from './wire';

export interface Log {
  epoch: string | null;
  /** The last update's sequence number. */
  seq: number;
  /** Newest first. There may be gaps. */
  updates: readonly LoggedUpdate[];
}

export const emptyLog: Log = { epoch: null, seq: 0, updates: [] };

/** Takes the feed. With `keeps`, updates that have left the feed stay. */
export function afterFeed(log: Log, { epoch, seq, updates }: Feed, keeps: boolean): Log {
  const kept = keeps && epoch === log.epoch ? merged(log.updates, updates) : updates;
  return { epoch, seq, updates: kept };
}

/** Takes a page of the log. A page of another history changes nothing. */
export function afterPage(log: Log, epoch: string, updates: readonly LoggedUpdate[]): Log {
  return epoch === log.epoch ? { ...log, updates: merged(log.updates, updates) } : log;
}

/** The newest updates, up to the first gap. */
export function unbroken({ updates }: Log): readonly LoggedUpdate[] {
  const gap = updates.findIndex(({ seq }, index) => index > 0 && seq !== (updates[index - 1]?.seq ?? 0) - 1);
  return gap < 0 ? updates : updates.slice(0, gap);
}

/** Whether nothing came before the unbroken part of a log. */
export function isWhole({ seq }: Log, unbrokenPart: readonly LoggedUpdate[]): boolean {
  return seq === 0 || unbrokenPart.at(-1)?.seq === 1;
}

function merged(known: readonly LoggedUpdate[], more: readonly LoggedUpdate[]): readonly LoggedUpdate[] {
  const bySeq = new Map([...known, ...more].map((update) => [update.seq, update]));
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq);
}
