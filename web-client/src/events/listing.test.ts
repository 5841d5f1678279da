import { describe, expect, test } from 'vitest';
import type { EventSummary, Status } from '../lib/wire';
import { afterChanges, afterPage, afterRefresh, inOrder, isUnsettled, listingOf, revealed, settled, type Listing } from './listing';

const event = (eventId: string, status: Status = 'live', startsAt: number | null = null, seq = 0): EventSummary => ({
  eventId, status, startsAt, seq, sport: 'chess', title: eventId, competitors: null, actions: [], messages: true, summary: null,
  viewers: { total: 0, users: 0, guests: 0 },
});
const first = listingOf({ events: [event('a'), event('b'), event('soon', 'scheduled', 10), event('over', 'ended', 5)], next: null });
const shown = ({ entries }: Listing) => entries.map(({ event: { eventId }, section }) => `${section} ${eventId}`);
const initial = ['live a', 'live b', 'upcoming soon', 'ended over'];

test('a change is shown in place', () => {
  const next = afterChanges(first, [event('b', 'live', null, 7)], []);
  expect([shown(next), next.entries[1]?.event.seq, isUnsettled(next)]).toEqual([initial, 7, false]);
});

test('a new event waits until it is asked for, and then takes its place in the order', () => {
  const waiting = afterChanges(first, [event('later', 'scheduled', 20), event('now')], []);
  expect([shown(waiting), waiting.fresh.map(({ eventId }) => eventId)]).toEqual([initial, ['later', 'now']]);
  const changed = afterChanges(waiting, [event('later', 'scheduled', 2)], ['now']);
  expect(changed.fresh.map(({ eventId, startsAt }) => [eventId, startsAt])).toEqual([['later', 2]]);
  expect(shown(revealed(changed))).toEqual(['live a', 'live b', 'upcoming later', 'upcoming soon', 'ended over']);
  expect(revealed(changed).fresh).toEqual([]);
});

test('an event that ends stays where it is until the list settles', () => {
  const ended = afterChanges(first, [event('a', 'ended', 9)], []);
  expect([shown(ended), isUnsettled(ended)]).toEqual([initial, true]);
  expect(shown(settled(ended))).toEqual(['live b', 'upcoming soon', 'ended a', 'ended over']);
});

test('an event that leaves the list stays until it settles, and may come back', () => {
  const gone = afterChanges(first, [], ['a', 'unknown']);
  expect([shown(gone), isUnsettled(gone), shown(settled(gone))]).toEqual([initial, true, initial.slice(1)]);
  expect(isUnsettled(afterChanges(gone, [event('a')], []))).toBe(false);
});

describe('with more pages', () => {
  const part = { ...first, next: 'place' };

  test('an event of a page that is not loaded is ignored', () => {
    expect(afterChanges(part, [event('old', 'ended', 1)], []).fresh).toEqual([]);
    expect(afterChanges(part, [event('new', 'ended', 8)], []).fresh).toHaveLength(1);
  });

  test('the next page goes to the end, each event once', () => {
    const waiting = { ...part, fresh: [event('old', 'ended', 2)] };
    const next = afterPage(waiting, { events: [event('over', 'ended', 5), event('old', 'ended', 2)], next: null });
    expect([shown(next), next.next, next.fresh]).toEqual([[...initial, 'ended old'], null, []]);
  });

  test('a first page that is read again says what has gone from it, and nothing of later pages', () => {
    const again = afterRefresh(part, { events: [event('b'), event('x'), event('soon', 'scheduled', 10)], next: 'place' });
    expect([[...again.gone], again.fresh.map(({ eventId }) => eventId)]).toEqual([['a'], ['x']]);
    expect([...afterRefresh(part, { events: [event('b')], next: null }).gone]).toEqual(['a', 'soon', 'over']);
  });
});

test("the order is the server's: live, paused, scheduled by start, ended latest first, unknown starts last", () => {
  const ordered = [
    event('1'), event('2', 'paused'), event('3', 'scheduled', 1), event('4', 'scheduled', 2), event('5', 'scheduled'),
    event('6', 'ended', 9), event('7', 'ended', 8), event('8', 'ended'),
  ];
  expect([...ordered].reverse().sort(inOrder).map(({ eventId }) => eventId).join('')).toBe('12345678');
});
