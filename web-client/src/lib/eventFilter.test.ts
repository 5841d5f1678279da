import { expect, test } from 'vitest';
import { dayBounds, feedQuery, filterOf, isOnDay, noFilter, pageQuery, queryOf } from './eventFilter';

const filter = { q: ' Rovers & co ', sport: 'football', day: '2026-11-30', competition: 'cup' };

test('a filter goes to the address and back', () => {
  expect(queryOf(noFilter)).toBe('');
  expect(filterOf(queryOf(filter))).toEqual(filter);
});

test.each([['', ''], ['day=tomorrow', ''], ['day=2026-02-30', ''], ['day=2026-13-01', ''], ['day=2026-02-28', '2026-02-28']])(
  'of the address %j the day is %j',
  (query, day) => {
    expect(filterOf(query).day).toBe(day);
  },
);

test('a filter in an address has bounds', () => {
  expect(filterOf(`q=${'x'.repeat(5_000)}`).q).toHaveLength(100);
});

test("it is the server's query, with the day as its first and last millisecond", () => {
  const { from, to } = dayBounds(filter.day) ?? { from: 0, to: 0 };
  expect(new Date(from).getHours() + new Date(to + 1).getHours()).toBe(0);
  expect(Object.fromEntries(new URLSearchParams(pageQuery(filter, 30, 'p')))).toEqual({
    q: 'Rovers & co', sport: 'football', competition: 'cup', limit: '30', from: String(from), to: String(to), after: 'p',
  });
  expect(pageQuery(noFilter, 30, null)).toBe('limit=30');
  expect(feedQuery({ ...noFilter, q: '  ' })).toEqual({});
});

test('only events that start on the day are on it', () => {
  const { from, to } = dayBounds(filter.day) ?? { from: 0, to: 0 };
  expect([from, to, from - 1, to + 1, null].map((startsAt) => isOnDay(filter, startsAt))).toEqual([true, true, false, false, false]);
  expect(isOnDay(noFilter, null)).toBe(true);
});
