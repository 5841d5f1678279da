// The matches that this account may score: those of today first, then the others, page by page.
import { listPage } from '../lib/api';
import type { EventsPage } from '../lib/pages';
import type { EventInfo, EventSummary, Status } from '../lib/wire';

/** The fields of a list's query that are used here. */
export interface ListOf {
  mine: true;
  limit: number;
  status?: Status[];
  from?: number;
  to?: number;
  after?: string;
}

export type ReadPage = (query: ListOf) => Promise<EventsPage>;

/** The matches that were read, without repetitions. */
export interface Matches {
  /** Live and paused matches, then those that start today. */
  today: readonly EventSummary[];
  others: readonly EventSummary[];
}

export const noMatches: Matches = { today: [], others: [] };

/** The first and the last millisecond of the day, in this device's time zone. */
export function dayOf(now: Date): { from: number; to: number } {
  const [year, month, date] = [now.getFullYear(), now.getMonth(), now.getDate()];
  // Not 24 hours later: the clocks may change on that day.
  return { from: new Date(year, month, date).getTime(), to: new Date(year, month, date + 1).getTime() - 1 };
}

/** The lists that make up the page, in their order. */
function listsOf(now: Date): { section: keyof Matches; query: Pick<ListOf, 'status' | 'from' | 'to'> }[] {
  return [
    { section: 'today', query: { status: ['live', 'paused'] } },
    { section: 'today', query: dayOf(now) },
    { section: 'others', query: {} },
  ];
}

/** Reads the matches page by page. */
export class AssignedMatches {
  matches: Matches = noMatches;
  readonly #read: ReadPage;
  readonly #size: number;
  readonly #lists: ReturnType<typeof listsOf>;
  #after: string | null = null;

  constructor(read: ReadPage, size: number, now = new Date()) {
    this.#read = read;
    this.#size = size;
    this.#lists = listsOf(now);
  }

  get hasMore(): boolean {
    return this.#lists.length > 0;
  }

  /** Reads at least `size` more matches, or the rest. */
  async more(): Promise<Matches> {
    for (let added = 0; this.hasMore && added < this.#size; ) added += await this.#readNext();
    return this.matches;
  }

  /** Reads one page. Returns how many matches are new. */
  async #readNext(): Promise<number> {
    const [list] = this.#lists;
    if (list === undefined) return 0;
    const after = this.#after === null ? {} : { after: this.#after };
    const { events, next = null } = await this.#read({ mine: true, limit: this.#size, ...list.query, ...after });
    const known = new Set([...this.matches.today, ...this.matches.others].map(({ eventId }) => eventId));
    const added = events.filter(({ eventId }) => !known.has(eventId));
    this.matches = { ...this.matches, [list.section]: [...this.matches[list.section], ...added] };
    this.#after = next;
    if (next === null) this.#lists.shift();
    return added.length;
  }
}

/** The most that the server puts into a page. */
const MOST = 500;

/** Whether this account may score the match: only an administrator, or a scorer who is assigned to it. */
export async function mayScore({ eventId, startsAt, archivedAt }: EventInfo, signal: AbortSignal): Promise<boolean> {
  // No list has an archived match. The server refuses its updates to others.
  if (archivedAt !== undefined) return true;
  const query = new URLSearchParams({ mine: 'true', limit: String(MOST) });
  if (startsAt !== null) for (const bound of ['from', 'to']) query.set(bound, String(startsAt));
  for (;;) {
    const { events, next } = await listPage(query.toString(), signal);
    if (events.some((event) => event.eventId === eventId)) return true;
    if (next === null) return false;
    query.set('after', next);
  }
}
