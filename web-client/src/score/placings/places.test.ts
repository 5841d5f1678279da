// Places by the published rules, each table with its source.
import { describe, expect, test } from 'vitest';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { athletics } from '../../sports/definitions/athletics';
import { crossCountry } from '../../sports/definitions/crossCountry';
import { cycling } from '../../sports/definitions/cycling';
import { swimming } from '../../sports/definitions/swimming';
import { weightlifting } from '../../sports/definitions/weightlifting';
import { readPlacings } from '../../sports/families/placings/read';
import { teamsOf } from '../../sports/families/placings/teams';
import { attempt, attempts, jumpsOver, mark, play, rowsOf, sheetOf, startOf } from './model.testing';
import { resultOf } from './result';

const formatOf = (title: string) => athletics.variants?.find((one) => one.title.startsWith(title))?.format;
const longJump = formatOf('Long jump');
const highJump = formatOf('High jump');

describe('races of athletics (World Athletics, TR 19 and 21)', () => {
  const final = startOf(athletics.format, 'Lyles', 'Thompson', 'Kerley');

  test.each<[string, Tap[], string[]]>([
    ['times are rounded up to hundredths', [mark(1, '9.781'), mark(2, '9.80')], ['1 Lyles 9.79', '2 Thompson 9.80', 'Kerley']],
    ['thousandths separate equal times', [mark(1, '9.784'), mark(2, '9.789'), mark(3, '9.81')], ['1 Lyles 9.79', '2 Thompson 9.79', '3 Kerley 9.81']],
    ['equal thousandths share a place', [mark(1, '9.784'), mark(2, '9.784'), mark(3, '9.81')], ['1= Lyles 9.79', '1= Thompson 9.79', '3 Kerley 9.81']],
    ['thousandths decide only if all have them', [mark(1, '9.784'), mark(2, '9.79'), mark(3, '9.81')], ['1= Lyles 9.79', '1= Thompson 9.79', '3 Kerley 9.81']],
    [
      'who does not finish has no place',
      [mark(3, '9.81'), ['status', { entry: '1', status: 'DQ', reason: 'TR 16.8' }], ['status', { entry: '2', status: 'DNF' }]],
      ['1 Kerley 9.81', 'Thompson DNF', 'Lyles DQ'],
    ],
  ])('%s', (_name, taps, rows) => {
    expect(rowsOf(play(final, ...taps))).toEqual(rows);
  });

  test('a mark ends a status, and a status a place', () => {
    const state = play(final, ['status', { entry: '1', status: 'DNS' }], mark(1, '9.79'));
    expect([rowsOf(state)[0], state['commentary']]).toEqual(['1 Lyles 9.79', 'Lyles: 9.79, not DNS, place 1.']);
    expect(rowsOf(play(final, mark(1, '9.79'), ['status', { entry: '1', status: 'DQ' }]))).toEqual(['Thompson', 'Kerley', 'Lyles DQ']);
  });
});

describe('heats', () => {
  const entries = [['A', '1', '4'], ['B', '1', '5'], ['C', '2', '4'], ['D', '2', '5']].map(([name, heat, lane]) => ({ name, heat, lane }));
  const state = play(startOf(swimming.format, ...entries), mark(1, '58.21'), mark(2, '10005'), mark(3, '58.90'), mark(4, '58.21'));

  test('have places of their own, and one in all', () => {
    expect(readPlacings(state)?.sections.map(({ heat, lines }) => [heat, lines.map(({ place, entry, gap }) => [place, entry.name, gap])])).toEqual([
      ['1', [['1', 'A', null], ['2', 'B', '+1.84']]],
      ['2', [['1', 'D', null], ['2', 'C', '+0.69']]],
    ]);
    expect(rowsOf(state)).toEqual(['1= A 58.21', '1= D 58.21', '3 C 58.90', '4 B 1:00.05']);
    expect(Object.values(state['entries'] as JsonObject)).toMatchObject([{ place: 1, overall: 1 }, { place: 2, overall: 4 }, { place: 2, overall: 3 }, { place: 1, overall: 1 }]);
  });
});

test('equal times of swimming share a place: the 100 m butterfly of Rio 2016', () => {
  const names = ['Schooling', 'Phelps', 'Le Clos', 'Cseh', 'Li'];
  const times = ['50.39', '51.14', '51.14', '51.14', '51.26'];
  const state = play(startOf(swimming.format, ...names), ...times.map((time, index) => mark(index + 1, time)));
  expect(rowsOf(state)).toEqual(['1 Schooling 50.39', '2= Phelps 51.14', '2= Le Clos 51.14', '2= Cseh 51.14', '5 Li 51.26']);
});

describe('attempts of athletics (World Athletics, TR 25)', () => {
  test.each<[string, string[], string[]]>([
    ['the best counts', ['8.01 8.10 x', '8.05 - 8.09'], ['1 A 8.10', '2 B 8.09']],
    ['the second best separates', ['8.10 8.01', '8.05 8.10'], ['1 B 8.10', '2 A 8.10']],
    ['then the third best', ['8.10 8.05 7.90', '8.05 7.95 8.10'], ['1 B 8.10', '2 A 8.10']],
    ['one with a second mark is before one without', ['8.10 x', 'x 8.10 7.00'], ['1 B 8.10', '2 A 8.10']],
    ['all equal, they share the place', ['8.10 8.05', '8.05 8.10', '8.00'], ['1= A 8.10', '1= B 8.10', '3 C 8.00']],
    ['without a mark there is no place', ['8.10', 'x x x x x x'], ['1 A 8.10', 'B NM']],
  ])('%s', (_name, jumps, rows) => {
    const names = ['A', 'B', 'C'].slice(0, jumps.length);
    expect(rowsOf(play(startOf(longJump, ...names), ...jumps.flatMap((all, index) => attempts(index + 1, all))))).toEqual(rows);
  });

  test('a withdrawn entry keeps what it has jumped', () => {
    expect(rowsOf(play(startOf(longJump, 'A', 'B'), attempt(1, 1, '8.10'), ['status', { entry: '1', status: 'WD' }]))).toEqual(['1 A 8.10', 'B']);
  });

  test('a wind is told with its attempt', () => {
    const state = play(startOf(longJump, 'A'), attempt(1, 1, '810', { wind: '2.3' }));
    expect([state['commentary'], state['mark']]).toEqual(['A, attempt 1: 8.10 m (wind +2.3), place 1.', 'Attempt 1']);
  });
});

describe('the bar (World Athletics, TR 26)', () => {
  // The example of TR 26.8 and 26.9: failures up to the height last cleared, and a jump-off for the first place.
  const heights = ['1.75', '1.80', '1.84', '1.88', '1.91', '1.94', '1.97'];
  const example = [startOf(highJump, 'A', 'B', 'C', 'D'), ...jumpsOver(heights, ['o xo o xo x- xx', '- xo - xo - - xxx', '- o xo xo - xxx', '- xo xo xo xxx'])];
  const off = (round: number, height: string, jumps: Record<number, string>): Tap[] => [
    ['height', { height, jumpOff: true }],
    ...Object.entries(jumps).map(([entry, one]): Tap => ['attempt', { entry, jumpOff: String(round), mark: one }]),
  ];

  test('failures in all separate, as in the example of the rules', () => {
    expect(rowsOf(play(...example))).toEqual(['1= A 1.88', '1= B 1.88', '1= C 1.88', '4 D 1.88']);
  });

  test('a jump-off separates the first place, as in the example of the rules', () => {
    const taps = [...off(1, '1.91', { 1: 'x', 2: 'x', 3: 'x' }), ...off(2, '1.89', { 1: 'o', 2: 'o', 3: 'x' }), ...off(3, '1.91', { 1: 'x', 2: 'o' })];
    const state = play(...example, ...taps);
    expect(rowsOf(state)).toEqual(['1 B 1.88', '2 A 1.88', '3 C 1.88', '4 D 1.88']);
    expect(resultOf(state)).toBe('B wins with 1.88 m');
    const third = () => play(...example, ...off(1, '1.91', { 1: 'x', 2: 'x', 3: 'x' }), ...off(2, '1.89', { 1: 'o', 2: 'o', 3: 'x' }), ...off(3, '1.91', { 3: 'o' }));
    expect(third).toThrow('C is not in this round of the jump-off.');
  });

  test('an entry that stops in the jump-off leaves the place to the others', () => {
    expect(rowsOf(play(...example, ...off(1, '1.91', { 1: 'r', 2: 'x', 3: 'r' })))).toEqual(['1 B 1.88', '2= A 1.88', '2= C 1.88', '4 D 1.88']);
  });

  test('fewer failures at the last height come first', () => {
    expect(rowsOf(play(startOf(highJump, 'A', 'B'), ...jumpsOver(['2.00', '2.05', '2.10'], ['o xo xxx', 'xxo o xxx'])))).toEqual(['1 B 2.05', '2 A 2.05']);
  });

  test('two without a failure share the gold medal: Tokyo 2020', () => {
    const names = ['Barshim', 'Tamberi', 'Nedasekau', 'Woo'];
    const jumps = ['o o o o o o o xxx', 'o o o o o o o xxx', 'o o o o xo x- o xxx', 'o o o o xo o x- xx'];
    const state = play(startOf(highJump, ...names), ...jumpsOver(['2.19', '2.24', '2.27', '2.30', '2.33', '2.35', '2.37', '2.39'], jumps));
    expect(rowsOf(state)).toEqual(['1= Barshim 2.37', '1= Tamberi 2.37', '3 Nedasekau 2.37', '4 Woo 2.35']);
    expect(resultOf(state)).toBe('Barshim and Tamberi share the first place with 2.37 m');
  });

  test.each<[string, string[], Tap, string]>([
    ['after three failures in a row, over several heights', ['x- x- x', 'o o o'], ['attempt', { entry: '1', height: '3', mark: 'x' }], 'A is out after 3 failures in a row.'],
    ['at a height that is cleared', ['o o o', 'o o o'], ['attempt', { entry: '1', height: '3', mark: 'o' }], 'A has cleared 2.10.'],
    ['at a height that was passed', ['o o x-', 'o o o'], ['attempt', { entry: '1', height: '3', mark: 'o' }], 'A has passed at 2.10.'],
    ['at a lower height', ['o x o', 'o o o'], ['attempt', { entry: '1', height: '2', mark: 'o' }], 'A has jumped at a greater height.'],
    ['over a bar that is lowered', ['o o o', 'o o o'], ['height', { height: '2.08' }], 'The bar is at 2.10. It can only be raised.'],
    ['off without a tie', ['o o o', 'o o xo'], ['height', { height: '2.08', jumpOff: true }], 'A jump-off needs a tie for the first place.'],
  ])('nobody jumps %s', (_name, jumps, tap, words) => {
    const taps = [startOf(highJump, 'A', 'B'), ...jumpsOver(['2.00', '2.05', '2.10'], jumps)];
    expect(() => play(...taps, tap)).toThrow(words);
  });

  test('each jump is told', () => {
    const told = sheetOf(startOf(highJump, 'A'), ...jumpsOver(['2.00', '2.05', '2.10'], ['xo - xxx'])).log.map(({ data }) => data['commentary']);
    expect(told.slice(1)).toEqual([
      'The bar is at 2.00 m.', 'A fails at 2.00 m, first attempt.', 'A clears 2.00 m at the second attempt, place 1.',
      'The bar is at 2.05 m.', 'A passes at 2.05 m.',
      'The bar is at 2.10 m.', 'A fails at 2.10 m, first attempt.', 'A fails at 2.10 m, second attempt.', 'A fails at 2.10 m, third attempt: out, place 1.',
    ]);
  });
});

describe('weightlifting (IWF)', () => {
  const start = startOf(weightlifting.format, 'A', 'B');
  test.each<[string, [string, string], string[]]>([
    ['the total counts', ['95 98 x100 120 x125 125', '100 103 x105 115 118 -'], ['1 A 223', '2 B 221']],
    ['of equal totals, the lower clean and jerk was lifted first', ['100 x x 120 x x', '105 x x 115 x x'], ['1 B 220', '2 A 220']],
    ['then the earlier attempt', ['100 x x 115 120 x', '100 x x 120 x x'], ['1 B 220', '2 A 220']],
    ['three failures leave no total', ['100 x x x120 x120 x120', '90 x x 100'], ['1 B 190', 'A NM']],
    ['during the snatch, the snatch counts', ['100', '98 101'], ['1 B 101', '2 A 100']],
  ])('%s', (_name, lifts, rows) => {
    expect(rowsOf(play(start, ...lifts.flatMap((all, index) => attempts(index + 1, all))))).toEqual(rows);
  });

  test('a lift is told with its name, and a failed one with its weight', () => {
    const sheet = sheetOf(start, attempt(1, 1, 'x95'), attempt(1, 4, '120'));
    expect(sheet.log.slice(1).map(({ data }) => [data['mark'], data['commentary']])).toEqual([
      ['Snatch 1', 'A, Snatch 1: 95 kg, no lift.'],
      ['Clean & jerk 1', 'A, Clean & jerk 1: 120 kg, place 1.'],
    ]);
  });
});

describe('the order of finishing', () => {
  test('separates one time of a bunch', () => {
    expect(rowsOf(play(startOf(cycling.format, 'A', 'B', 'C'), mark(2, '2:03:45'), mark(3, '2:03:45'), mark(1, '2:03:44')))).toEqual([
      '1 A 2:03:44', '2 B 2:03:45', '3 C 2:03:45',
    ]);
  });

  test('scores teams by their first entries; the last one of them separates', () => {
    const teams = ['N', 'S', 'N', 'S', 'S', 'N', 'E'];
    const format = { ...crossCountry.format, teams: { count: 3 } };
    const state = play(startOf(format, ...teams.map((team, index) => ({ name: `R${index + 1}`, team }))), ...teams.map((_, index) => mark(index + 1, `10:0${index}`)));
    const teamRows = (lines: Parameters<typeof teamsOf>[0]) => teamsOf(lines, 3).map(({ place, name, points, places }) => [place, name, points, places]);
    expect(teamRows(readPlacings(state)?.sections[0]?.lines ?? [])).toEqual([
      ['1', 'N', 10, [1, 3, 6]], ['2', 'S', 11, [2, 4, 5]], [null, 'E', null, [7]],
    ]);
    // 1 + 5 + 6 and 2 + 3 + 7 are both 12.
    const equal = ['N', 'S', 'S', 'E', 'N', 'N', 'S'];
    const other = play(startOf(format, ...equal.map((team, index) => ({ name: `R${index + 1}`, team }))), ...equal.map((_, index) => mark(index + 1, `10:0${index}`)));
    expect(teamRows(readPlacings(other)?.sections[0]?.lines ?? []).slice(0, 2)).toEqual([['1', 'N', 12, [1, 5, 6]], ['2', 'S', 12, [2, 3, 7]]]);
  });
});
