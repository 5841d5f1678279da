import { expect, test } from 'vitest';
import type { HistoryEntry } from '../protocol/HistoryEntry';
import { durationOf, figuresOf, summaryOf, timesBetween, timesTaken } from './evidence';

const entry = (at: number, tookMs: number, held = false): HistoryEntry => ({ eventId: 'e', action: 'a', points: 1, held, tookMs, at });

test('figures have their names and units, and an unknown one its own name', () => {
  expect(figuresOf({ tookMs: 250, players: 12, novelMs: 61_000 })).toEqual([
    { name: 'Time taken', value: '250 ms' },
    { name: 'Players compared', value: '12' },
    { name: 'novelMs', value: '1 min' },
  ]);
});

test.each([
  [999, '999 ms'],
  [3_240, '3.2 s'],
  [240_000, '4 min'],
  [7_200_000, '2 h'],
  [86_400_000, '1 day'],
  [200_000_000, '2 days'],
])('%s milliseconds are told as %s', (ms, words) => {
  expect(durationOf(ms)).toBe(words);
});

test('the charts go from the earliest to the latest', () => {
  const history = [entry(9_000, 300, true), entry(4_000, 200), entry(1_000, 100)];
  expect(timesTaken(history)).toEqual([{ value: 100, isMarked: false }, { value: 200, isMarked: false }, { value: 300, isMarked: true }]);
  expect(timesBetween(history).map(({ value }) => value)).toEqual([3_000, 5_000]);
  expect(summaryOf(timesTaken(history))).toBe('3 values, 100 ms to 300 ms, median 200 ms');
  expect([timesBetween([]), summaryOf([])]).toEqual([[], 'no data yet']);
});
