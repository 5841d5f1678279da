// Sports of goals and tries by their published rules, as tables: periods, cards, suspensions, shoot-outs. The sources stand in the definitions.
import { describe, expect, test } from 'vitest';
import type { Tap } from '../../lib/outbox';
import { basketball } from '../../sports/definitions/basketball';
import { futsal } from '../../sports/definitions/futsal';
import { handball } from '../../sports/definitions/handball';
import { hockey } from '../../sports/definitions/hockey';
import { iceHockey } from '../../sports/definitions/iceHockey';
import { netball } from '../../sports/definitions/netball';
import { rugby } from '../../sports/definitions/rugby';
import { waterPolo } from '../../sports/definitions/waterPolo';
import { leftOf, pointsSummary, readPoints } from '../../sports/families/points/read';
import { away, counted, countOf, end, home, leftAndMeaning, MINUTE, offered, period, scoreIn, stateOf, upTo } from './match.testing';

/** The seconds that the side's last penalty has left after the clock ran for so many seconds. */
function leftAfter(state: ReturnType<typeof stateOf>, seconds: number): number | null {
  const board = readPoints(state);
  const last = board?.penalties.at(-1);
  const left = board && last ? leftOf(last, board, seconds * 1_000) : null;
  return left === null ? null : left / 1_000;
}

const run = (minutes: number, down: boolean, at = 0): Tap => ['clock', { running: true, value: minutes * MINUTE, at, direction: down }];

describe('hockey (FIH)', () => {
  const { format } = hockey;

  test('there are four quarters of fifteen minutes', () => {
    expect([1, 2, 3, 4].map((part) => stateOf(format, ...upTo(part))['period'])).toEqual(['First quarter', 'Second quarter', 'Third quarter', 'Fourth quarter']);
    expect(stateOf(format)['clock']).toMatchObject({ value: 15 * MINUTE, direction: 'down' });
    expect(stateOf(format, ...upTo(2), end)['period']).toBe('Half-time');
  });

  test.each<[string, number | null, string]>([
    ['Green card', 120, 'Green card: Ann (Reds). 2 minutes.'],
    ['Yellow card', 300, 'Yellow card: Ann (Reds). 5 minutes.'],
    ['Yellow card, 10 minutes', 600, 'Yellow card, 10 minutes: Ann (Reds). 10 minutes.'],
    ['Red card', null, 'Red card: Ann (Reds). Out for the rest of the match.'],
  ])('%s', (name, seconds, words) => {
    const state = stateOf(format, run(15, true), ['penalty', { side: 'home', name, who: 'Ann', at: 60_000 }]);
    expect([leftAfter(state, 60), state['commentary']]).toEqual([seconds, words]);
    if (seconds !== null) expect([leftAfter(state, 60 + seconds - 1), leftAfter(state, 60 + seconds)]).toEqual([1, null]);
  });

  test('a card goes on in the next quarter, and only while the clock runs', () => {
    const taps: Tap[] = [['clock', { running: false, value: MINUTE, at: 0 }], ['penalty', { side: 'away', name: 'Green card', at: 0 }]];
    expect(leftAfter(stateOf(format, ...taps), 1_000)).toBe(120);
    const next = stateOf(format, ...taps, ['clock', { running: false, value: 0, at: 0 }], end, period(2));
    expect([leftAfter(next, 0), leftAfter(stateOf(format, ...taps, end, period(2), run(15, true)), 20)]).toEqual([60, 40]);
  });

  test('a draw is decided by a shoot-out of five each, and then by one each', () => {
    const level = stateOf(format, ...upTo(4), end);
    expect(offered(level)).toEqual(['Start shoot-out', 'A 0–0 draw?']);
    const shots = (letters: string): Tap[] => [...letters].map((letter): Tap => ['shot', { side: letter.toUpperCase() === 'R' ? 'home' : 'away', scored: letter === letter.toUpperCase() }]);
    const after = (letters: string) => stateOf(format, ...upTo(4), end, ['shootOut', {}], ...shots(letters));
    expect(offered(after('RBrBRb'))).toEqual([]);
    expect(offered(after('RBRbRbRb'))).toEqual(['Reds win 4–1 in the shoot-out after a 0–0 draw?']);
    const level5 = 'RBRBRBRBRB';
    expect([readPoints(after(level5))?.shots?.sudden, offered(after(`${level5}RB`)), offered(after(`${level5}rB`))]).toEqual([true, [], ['Blues win 6–5 in the shoot-out after a 0–0 draw?']]);
    expect(after('RB')['commentary']).toBe('Shot of Blues scored. Reds 1, Blues 1.');
    expect([pointsSummary(level)?.clock, pointsSummary(after('RB'))?.clock, pointsSummary(after('RB'))?.sides.map(({ detail }) => detail)]).toEqual([undefined, undefined, ['(1)', '(1)']]);
  });
});

describe('handball (IHF)', () => {
  const { format } = handball;

  test('there are three team timeouts in a match, and none in overtime (rule 2:10)', () => {
    const left = (...taps: Tap[]) => readPoints(stateOf(format, ...taps))?.home.counters[0]?.left;
    expect([left(...counted('home', 'timeouts', 2)), left(...counted('home', 'timeouts', 2), ...upTo(2)), left(...upTo(3))]).toEqual([1, 1, 0]);
  });

  test('the clock runs up to 30:00, and from there to 60:00', () => {
    expect([stateOf(format), stateOf(format, ...upTo(2)), stateOf(format, ...upTo(3))].map(({ clock }) => clock)).toMatchObject([
      { value: 0, limit: 30 * MINUTE, direction: 'up' },
      { value: 30 * MINUTE, limit: 60 * MINUTE },
      { value: 60 * MINUTE, limit: 65 * MINUTE },
    ]);
  });

  test.each<[string, number | null]>([['Yellow card', null], ['2 minutes', 120], ['Red card', 120]])('%s', (name, seconds) => {
    expect(leftAfter(stateOf(format, ['clock', { running: false, value: 1_795_000, at: 0 }], ['penalty', { side: 'home', name, at: 0 }]), 0)).toBe(seconds);
  });

  test('a suspension goes on in the second half', () => {
    const state = stateOf(format, ['clock', { running: false, value: 30 * MINUTE - 50_000, at: 0 }], ['penalty', { side: 'home', name: '2 minutes', at: 0 }], ['clock', { running: false, value: 30 * MINUTE, at: 0 }], end, period(2));
    expect(leftAfter(state, 0)).toBe(70);
  });

  test('three time-outs in a match', () => {
    expect(leftAndMeaning(stateOf(format, ...counted('home', 'timeouts', 2), ...upTo(2)), 'home')).toEqual([[2, 1, null]]);
  });

  test('overtime is twice two halves of five minutes; then 7 m throws', () => {
    expect(offered(stateOf(format, ...upTo(3), home('Goal'), end))).toEqual(['Start overtime 2']);
    expect(offered(stateOf(format, ...upTo(4), end))[0]).toBe('Start overtime 3');
    expect(offered(stateOf(format, ...upTo(6), end))).toEqual(['Start 7 m shoot-out', 'A 0–0 draw?']);
  });
});

describe('futsal (FIFA)', () => {
  const { format } = futsal;

  test.each<[string, Tap[], unknown]>([
    ['five accumulated fouls mean nothing yet', counted('home', 'fouls', 5), [5, null, null]],
    ['from the sixth on, a direct free kick without a wall', counted('home', 'fouls', 6), [6, null, 'Direct free kick without a wall']],
    ['they begin anew in the second half', [...counted('home', 'fouls', 6), ...upTo(2)], [0, null, null]],
    ['in extra time those of the second half go on', [...upTo(2), ...counted('home', 'fouls', 5), end, period(3), ...counted('home', 'fouls')], [6, null, 'Direct free kick without a wall']],
  ])('%s', (_name, taps, expected) => {
    expect(leftAndMeaning(stateOf(format, ...taps), 'home')?.[0]).toEqual(expected);
  });

  test('a side has one time-out in each half, and none in extra time', () => {
    const left = (...taps: Tap[]) => leftAndMeaning(stateOf(format, ...taps), 'away')?.[1]?.[1];
    expect([left(), left(...counted('away', 'timeouts')), left(...counted('away', 'timeouts'), ...upTo(2)), left(...upTo(3))]).toEqual([1, 0, 1, 0]);
  });

  test('a player who is sent off leaves the side one short for two minutes', () => {
    expect(leftAfter(stateOf(format, run(20, true), ['penalty', { side: 'home', name: 'Red card', at: 0 }]), 30)).toBe(90);
  });
});

test('netball: the centre pass alternates after each goal, whoever scored', () => {
  const taps = [home('Goal'), home('Goal'), away('Goal')];
  const start: Tap = ['attack', { side: 'home' }];
  expect(taps.map((_, index) => stateOf(netball.format, start, ...taps.slice(0, index + 1))['attack'])).toEqual(['away', 'home', 'away']);
});

describe('rugby (World Rugby)', () => {
  test.each<[string, number]>([['Try', 5], ['Conversion', 2], ['Penalty goal', 3], ['Drop goal', 3], ['Penalty try', 7]])('a %s counts %d', (key, points) => {
    expect(scoreIn(stateOf(rugby.format, home(key)))).toBe(`${points}–0`);
  });

  test('halves of 40 minutes count on to 80:00, and the mark says it in minutes', () => {
    const state = stateOf(rugby.format, ...upTo(2), ['clock', { running: false, value: 72 * MINUTE + 10_000, at: 0 }], home('Try'));
    expect([state['mark'], state['commentary']]).toEqual(['H2 72:10', 'Try, 5 points for Reds. Reds 5, Blues 0.']);
  });

  test('a yellow card is ten minutes, in sevens two', () => {
    const yellow: Tap = ['penalty', { side: 'home', name: 'Yellow card', at: 0 }];
    expect([rugby.format, rugby.variants?.[0]?.format ?? rugby.format].map((format) => leftAfter(stateOf(format, yellow), 0))).toEqual([600, 120]);
  });

  test('in sevens the first points of extra time win', () => {
    const sevens = rugby.variants?.[0]?.format ?? rugby.format;
    expect(offered(stateOf(sevens, ...upTo(3), away('Penalty goal')))).toEqual(['Blues win 3–0 after extra time?']);
  });
});

test('ice hockey: the first goal of overtime wins, and a draw after it goes to a shoot-out', () => {
  const { format } = iceHockey;
  expect(offered(stateOf(format, ...upTo(4), home('Goal')))).toEqual(['Reds win 1–0 after overtime?']);
  expect(offered(stateOf(format, ...upTo(4), end))).toEqual(['Start shoot-out', 'A 0–0 draw?']);
  expect(stateOf(format, ...upTo(4))['period']).toBe('Overtime');
});

test('water polo: an exclusion takes twenty seconds of play', () => {
  const state = stateOf(waterPolo.format, run(8, true), ['penalty', { side: 'home', name: 'Exclusion', at: 5_000 }]);
  expect([leftAfter(state, 10), leftAfter(state, 25), state['commentary']]).toEqual([15, null, 'Exclusion: Reds. 20 seconds.']);
});

test('a counter that another sport has is refused by name', () => {
  expect(() => stateOf(netball.format, ...counted('home', 'fouls'))).toThrow('“fouls” is not counted in this match.');
  expect(countOf(stateOf(basketball.format), 'home', 'fouls')).toBe(0);
});
