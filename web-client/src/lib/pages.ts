// Lists that the server sends page by page: each page says where the next one begins.
import type { EventSummary, LoggedUpdate, UpdatesAnswer } from './wire';

/** A page of the events. A server of version 0.1 sends one page, and no `next`. */
export interface EventsPage {
  events: EventSummary[];
  next?: string | null;
}

/** The events of all pages. */
export async function allEvents(read: (after: string | null) => Promise<EventsPage>): Promise<EventSummary[]> {
  const events: EventSummary[] = [];
  let after: string | null = null;
  do {
    const page: EventsPage = await read(after);
    events.push(...page.events);
    after = page.next ?? null;
  } while (after !== null);
  return events;
}

/** A part of an event's log. */
export interface LogPart {
  epoch: string;
  updates: LoggedUpdate[];
}

/** The updates that follow `after`, at most `limit`, in as many pages as it takes. A page may end before `limit`. */
export async function readPart(
  read: (after: number, limit: number) => Promise<UpdatesAnswer>,
  after: number,
  limit: number,
): Promise<LogPart> {
  const { epoch, updates, next } = await read(after, limit);
  let following = next;
  while (following !== null && updates.length < limit) {
    const page = await read(following, limit - updates.length);
    // The history began anew in between.
    if (page.epoch !== epoch) break;
    updates.push(...page.updates);
    following = page.updates.length > 0 ? page.next : null;
  }
  return { epoch, updates };
}
