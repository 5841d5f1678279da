import { expect, test } from 'vitest';
import { MOST_READ, afterList } from './scores';
import type { EventSummary, JsonObject } from './wire';

const event = (eventId: string, seq: number): EventSummary => ({
  eventId,
  seq,
  status: 'live',
  sport: 'chess',
  title: eventId,
  startsAt: null,
  competitors: null,
  actions: [],
  messages: true,
  summary: null,
  viewers: { total: 0, users: 0, guests: 0 },
});

/** Reads `{n}`, counts the calls, and fails for the event `away`. */
function reader() {
  const reads: string[] = [];
  const read = async (eventId: string): Promise<JsonObject | null> => {
    reads.push(eventId);
    if (eventId === 'away') throw new Error('no answer');
    return { n: reads.length };
  };
  return { reads, read };
}

test('a state is read once for each seq, and not before the first update', async () => {
  const { reads, read } = reader();
  const first = await afterList({}, [event('a', 3), event('b', 0)], read);
  expect(first).toEqual({ a: { seq: 3, data: { n: 1 } } });
  const second = await afterList(first, [event('a', 3), event('b', 1)], read);
  expect([reads, second['a']]).toEqual([['a', 'b'], first['a']]);
  const third = await afterList(second, [event('a', 4)], read);
  expect(third).toEqual({ a: { seq: 4, data: { n: 3 } } });
});

test('what cannot be read keeps its last state, and is tried again', async () => {
  const { reads, read } = reader();
  const old = { away: { seq: 1, data: { old: true } } };
  const next = await afterList(old, [event('away', 2)], read);
  await afterList(next, [event('away', 2)], read);
  expect([next, reads.length]).toEqual([old, 2]);
});

test('of a long list the first are read', async () => {
  const { reads, read } = reader();
  await afterList({}, Array.from({ length: 40 }, (_, index) => event(`e${index}`, 1)), read);
  expect(reads.length).toBe(MOST_READ);
});
