// Clocks: what they show, when they turn, and how a time is typed.
import { describe, expect, test } from 'vitest';
import { beatOf, clockAt, clockFace, isTimeUp, readClock, readTime, timeWords, type Clock } from './clock';

const MINUTE = 60_000;
const down = (value: number, more: Partial<Clock> = {}): Clock => ({ running: true, at: 1_000, value, direction: 'down', ...more });
const up = (value: number, more: Partial<Clock> = {}): Clock => ({ running: true, at: 1_000, value, direction: 'up', ...more });

test.each<[string, Clock, number]>([
  ['runs up', up(500), 1_500],
  ['runs down to zero', down(700), 0],
  ['stops at its limit', up(500, { limit: 900 }), 900],
  ['stands', down(500, { running: false }), 500],
])('a clock %s', (_name, clock, expected) => {
  expect(clockAt(clock, 2_000)).toBe(expected);
});

test('a clock that began in the future shows its value', () => {
  expect(clockAt(up(500, { at: 9_000 }), 2_000)).toBe(500);
});

describe('a clock reads', () => {
  test.each<[number, boolean, boolean, string]>([
    [252_000, false, false, '4:12'],
    [251_999, false, false, '4:11'],
    [0, false, false, '0:00'],
    [-5, false, false, '0:00'],
    [32_570, true, false, '32.5'],
    [99, true, false, '0.0'],
    [4_330_000, false, false, '1:12:10'],
    [4_330_000, false, true, '72:10'],
  ])('%d ms as %s', (ms, tenths, inMinutes, words) => {
    expect(timeWords(ms, tenths, inMinutes)).toBe(words);
  });

  test('with tenths in its last minute alone, if it counts down', () => {
    expect([0, 1, 400].map((passed) => clockFace(down(MINUTE), 1_000 + passed, true))).toEqual(['1:00', '59.9', '59.6']);
    expect(clockFace(up(3_400), 1_000, true)).toBe('0:03');
    expect(clockFace(down(3_400), 1_000)).toBe('0:03');
  });

  test('in minutes in a match that ends before 100 of them, and in hours otherwise', () => {
    expect(clockFace(up(75 * MINUTE, { limit: 80 * MINUTE }), 1_000)).toBe('75:00');
    expect(clockFace(up(75 * MINUTE), 1_000)).toBe('1:15:00');
    expect(clockFace(down(75 * MINUTE, { limit: 0 }), 1_000)).toBe('1:15:00');
  });
});

test.each<[string, Clock, boolean]>([
  ['down with something left', down(1_100), false],
  ['down to zero', down(1_000), true],
  ['down to its limit', down(6_000, { limit: 5_000 }), true],
  ['up before its limit', up(0, { limit: 1_001 }), false],
  ['up at its limit', up(0, { limit: 1_000 }), true],
  ['up without a limit', up(9e9), false],
])('time is up, or not: %s', (_name, clock, expected) => {
  expect(isTimeUp(clock, 2_000)).toBe(expected);
});

test.each<[string, number | null]>([
  ['4:12', 252_000], [' 04:12 ', 252_000], ['0:32.5', 32_500], ['32.5', 32_500], ['32,5', 32_500], ['72:10', 4_330_000], ['1:04:12', 3_852_000], ['0:00', 0],
  ['45', null], ['4:60', null], ['4:1a', null], ['', null], [':12', null], ['1:72:10', null], ['-1:00', null], ['1:2:3', null], ['9'.repeat(40), null],
])('typed, %j is %s ms', (text, ms) => {
  expect(readTime(text)).toBe(ms);
});

describe('a running clock turns', () => {
  /** The moments within two seconds at which its face changes. */
  function turns(clock: Clock, tenths: boolean): number[] {
    const times = Array.from({ length: 2_000 }, (_, passed) => clock.at + passed);
    return times.filter((now) => clockFace(clock, now, tenths) !== clockFace(clock, now - 1, tenths));
  }

  test.each<[string, Clock, boolean, number]>([
    ['up', up(4_321, { at: 700 }), false, 2],
    ['down', down(4_321, { at: 700 }), false, 2],
    ['down with tenths', down(4_321, { at: 733 }), true, 20],
    ['down before its last minute', down(90_321, { at: 733 }), true, 2],
  ])('at the moments that are waited for: %s', (_name, clock, tenths, count) => {
    const { phase, step } = beatOf(clock, clock.at, tenths);
    const found = turns(clock, tenths);
    expect(found).toHaveLength(count);
    expect(found.every((now) => now % step === phase)).toBe(true);
  });
});

test.each([null, 1, 'x', [], {}, { running: 'yes', at: 1, value: 1 }, { running: true, at: '1', value: 1 }, { running: true, at: Number.NaN, value: 1 }])('%j is no clock', (value) => {
  expect(readClock(value)).toBeNull();
});

test.each([['its value', { value: 1.7e308 }], ['its moment', { at: -1.7e308 }]])('a clock is none if %s is beyond all clocks', (_name, more) => {
  expect(readClock({ running: true, at: 0, value: 0, direction: 'up', ...more })).toBeNull();
});

test('a limit beyond all clocks is none', () => {
  expect(readClock({ running: true, at: 0, value: 0, direction: 'down', limit: 1e300 })).toEqual({ running: true, at: 0, value: 0, direction: 'down' });
});
