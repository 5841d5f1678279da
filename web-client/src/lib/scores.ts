// The states of listed events that have no summary. A state is read again only if the list has a new `seq` for it.
import type { EventSummary, JsonObject } from './wire';

/** How many states are read: those of the first events in the list. */
export const MOST_READ = 24;

/** An event's state, and the `seq` it was read for. */
export interface Known {
  seq: number;
  data: JsonObject;
}

export type Scores = Readonly<Record<string, Known>>;

/** Reads the states that changed, six at a time. A failed read is tried again with the next list. */
export async function afterList(
  scores: Scores,
  events: readonly EventSummary[],
  read: (eventId: string) => Promise<JsonObject | null>,
): Promise<Scores> {
  const wanted = events.filter(({ seq, summary }) => seq > 0 && !summary).slice(0, MOST_READ);
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
