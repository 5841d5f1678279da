// Basketball, kabaddi and kho-kho by their published rules, as tables. The sources stand in the definitions.
import { describe, expect, test } from 'vitest';
import type { Tap } from '../../lib/outbox';
import { basketball } from '../../sports/definitions/basketball';
import { kabaddi } from '../../sports/definitions/kabaddi';
import { khoKho } from '../../sports/definitions/khoKho';
import { pointsSummary, readPoints } from '../../sports/families/points/read';
import { away, begin, counted, end, home, leftAndMeaning, matchOf, memberOf, MINUTE, offered, period, scoreIn, stateOf, times, upTo } from './match.testing';
import { pointsRules } from './rules';

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
    expect(leftAndMeaning(stateOf(format, ...taps), 'home')?.[0]).toEqual(expected);
  });

  test.each<[string, Tap[], number]>([
    ['two in the first half', [], 2],
    ['one is left in it after one', counted('away', 'timeouts'), 1],
    ['the quarter does not matter', [...counted('away', 'timeouts'), ...upTo(2)], 1],
    ['three in the second half, whatever is left', [...counted('away', 'timeouts'), ...upTo(3)], 3],
    ['one in each overtime', [...upTo(4), ...counted('away', 'timeouts', 2), end, period(5)], 1],
    ['one more in the next overtime', [...upTo(5), ...counted('away', 'timeouts'), end, period(6)], 1],
  ])('time-outs: %s', (_name, taps, left) => {
    expect(leftAndMeaning(stateOf(format, ...taps), 'away')?.[1]?.[1]).toBe(left);
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

  test('a super raid may touch more than three', () => {
    const state = stateOf(format, home('5 touches'));
    expect([scoreIn(state), memberOf(state, 'away', 'players'), state['attack']]).toEqual(['5–0', 2, 'away']);
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

  test('an out is a point for the side that attacks', () => {
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
