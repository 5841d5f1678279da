// The states of the events in a list: read anew only where the list says that something was scored.
import type { EventSummary, JsonObject } from './wire';

/** States are read of so many events at most: those that are listed first. */
export const MOST_READ = 24;

/** An event's state, and the `seq` that it was read for. */
export interface Known {
  seq: number;
  data: JsonObject;
}

export type Scores = Readonly<Record<string, Known>>;

/** Reads what has changed, a few at a time; what cannot be read now is tried with the next list. */
export async function afterList(
  scores: Scores,
  events: readonly EventSummary[],
  read: (eventId: string) => Promise<JsonObject | null>,
): Promise<Scores> {
  const wanted = events.filter(({ seq }) => seq > 0).slice(0, MOST_READ);
  const known = new Map(wanted.flatMap(({ eventId }) => (scores[eventId] ? [[eventId, scores[eventId]]] : [])));
  const stale = wanted.filter(({ eventId, seq }) => known.get(eventId)?.seq !== seq);
  while (stale.length > 0) {
    await Promise.all(
      stale.splice(0, 6).map(async ({ eventId, seq }) => {
        const data = await read(eventId).catch(() => null);
        if (data !== null) known.set(eventId, { seq, data });
      }),
    );
  }
  return Object.fromEntries(known);
}
