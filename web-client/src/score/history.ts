// An event's log at a desk: read over HTTP, then extended by live updates.
import { isSame } from '../lib/diff';
import { call } from '../lib/http';
import { mergePatch } from '../lib/merge';
import type { Draft, Entry } from '../lib/outbox';
import { readPart } from '../lib/pages';
import type { JsonObject, LoggedUpdate, Position, UpdatesAnswer } from '../lib/wire';
import type { EventState } from '../protocol/EventState';

/** The page size for reading the log; the server's maximum. */
const PAGE = 1_000;

/** The part of an event's history that a desk has. */
export interface History extends Position {
  data: JsonObject;
  /** The last updates without a gap, oldest first. It is complete if the first is 1. */
  log: readonly LoggedUpdate[];
}

export const noHistory: History = { epoch: '', seq: 0, data: {}, log: [] };

/** The history with `update` added. Null if there is a gap; then the history must be read again. */
export function withUpdate(history: History, epoch: string, update: LoggedUpdate): History | null {
  if (epoch !== history.epoch || update.seq > history.seq + 1) return null;
  if (update.seq <= history.seq) return history;
  return { epoch, seq: update.seq, data: mergePatch(history.data, update.data), log: [...history.log, update] };
}

/** The entries of a queue that are not in the history yet. A sent entry often arrives as a message before its answer. */
export function notIn({ log }: History, queue: readonly Entry[]): Entry[] {
  const isThere = ({ base, data, voids }: Entry) =>
    base !== null && log.some((update) => update.seq === base + 1 && isSame(update.data, data) && isSame(update.voids ?? null, voids));
  return queue.filter((entry) => !isThere(entry));
}

/** Whether the log goes back to the first update. */
export function isWhole({ seq, log }: History): boolean {
  return log.length === seq;
}

export function readEvent(eventId: string): Promise<EventState> {
  return call(pathOf(eventId));
}

/** Reads the state and the last part of the log. Updates that `known` has are not read again. */
export async function readHistory(eventId: string, { epoch, seq, snapshot }: EventState, known: History): Promise<History> {
  const isContinued = known.epoch === epoch && known.seq <= seq && seq - known.seq < PAGE && known.seq > 0;
  const after = isContinued ? known.seq : Math.max(0, seq - PAGE);
  const added = after < seq ? await readLog(eventId, epoch, after, seq) : [];
  const log = isContinued ? [...known.log, ...added] : added;
  return { epoch, seq, data: snapshot ?? {}, log };
}

/** Completes the log back to the first update. */
export async function readWhole(eventId: string, history: History): Promise<History> {
  const missing = history.seq - history.log.length;
  const earlier: LoggedUpdate[] = [];
  while (earlier.length < missing) earlier.push(...(await readLog(eventId, history.epoch, earlier.length, missing)));
  return { ...history, log: [...earlier, ...history.log] };
}

/** Reads the updates from `after` + 1 to at most `until`. Rejects on a gap. */
async function readLog(eventId: string, epoch: string, after: number, until: number): Promise<LoggedUpdate[]> {
  const limit = Math.min(PAGE, until - after);
  const read = (from: number, count: number) =>
    call<UpdatesAnswer>(`${pathOf(eventId)}/updates?after=${from}&limit=${count}`);
  const answer = await readPart(read, after, limit);
  const isAsked = answer.epoch === epoch && answer.updates.every(({ seq }, index) => seq === after + index + 1);
  if (!isAsked || answer.updates.length < limit) {
    throw new Error('The event changed while it was being read. Try again.');
  }
  return answer.updates;
}

function pathOf(eventId: string): string {
  return `/api/events/${encodeURIComponent(eventId)}`;
}

/** Waiting entries as updates, with the `seq`s that they get if nobody else scores. */
export function expected(pending: readonly Entry[], seq: number): LoggedUpdate[] {
  return pending.map((entry, index) => updateOf(entry, seq + index + 1));
}

/** An entry as the update of the log that it becomes. */
export function updateOf({ data, voids, reason, at }: Draft, seq: number): LoggedUpdate {
  const kind = voids === null ? 'update' : 'correction';
  return { seq, kind, data, at, ...(voids ? { voids } : {}), ...(reason ? { reason } : {}) };
}
