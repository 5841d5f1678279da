// Lists that the server sends page by page. Each page says where the next one starts.
import type { EventSummary, LoggedUpdate, UpdatesAnswer } from './wire';

/** A page of events. A server of version 0.1 sends a single page without `next`. */
export interface EventsPage {
  events: EventSummary[];
  next?: string | null;
}

/** A part of an event's log. */
export interface LogPart {
  epoch: string;
  updates: LoggedUpdate[];
}

/** Reads at most `limit` updates after `after`, over as many pages as needed. A page may hold fewer than `limit`. */
export async function readPart(
  read: (after: number, limit: number) => Promise<UpdatesAnswer>,
  after: number,
  limit: number,
): Promise<LogPart> {
  const { epoch, updates, next } = await read(after, limit);
  let following = next;
  while (following !== null && updates.length < limit) {
    const page = await read(following, limit - updates.length);
    // The history was reset in between.
    if (page.epoch !== epoch) break;
    updates.push(...page.updates);
    following = page.updates.length > 0 ? page.next : null;
  }
  return { epoch, updates };
}
