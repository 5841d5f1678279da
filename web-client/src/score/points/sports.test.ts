// Each sport of points and periods by its published rules, as tables. The sources stand in the definitions.
import { describe, expect, test } from 'vitest';
import type { Tap } from '../../lib/outbox';
import { basketball } from '../../sports/definitions/basketball';
import { futsal } from '../../sports/definitions/futsal';
import { handball } from '../../sports/definitions/handball';
import { hockey } from '../../sports/definitions/hockey';
import { iceHockey } from '../../sports/definitions/iceHockey';
import { kabaddi } from '../../sports/definitions/kabaddi';
import { khoKho } from '../../sports/definitions/khoKho';
import { netball } from '../../sports/definitions/netball';
import { rugby } from '../../sports/definitions/rugby';
import { waterPolo } from '../../sports/definitions/waterPolo';
import { leftOf, pointsSummary, readPoints } from '../../sports/families/points/read';
import { away, begin, counted, countOf, end, home, matchOf, memberOf, MINUTE, offered, period, scoreIn, stateOf, times, upTo } from './match.testing';
import { pointsRules } from './rules';

const meansOf = (state: ReturnType<typeof stateOf>, side: 'home' | 'away') => readPoints(state)?.[side].counters.map(({ count, left, means }) => [count, left, means]);

describe('basketball (FIBA)', () => {
  const { format, variants = [] } = basketball;

  test.each<[string, Tap[], string]>([
    ['a free throw counts one', [home('1 point')], '1–0'],
    ['a basket counts two', [home('2 points')], '2–0'],
    ['a basket from far counts three', [away('3 points'), home('2 points')], '2–3'],
  ])('%s', (_name, taps, score) => {
    expect(scoreIn(stateOf(format, ...taps))).toBe(score);
  });

  test.each<[string, Tap[], unknown]>([
    ['four fouls in a quarter mean nothing yet', counted('home', 'fouls', 4), [4, null, null]],
    ['the fifth means the bonus', counted('home', 'fouls', 5), [5, null, 'Bonus']],
    ['they begin anew with each quarter', [...counted('home', 'fouls', 5), ...upTo(2)], [0, null, null]],
    ['those of overtime follow the fourth quarter’s', [...upTo(4), ...counted('home', 'fouls', 4), end, period(5), ...counted('home', 'fouls')], [5, null, 'Bonus']],
  ])('team fouls: %s', (_name, taps, expected) => {
    expect(meansOf(stateOf(format, ...taps), 'home')?.[0]).toEqual(expected);
  });

  test.each<[string, Tap[], number]>([
    ['two in the first half', [], 2],
    ['one is left in it after one', counted('away', 'timeouts'), 1],
    ['the quarter does not matter', [...counted('away', 'timeouts'), ...upTo(2)], 1],
    ['three in the second half, whatever is left', [...counted('away', 'timeouts'), ...upTo(3)], 3],
    ['one in each overtime', [...upTo(4), ...counted('away', 'timeouts', 2), end, period(5)], 1],
    ['one more in the next overtime', [...upTo(5), ...counted('away', 'timeouts'), end, period(6)], 1],
  ])('time-outs: %s', (_name, taps, left) => {
    expect(meansOf(stateOf(format, ...taps), 'away')?.[1]?.[1]).toBe(left);
  });

  test('quarters have ten minutes down, overtimes five', () => {
    expect([1, 2, 3, 4, 5, 6].map((part) => stateOf(format, ...upTo(part))['clock'])).toMatchObject([10, 10, 10, 10, 5, 5].map((minutes) => ({ value: minutes * MINUTE, direction: 'down', running: false })));
  });

  test('a draw is followed by overtime as often as needed, and a lead ends the match', () => {
    const level = [...upTo(4), end];
    expect(offered(stateOf(format, ...level))[0]).toBe('Start overtime 1');
    expect(offered(stateOf(format, ...upTo(9), end))[0]).toBe('Start overtime 6');
    const state = stateOf(format, ...upTo(5), home('2 points'), end);
    expect(offered(state)).toEqual(['Reds win 2–0 after overtime?']);
    expect(stateOf(format, ...upTo(5), home('2 points'), end, ['result', { how: 'score' }])['result']).toBe('Reds won 2–0 after overtime');
  });

  test('3x3 is won with 21 points, and its overtime with two', () => {
    const threes = variants[0]?.format ?? format;
    const points = (count: number) => times(count, home('1 point'));
    expect(offered(stateOf(threes, ...points(20)))).toEqual([]);
    expect(offered(stateOf(threes, ...points(21)))).toEqual(['Reds win 21–0?']);
    const overtime = [...points(10), ...times(5, away('2 points')), end, period(2)];
    expect([offered(stateOf(threes, ...overtime, away('1 point'))), offered(stateOf(threes, ...overtime, away('2 points')))]).toEqual([[], ['Blues win 12–10 after overtime?']]);
    expect(stateOf(threes, ...overtime)['clock']).toBeUndefined();
  });
});

describe('kabaddi', () => {
  const { format } = kabaddi;
  const empty = home('Raid over');
  const theirs = away('Raid over');
  const turns = (count: number): Tap[] => Array.from({ length: count }, (_, index) => (index % 2 === 0 ? empty : theirs));

  test.each<[string, Tap[], string, unknown[]]>([
    ['a touch', [home('Touch')], '1–0', [7, 6]],
    ['three touches', [home('3 touches')], '3–0', [7, 4]],
    ['a tackle', [away('Tackle')], '0–1', [6, 7]],
    ['a super tackle counts two, and one raider is out', [away('Super tackle')], '0–2', [6, 7]],
    ['a bonus alone takes nobody out', [home('Bonus'), home('Raid over')], '1–0', [7, 7]],
    ['a bonus and a touch in one raid', [home('Bonus'), home('Touch')], '2–0', [7, 6]],
    ['a bonus, then the raider is tackled', [home('Bonus'), away('Tackle')], '1–1', [6, 7]],
    ['who touches brings players back', [away('Tackle'), theirs, home('Touch')], '1–1', [7, 6]],
    ['a technical point changes no raid', [home('Technical point')], '1–0', [7, 7]],
  ])('%s', (_name, taps, score, players) => {
    const state = stateOf(format, ...taps);
    expect([scoreIn(state), [memberOf(state, 'home', 'players'), memberOf(state, 'away', 'players')]]).toEqual([score, players]);
  });

  test('after each raid the other side raids; a bonus alone does not end it', () => {
    const raids = [home('Bonus'), home('Touch'), away('2 touches'), away('Tackle'), theirs];
    expect(raids.map((_, index) => stateOf(format, ...raids.slice(0, index + 1))['attack'])).toEqual(['home', 'away', 'home', 'away', 'home']);
  });

  test.each<[string, Tap[], string | null]>([
    ['one empty raid is none', turns(2), null],
    ['two empty raids of a side make the next one', turns(4), 'Do-or-die raid'],
    ['a raid with a bonus is not empty', [home('Bonus'), empty, theirs, ...turns(2)], null],
    ['a raider who was tackled did not come back empty', [away('Tackle'), theirs, ...turns(2)], null],
    ['after points they are counted anew', [...turns(4), home('Touch'), theirs, ...turns(2)], null],
  ])('do-or-die: %s', (_name, taps, name) => {
    const state = stateOf(format, ...taps);
    expect([state['attack'], readPoints(state)?.pressed ?? null]).toEqual(['home', name]);
  });

  test('an empty do-or-die raid is a point for the other side, and the raider is out', () => {
    const state = stateOf(format, ...turns(4), empty);
    expect([scoreIn(state), memberOf(state, 'home', 'players'), memberOf(state, 'home', 'empty'), state['attack']]).toEqual(['0–1', 6, undefined, 'away']);
    expect(state['commentary']).toBe('Do-or-die raid of Reds without a point: 1 point for Blues. Reds 0, Blues 1.');
  });

  test('a do-or-die raid is told in the summary', () => {
    expect(pointsSummary(stateOf(format, ...turns(4)))?.note).toBe('Do-or-die raid: Reds');
  });

  test('an all-out is offered with two points, and all players come back', () => {
    const taps = [home('3 touches'), theirs, home('3 touches'), theirs, home('Touch')];
    const before = stateOf(format, ...taps);
    expect([memberOf(before, 'away', 'players'), offered(before)]).toEqual([0, ['All-out: 2 points for Reds?']]);
    const after = stateOf(format, ...taps, home('All-out'));
    expect([scoreIn(after), memberOf(after, 'away', 'players'), after['attack'], offered(after)]).toEqual(['9–0', 7, 'away', []]);
  });

  test('the side that did not raid first begins the second half, with the players that it has', () => {
    const second = stateOf(format, home('Touch'), ...upTo(2));
    expect([second['attack'], memberOf(second, 'away', 'players')]).toEqual(['away', 6]);
    const sheet = matchOf(format);
    sheet.play(['attack', { side: 'away' }]);
    expect([sheet.state['attack'], sheet.play(...upTo(2)).state['attack']]).toEqual(['away', 'home']);
  });

  test('a raid that is taken back turns no later raid around', () => {
    const sheet = matchOf(format, home('Touch'), away('Tackle'), home('2 touches'), away('Touch'));
    sheet.correct(3, null);
    expect([scoreIn(sheet.state), sheet.state['attack']]).toEqual(['3–1', 'home']);
  });
});

describe('kho-kho', () => {
  const { format, variants = [] } = khoKho;

  test('sides attack in turns of nine minutes, four of them', () => {
    const parts = [1, 2, 3, 4].map((part) => stateOf(format, ...upTo(part)));
    expect(parts.map(({ attack }) => attack)).toEqual(['home', 'away', 'home', 'away']);
    expect(parts.map(({ period: name }) => name)).toEqual(['First turn', 'Second turn', 'Third turn', 'Fourth turn']);
    expect(parts[0]?.['clock']).toMatchObject({ value: 9 * MINUTE, direction: 'down' });
  });

  test('the side that won the toss may defend first', () => {
    const start = begin(format, { attack: 'away' });
    const first = pointsRules.play({}, start);
    expect([first['attack'], [end, period(2)].reduce((state, tap) => pointsRules.play(state, tap), first)['attack']]).toEqual(['away', 'home']);
  });

  test('each defender who is out is a point for the side that attacks', () => {
    expect(scoreIn(stateOf(format, ...times(3, home('Out')), ...upTo(2), ...times(2, away('Out'))))).toBe('3–2');
  });

  test('of seven a side, a touch counts two, and a dream run one for the defence', () => {
    const seven = variants[1]?.format ?? format;
    expect(scoreIn(stateOf(seven, home('Touch'), home('Dive'), away('Dream run')))).toBe('5–1');
    expect(stateOf(seven)['clock']).toMatchObject({ value: 7 * MINUTE });
  });

  test('after a draw, each side has one turn more', () => {
    expect(offered(stateOf(format, ...upTo(4), end))[0]).toBe('Start extra turn 1');
    expect(offered(stateOf(format, ...upTo(5), home('Out'), end))).toEqual(['Start extra turn 2']);
    expect(offered(stateOf(format, ...upTo(5), home('Out'), end, period(6), end))).toEqual(['Reds win 1–0 after extra turn?']);
  });
});

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
  });
});

describe('handball (IHF)', () => {
  const { format } = handball;

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
    expect(meansOf(stateOf(format, ...counted('home', 'timeouts', 2), ...upTo(2)), 'home')).toEqual([[2, 1, null]]);
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
    expect(meansOf(stateOf(format, ...taps), 'home')?.[0]).toEqual(expected);
  });

  test('a side has one time-out in each half, and none in extra time', () => {
    const left = (...taps: Tap[]) => meansOf(stateOf(format, ...taps), 'away')?.[1]?.[1];
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
