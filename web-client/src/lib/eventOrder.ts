// The order in which events are listed.
import type { EventSummary, Status } from './wire';

const ranks: Record<Status, number> = { live: 0, paused: 1, scheduled: 2, ended: 3 };

/** Live first, then by viewers; what is to come by its start, soonest first. */
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
  // The latest start first once it is over; an unknown start last.
  if (event.startsAt === null) return Number.MAX_SAFE_INTEGER;
  return event.status === 'ended' ? -event.startsAt : event.startsAt;
}
