// Routes, times, the order of events, and reading a scorer's JSON.
import { expect, test } from 'vitest';
import { noFilter } from './eventFilter';
import { ageOf, countdown, waiting } from './age';
import { namesOf } from './competitors';
import { clip, cut, inOneLine, readEntries, readList, readText } from './read';
import { addressOf, home, routeOf } from './route';
import type { Route } from './route';

test.each<[string, Route]>([
  ['', home],
  ['#/', home],
  ['#/event/', home],
  ['#/event/a/b', home],
  ['#/event/%E0%A4%A', home],
  ['#/?q=a%20b&day=2026-02-30&x=1', { page: 'events', filter: { ...noFilter, q: 'a b' } }],
  ['#/event/final', { page: 'event', eventId: 'final' }],
  ['#/event/some%20Id%3A1', { page: 'event', eventId: 'some Id:1' }],
  ['#/signin', { page: 'signin' }],
  ['#/score', { page: 'score', eventId: null }],
  ['#/score/final', { page: 'score', eventId: 'final' }],
  ['#/score/', home],
  ['#/review', { page: 'review' }],
  ['#/review/7', home],
  ['#/admin', { page: 'admin' }],
  ['#/nowhere', home],
])('the address %j is %j', (hash, route) => {
  expect(routeOf(hash)).toEqual(route);
});

test.each(['final', 'some Id', 'A.b_c~d:e@f-g', '42'])('the event %j has an address of its own', (eventId) => {
  expect(routeOf(addressOf({ page: 'event', eventId }))).toEqual({ page: 'event', eventId });
  expect(routeOf(addressOf({ page: 'score', eventId }))).toEqual({ page: 'score', eventId });
});

test.each<Route>([home, { page: 'events', filter: { ...noFilter, q: 'a b&c', sport: 'chess', day: '2026-02-28' } }, { page: 'signin' }, { page: 'score', eventId: null }, { page: 'review' }, { page: 'admin' }])(
  'the page %j has an address',
  (route) => {
    expect(routeOf(addressOf(route))).toEqual(route);
  },
);

test.each([
  [-500, 'just now'],
  [1_999, 'just now'],
  [2_000, '2 s ago'],
  [59_999, '59 s ago'],
  [60_000, '1 min ago'],
  [3_599_999, '59 min ago'],
  [3_600_000, '1 h ago'],
  [86_400_000, '1 day ago'],
  [172_800_000, '2 days ago'],
])('%s ms ago reads %j', (ago, words) => {
  expect(ageOf(1_000_000_000, 1_000_000_000 + ago)).toBe(words);
});

test.each<[unknown, string | null]>([
  ['12.3', '12.3'],
  [98, '98'],
  ['  ', null],
  [null, null],
  [true, null],
  [{}, null],
  [undefined, null],
])('%j is read as the text %j', (value, text) => {
  expect(readText(value)).toBe(text);
});

test('a list or an object of another kind is as none', () => {
  expect([readList({ a: 1 }), readEntries([1]), readEntries({ a: 1, b: {} })]).toEqual([[], [], [['b', {}]]]);
});

test.each<[unknown, string]>([
  [{ runs: 4, over: '1.2', batters: { A: { runs: 4 } }, target: null }, 'runs 4, over 1.2, batters A runs 4, target removed'],
  ['four', 'four'],
  [[1, 'W'], '[1,"W"]'],
])('%j is %j in one line', (value, line) => {
  expect(inOneLine(value)).toBe(line);
});

test.each([
  ['short', 10, 'short'],
  ['abcdef', 3, 'abc…'],
  ['👩‍🚀👩‍🚀👩‍🚀', 3, '👩‍🚀👩‍🚀👩‍🚀'],
  ['👩‍🚀👩‍🚀👩‍🚀', 2, '👩‍🚀👩‍🚀…'],
])('%j within %s graphemes is %j', (text, length, clipped) => {
  expect(clip(text, length)).toBe(clipped);
});

test.each([[1, ''], [2, '🏐'], [3, '🏐'], [9, '🏐🏐']])('at most %s code units of emoji are %j', (length, expected) => {
  expect(cut('🏐🏐', length)).toBe(expected);
  expect(clip(`x${'\u{1d165}'.repeat(20)}`, 1)).not.toMatch(/\p{Surrogate}/u);
});

test('a letter under endless accents is cut', () => {
  expect(clip(`z${'\u0301'.repeat(10_000)}`, 100).length).toBeLessThan(2_000);
});

test.each([
  [1, 'in 1 s'],
  [60_000, 'in 1 min'],
  [61_000, 'in 2 min'],
  [7_200_000, 'in 2 h'],
  [undefined, ''],
])('%s ms are %j', (ms, words) => {
  expect(waiting(ms)).toBe(words);
});

test.each([
  [-1, null],
  [0, null],
  [Number.NaN, null],
  [9_400, '9 s'],
  [14 * 60_000 + 5_000, '14 min 05 s'],
  [2 * 3_600_000 + 14 * 60_000, '2 h 14 min'],
  [86_400_000, '1 day 0 h'],
  [3 * 86_400_000 + 5 * 3_600_000, '3 days 5 h'],
])('%s ms before a start the countdown is %j', (ms, words) => {
  expect(countdown(ms)).toBe(words);
});

test.each<[unknown, string, string[]]>([
  [['A', { name: 'B', short: 'b' }], 'Any', ['A', 'B']],
  [['A', {}, null, 7], 'Any', ['A', '7']],
  [null, 'North v South, Twenty20', ['North', 'South']],
  [{ home: 'A' }, 'The final', []],
  ['A v B', 'The final', []],
  [['Solo'], 'Time trial', ['Solo']],
])('the competitors %j of %j are %j', (competitors, title, names) => {
  expect(namesOf({ competitors, title })).toEqual(names);
});
