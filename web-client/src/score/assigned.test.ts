import { expect, test } from 'vitest';
import type { EventSummary } from '../lib/wire';
import { AssignedMatches, dayOf, type ListOf } from './assigned';

const now = new Date(2026, 10, 30, 16, 30);
const at = (day: number) => new Date(2026, 10, day, 15).getTime();
const match = (eventId: string, status: EventSummary['status'], startsAt: number | null) => ({ eventId, status, startsAt }) as EventSummary;

/** In the order of the server's lists. */
const all = [
  match('test match', 'live', at(28)),
  match('no time', 'paused', null),
  match('tonight', 'scheduled', at(30)),
  match('tomorrow', 'scheduled', at(31)),
  match('this morning', 'ended', at(30)),
  match('last week', 'ended', at(23)),
];

/** A server with these matches. */
function serverWith(events: readonly EventSummary[]) {
  const asked: ListOf[] = [];
  const read = async (query: ListOf) => {
    asked.push(query);
    const { status, from = -Infinity, to = Infinity, after, limit } = query;
    const isTimed = query.from !== undefined;
    const fitting = events.filter((event) => {
      const isThen = !isTimed || (event.startsAt !== null && event.startsAt >= from && event.startsAt <= to);
      return isThen && (status === undefined || status.includes(event.status));
    });
    const first = after === undefined ? 0 : fitting.findIndex(({ eventId }) => eventId === after) + 1;
    const page = fitting.slice(first, first + limit);
    return { events: page, next: first + limit < fitting.length ? (page.at(-1)?.eventId ?? null) : null };
  };
  return { asked, read };
}
const ids = (events: readonly EventSummary[]) => events.map(({ eventId }) => eventId);

test('live matches and those of today come first, and each comes once', async () => {
  const list = new AssignedMatches(serverWith(all).read, 20, now);
  const { today, others } = await list.more();
  expect(ids(today)).toEqual(['test match', 'no time', 'tonight', 'this morning']);
  expect(ids(others)).toEqual(['tomorrow', 'last week']);
  expect(list.hasMore).toBe(false);
});

test('a long list is read page by page', async () => {
  const many = Array.from({ length: 90 }, (_, index) => match(`later ${index}`, 'scheduled', at(31) + index));
  const server = serverWith([...all, ...many]);
  const list = new AssignedMatches(server.read, 20, now);
  const first = await list.more();
  const shown = first.today.length + first.others.length;
  expect([shown >= 20, shown < 60, list.hasMore]).toEqual([true, true, true]);
  expect(server.asked.every(({ mine, limit }) => mine && limit === 20)).toBe(true);
  while (list.hasMore) await list.more();
  const read = [...ids(list.matches.today), ...ids(list.matches.others)];
  expect(read).toHaveLength(96);
  expect(new Set(read).size).toBe(96);
});

test('an account without a match reads three short pages', async () => {
  const server = serverWith([]);
  expect(await new AssignedMatches(server.read, 20, now).more()).toEqual({ today: [], others: [] });
  expect(server.asked).toHaveLength(3);
});

test('a day is from midnight to midnight', () => {
  const { from, to } = dayOf(now);
  expect([new Date(from).getHours(), new Date(to + 1).getDate()]).toEqual([0, 1]);
});
