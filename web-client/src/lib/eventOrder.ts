// The order of events in lists.
import type { EventSummary, Status } from './wire';

const ranks: Record<Status, number> = { live: 0, paused: 1, scheduled: 2, ended: 3 };

/** Live events first, then by number of viewers; scheduled events by start, soonest first. */
export function inListOrder(events: readonly EventSummary[]): EventSummary[] {
  return [...events].sort(
    (a, b) =>
      ranks[a.status] - ranks[b.status] ||
      b.viewers.total - a.viewers.total ||
      startOf(a) - startOf(b) ||
      a.title.localeCompare(b.title),
  );
}

function startOf(event: EventSummary): number {
  // Ended events: latest start first. Unknown starts last.
  if (event.startsAt === null) return Number.MAX_SAFE_INTEGER;
  return event.status === 'ended' ? -event.startsAt : event.startsAt;
}
