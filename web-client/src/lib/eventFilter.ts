// What the list of events shows: the filters in its address, and as the server's query.

export interface EventFilter {
  /** Text in the title, the sport or the competitors' names. */
  q: string;
  /** Empty for all sports. */
  sport: string;
  /** A day such as `2026-11-30`, in the viewer's time zone; empty for all days. */
  day: string;
  /** A competition's id; empty for all. */
  competition: string;
}

export const noFilter: EventFilter = { q: '', sport: '', day: '', competition: '' };

const names = ['q', 'sport', 'day', 'competition'] as const;
/** The longest text that is searched for. */
const LONGEST = 100;

/** The filter in the query of an address. What is not valid counts as missing. */
export function filterOf(query: string): EventFilter {
  const given = new URLSearchParams(query);
  const filter = { ...noFilter };
  for (const name of names) filter[name] = (given.get(name) ?? '').slice(0, LONGEST);
  return dayBounds(filter.day) === null ? { ...filter, day: '' } : filter;
}

/** The query of an address, with `?`; empty without a filter. */
export function queryOf(filter: EventFilter): string {
  const query = new URLSearchParams(names.filter((name) => filter[name] !== '').map((name) => [name, filter[name]]));
  return query.size === 0 ? '' : `?${query}`;
}

export function isSameFilter(a: EventFilter, b: EventFilter): boolean {
  return names.every((name) => a[name] === b[name]);
}

/** The filter as fields of the server's query, except for the day. */
export function feedQuery({ q, sport, competition }: EventFilter): { q?: string; sport?: string; competition?: string } {
  const text = q.trim();
  return { ...(text ? { q: text } : {}), ...(sport ? { sport } : {}), ...(competition ? { competition } : {}) };
}

/** The query of a page of events. */
export function pageQuery(filter: EventFilter, limit: number, after: string | null): string {
  const query = new URLSearchParams({ ...feedQuery(filter), limit: String(limit) });
  const day = dayBounds(filter.day);
  if (day !== null) {
    query.set('from', String(day.from));
    query.set('to', String(day.to));
  }
  if (after !== null) query.set('after', after);
  return query.toString();
}

/** The first and last millisecond of a day in the viewer's time zone; null if the text is no day. */
export function dayBounds(day: string): { from: number; to: number } | null {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day)?.map(Number) ?? [];
  if (year === undefined || month === undefined || date === undefined) return null;
  const start = new Date(year, month - 1, date);
  if (start.getMonth() !== month - 1 || start.getDate() !== date) return null;
  // Not 24 hours later: the clocks may change on that day.
  return { from: start.getTime(), to: new Date(year, month - 1, date + 1).getTime() - 1 };
}

/** Whether the filter's day includes the start. The feed's events are filtered by everything else. */
export function isOnDay({ day }: EventFilter, startsAt: number | null): boolean {
  const bounds = dayBounds(day);
  return bounds === null || (startsAt !== null && startsAt >= bounds.from && startsAt <= bounds.to);
}
