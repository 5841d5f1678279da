// The clock by taps: start, stop, set, and what is not possible.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tap } from '../lib/outbox';
import type { JsonObject } from '../lib/wire';
import { clockAt, readClock, type Clock } from '../sports/clock';
import { afterTap, clockTapWords, movedBy, newClock, playClock, setTo, stopped, toggled } from './clock';
import { NotAllowed } from './rules';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const play = (clock: Clock, ...taps: Tap[]) => taps.reduce<JsonObject>((state, [, detail = {}]) => playClock(state, detail), { clock });
const clockIn = (state: JsonObject) => readClock(state['clock']) as Clock;

test('a clock is started, stopped and started again, and stands between', () => {
  const start = newClock('down', 10, 0);
  const running = clockIn(play(start, toggled(start, 5_000)));
  expect([clockAt(running, 5_000), clockAt(running, 8_000)]).toEqual([10 * MINUTE, 10 * MINUTE - 3 * SECOND]);
  const standing = clockIn(play(running, toggled(running, 65_000)));
  expect([clockAt(standing, 65_000), clockAt(standing, 1e9), stopped(standing, 1e9)]).toEqual([9 * MINUTE, 9 * MINUTE, null]);
  expect(toggled(standing, 70_000)).toEqual(['clock', { running: true, value: 9 * MINUTE, at: 70_000 }]);
  expect(stopped(running, 65_000)).toEqual(toggled(running, 65_000));
});

test('a clock is set while it runs, and runs on', () => {
  const running: Clock = { running: true, at: 0, value: 5 * MINUTE, direction: 'down' };
  const now = 20_000;
  expect(clockAt(clockIn(play(running, movedBy(running, 10 * SECOND, now))), now + SECOND)).toBe(5 * MINUTE - 11 * SECOND);
  expect(clockAt(clockIn(play(running, setTo(running, 4 * MINUTE, now))), now + SECOND)).toBe(4 * MINUTE - SECOND);
});

test.each<[string, Clock, number, number]>([
  ['down, not below zero', newClock('down', 1, 0), -2 * MINUTE, 0],
  ['up, not below zero', newClock('up', 1, 0), -2 * MINUTE, 0],
  ['up, not beyond its limit', newClock('up', 29, 0, 30), 2 * MINUTE, 30 * MINUTE],
  ['up without a limit, as far as wanted', newClock('up', 29, 0), 60 * MINUTE, 89 * MINUTE],
])('a clock is moved: %s', (_name, clock, by, expected) => {
  expect(clockIn(play(clock, movedBy(clock, by, 0))).value).toBe(expected);
});

describe('in words', () => {
  const clock = newClock('up', 40, 0, 80);
  test.each<[Tap, string, string]>([
    [toggled(clock, 0), 'Clock started at 40:00.', 'Clock started at 40:00'],
    [setTo(clock, 65.5 * MINUTE, 0), 'Clock set to 65:30.', 'Clock set to 1:05:30'],
  ])('%j', (tap, commentary, words) => {
    expect([play(clock, tap)['commentary'], clockTapWords(tap[1] ?? {})]).toEqual([commentary, words]);
  });

  test('a clock that is stopped says so', () => {
    const running = { ...clock, running: true };
    expect(play(running, toggled(running, 5_000))['commentary']).toBe('Clock stopped at 40:05.');
  });
});

test('a running clock that is set to its end stops', () => {
  const running: Clock = { running: true, at: 0, value: 30 * SECOND, direction: 'down' };
  expect(clockIn(play(running, movedBy(running, -MINUTE, 10)))).toEqual({ running: false, at: 10, value: 0, direction: 'down' });
});

test.each<[string, JsonObject, JsonObject]>([
  ['without a clock', {}, { running: true, value: 0, at: 0 }],
  ['of a clock of another shape', { clock: 'x' }, { running: true, value: 0, at: 0 }],
  ['without a time', { clock: newClock('down', 1, 0) }, { running: true }],
  ['at no time', { clock: newClock('down', 1, 0) }, { running: true, value: 5, at: Number.NaN }],
  ['with no time left', { clock: newClock('down', 1, 0) }, { running: true, value: 0, at: 0 }],
  ['beyond the limit', { clock: newClock('up', 1, 0, 2) }, { running: false, value: 3 * MINUTE, at: 0 }],
  ['that is full', { clock: newClock('up', 1, 0, 2) }, { running: true, value: 2 * MINUTE, at: 0 }],
])('a tap is refused %s', (_name, state, detail) => {
  expect(() => playClock(state, detail)).toThrow(NotAllowed);
});

test('whatever is tapped, a clock shows a time that it can show, and taps in a row are one clock', () => {
  const act = fc.constantFrom('toggle', 'second', 'ten', 'minute', 'back');
  fc.assert(
    fc.property(fc.constantFrom<Clock['direction']>('up', 'down'), fc.array(fc.tuple(act, fc.integer({ min: 0, max: 90 * SECOND })), { maxLength: 40 }), (direction, acts) => {
      const most = direction === 'up' ? 10 * MINUTE : Number.POSITIVE_INFINITY;
      let clock = newClock(direction, direction === 'up' ? 0 : 10, 0, direction === 'up' ? 10 : undefined);
      let now = 0;
      let expected = clock.value;
      for (const [kind, wait] of acts) {
        now += wait;
        const passed = clock.running ? wait : 0;
        expected = Math.min(most, Math.max(0, expected + (direction === 'up' ? passed : -passed)));
        expect(clockAt(clock, now)).toBe(expected);
        const by = { toggle: undefined, second: SECOND, ten: 10 * SECOND, minute: MINUTE, back: -MINUTE }[kind];
        const [, detail = {}] = by === undefined ? toggled(clock, now) : movedBy(clock, by, now);
        try {
          clock = afterTap(clock, detail);
        } catch (error) {
          // Without time left, it is not started.
          expect([error instanceof NotAllowed, kind, expected === 0 || expected === most]).toEqual([true, 'toggle', true]);
          continue;
        }
        expected = Math.min(most, Math.max(0, expected + (by ?? 0)));
      }
    }),
  );
});
