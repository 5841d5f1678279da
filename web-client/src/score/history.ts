// An event's log as a desk holds it: read over HTTP, then kept up by what arrives.
import { isSame } from '../lib/diff';
import { ApiError, call } from '../lib/http';
import { mergePatch } from '../lib/merge';
import type { Entry } from '../lib/outbox';
import { readPart } from '../lib/pages';
import type { JsonObject, LoggedUpdate, Position, UpdatesAnswer } from '../lib/wire';
import type { EventState } from '../protocol/EventState';

/** How much of the log is read at once; the server gives no more. */
const PAGE = 1_000;

/** What a desk knows of an event's history. */
export interface History extends Position {
  data: JsonObject;
  /** The last updates without a gap, oldest first; all of them where the first is 1. */
  log: readonly LoggedUpdate[];
}

export const noHistory: History = { epoch: '', seq: 0, data: {}, log: [] };

/** The history with the next update. Null where it does not follow: then it has to be read again. */
export function withUpdate(history: History, epoch: string, update: LoggedUpdate): History | null {
  if (epoch !== history.epoch || update.seq > history.seq + 1) return null;
  if (update.seq <= history.seq) return history;
  return { epoch, seq: update.seq, data: mergePatch(history.data, update.data), log: [...history.log, update] };
}

/** What of a queue the history does not have yet: what is sent comes back as a message, often before it is answered. */
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

/** The state, and the last part of the log; what `known` has of it is not read again. */
export async function readHistory(eventId: string, { epoch, seq, snapshot }: EventState, known: History): Promise<History> {
  const isContinued = known.epoch === epoch && known.seq <= seq && seq - known.seq < PAGE && known.seq > 0;
  const after = isContinued ? known.seq : Math.max(0, seq - PAGE);
  const added = after < seq ? await readLog(eventId, epoch, after, seq) : [];
  const log = isContinued ? [...known.log, ...added] : added;
  return { epoch, seq, data: snapshot ?? {}, log };
}

/** The history with all of its log. */
export async function readWhole(eventId: string, history: History): Promise<History> {
  const missing = history.seq - history.log.length;
  const earlier: LoggedUpdate[] = [];
  while (earlier.length < missing) earlier.push(...(await readLog(eventId, history.epoch, earlier.length, missing)));
  return { ...history, log: [...earlier, ...history.log] };
}

/** Updates `after`, at most up to `until`, without a gap. */
async function readLog(eventId: string, epoch: string, after: number, until: number): Promise<LoggedUpdate[]> {
  const limit = Math.min(PAGE, until - after);
  const read = (from: number, count: number) =>
    call<UpdatesAnswer>(`${pathOf(eventId)}/updates?after=${from}&limit=${count}`);
  const answer = await readPart(read, after, limit);
  const isAsked = answer.epoch === epoch && answer.updates.every(({ seq }, index) => seq === after + index + 1);
  if (!isAsked || answer.updates.length < limit) {
    throw new ApiError({ code: 'unavailable', message: 'The log of the event changed while it was read. Try again.' });
  }
  return answer.updates;
}

function pathOf(eventId: string): string {
  return `/api/events/${encodeURIComponent(eventId)}`;
}
