// The list of events as it is shown, and what waits to be shown. Pure. An event's content changes at once; its place does
// not, because a card must not move from under a finger. New events wait until the viewer asks for them.
import type { EventSummary } from '../lib/wire';

export type Section = 'live' | 'upcoming' | 'ended';

/** An event in the section where it is shown, which may not be the one of its status yet. */
export interface Entry {
  event: EventSummary;
  section: Section;
}

export interface Listing {
  entries: readonly Entry[];
  /** Where the next page starts; null if all events are shown. */
  next: string | null;
  /** New events, in the order in which they arrived. */
  fresh: readonly EventSummary[];
  /** Shown events that are no longer in the list. */
  gone: ReadonlySet<string>;
}

export interface Page {
  events: readonly EventSummary[];
  next: string | null;
}

const sections: Record<EventSummary['status'], Section> = { live: 'live', paused: 'live', scheduled: 'upcoming', ended: 'ended' };
const ranks: Record<EventSummary['status'], number> = { live: 0, paused: 1, scheduled: 2, ended: 3 };

/** The list that a first page starts. */
export function listingOf({ events, next }: Page): Listing {
  return { entries: events.map(entryOf), next, fresh: [], gone: new Set() };
}

/** Adds the next page at the end. */
export function afterPage(listing: Listing, { events, next }: Page): Listing {
  const shown = idsOf(listing);
  const added = events.filter(({ eventId }) => !shown.has(eventId));
  const ids = new Set(added.map(({ eventId }) => eventId));
  return {
    ...listing,
    next,
    entries: [...listing.entries, ...added.map(entryOf)],
    fresh: listing.fresh.filter(({ eventId }) => !ids.has(eventId)),
  };
}

/** Takes events that changed or left the list. Events of pages that are not loaded yet are ignored. */
export function afterChanges(listing: Listing, changed: readonly EventSummary[], removed: readonly string[]): Listing {
  const news = new Map(changed.map((event) => [event.eventId, event]));
  const gone = new Set([...listing.gone].filter((eventId) => !news.has(eventId)));
  const shown = idsOf(listing);
  for (const eventId of removed) if (shown.has(eventId)) gone.add(eventId);
  const last = listing.entries.at(-1)?.event;
  const isLoaded = (event: EventSummary) => listing.next === null || (last !== undefined && inOrder(event, last) < 0);
  const known = listing.fresh.filter(({ eventId }) => !removed.includes(eventId)).map((event) => news.get(event.eventId) ?? event);
  const waiting = new Set(known.map(({ eventId }) => eventId));
  const added = [...news.values()].filter((event) => !shown.has(event.eventId) && !waiting.has(event.eventId) && isLoaded(event));
  return {
    ...listing,
    gone,
    entries: listing.entries.map((entry) => ({ ...entry, event: news.get(entry.event.eventId) ?? entry.event })),
    fresh: [...known, ...added],
  };
}

/** Takes the first page again, where the server has no feed: what it should hold and does not has left the list. */
export function afterRefresh(listing: Listing, { events, next }: Page): Listing {
  const ids = new Set(events.map(({ eventId }) => eventId));
  const last = events.at(-1);
  const isCovered = (event: EventSummary) => next === null || (last !== undefined && inOrder(event, last) < 0);
  const removed = [...listing.entries.map(({ event }) => event), ...listing.fresh].filter((event) => !ids.has(event.eventId) && isCovered(event));
  return afterChanges(listing, events, removed.map(({ eventId }) => eventId));
}

/** Whether a card would move or go if the list settled. */
export function isUnsettled({ entries, gone }: Listing): boolean {
  return gone.size > 0 || entries.some(isMisplaced);
}

/** Moves events to their sections, and removes those that are gone. */
export function settled(listing: Listing): Listing {
  const staying = listing.entries.filter(({ event }) => !listing.gone.has(event.eventId));
  const moved = staying.filter(isMisplaced).map(({ event }) => event);
  return { ...listing, gone: new Set(), entries: withPlaced(staying.filter((entry) => !isMisplaced(entry)), moved) };
}

/** Settles the list with its new events in their places. */
export function revealed(listing: Listing): Listing {
  const { entries, fresh, ...rest } = settled(listing);
  return { ...rest, entries: withPlaced(entries, fresh), fresh: [] };
}

/** The order of the server's lists, without the time of creation, which lists do not have. */
export function inOrder(a: EventSummary, b: EventSummary): number {
  return ranks[a.status] - ranks[b.status] || startOf(a) - startOf(b);
}

function startOf({ startsAt, status }: EventSummary): number {
  if (startsAt === null) return Number.MAX_SAFE_INTEGER;
  return status === 'ended' ? -startsAt : startsAt;
}

/** Puts each event before the first one that comes after it. Of equal ones the newest created comes first. */
function withPlaced(entries: readonly Entry[], events: readonly EventSummary[]): Entry[] {
  const placed = [...entries];
  for (const event of events) {
    const at = placed.findIndex((entry) => inOrder(event, entry.event) <= 0);
    placed.splice(at === -1 ? placed.length : at, 0, entryOf(event));
  }
  return placed;
}

function entryOf(event: EventSummary): Entry {
  return { event, section: sections[event.status] };
}

function isMisplaced({ event, section }: Entry): boolean {
  return sections[event.status] !== section;
}

function idsOf({ entries }: Listing): Set<string> {
  return new Set(entries.map(({ event }) => event.eventId));
}
