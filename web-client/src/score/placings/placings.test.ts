// A contest by the console's taps: entries, corrections, the result, and whose turn it is.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tap } from '../../lib/outbox';
import { athletics } from '../../sports/definitions/athletics';
import { readPlacings } from '../../sports/families/placings/read';
import { NotAllowed, UnknownTap } from '../rules';
import { expectAsIf, figuresOf, Sheet } from '../sheet.testing';
import { attempt, attempts, jumpsOver, mark, play, rowsOf, sheetOf, startOf } from './model.testing';
import { isComplete, resultOf } from './result';
import { placingsRules } from './rules';
import { nextAttempt, nextJump } from './turn';

const sprint = athletics.format;
const variant = (title: string) => athletics.variants?.find((one) => one.title.startsWith(title))?.format;
const final = startOf(sprint, { name: 'Lyles', lane: '7' }, { name: 'Thompson', lane: '4' });
const confirm: Tap = ['result', { text: '', how: 'marks' }];

describe('entries', () => {
  test('are added, changed, renamed and withdrawn at any time', () => {
    const sheet = sheetOf(final, mark(1, '9.784'), ['entry', { name: 'Kerley', lane: '3', team: 'USA' }], ['edit', { entry: '3', lane: '2', note: 'SB' }], ['rename', { entry: '2', to: 'Kishane Thompson' }], ['status', { entry: '3', status: 'WD' }]);
    expect(sheet.log.slice(1).map(({ data }) => data['commentary'])).toEqual([
      'Lyles: 9.79 (9.784), place 1.', 'Kerley is entered (lane 3).', 'Kerley: lane 2. Kerley: note SB.', 'Name corrected: Kishane Thompson, not Thompson.', 'Kerley withdraws.',
    ]);
    expect(sheet.state['entries']).toEqual({
      '1': { name: 'Lyles', lane: '7', mark: '9.79', exact: '9.784', place: 1 },
      '2': { name: 'Kishane Thompson', lane: '4' },
      '3': { name: 'Kerley', team: 'USA', lane: '2', note: 'SB', status: 'WD' },
    });
  });

  test.each<[string, Tap, string]>([
    ['a lane that is taken', ['entry', { name: 'Kerley', lane: '7' }], 'Lane 7 is taken by Lyles.'],
    ['a lane that is no number', ['edit', { entry: '1', lane: 'x' }], 'Enter the lane as a number.'],
    ['no name', ['entry', { name: ' ' }], 'Enter a name.'],
    ['nothing new', ['edit', { entry: '1', lane: '7' }], 'Nothing is changed.'],
    ['nobody', mark(9, '9.79'), 'Select an entry.'],
    ['no mark', mark(1, 'fast'), 'Enter a mark, such as 10.83 or 2:03.45.'],
    ['a time of nothing', mark(1, '0'), 'Enter a mark, such as 10.83 or 2:03.45.'],
    ['an attempt in a race', attempt(1, 1, '8.10'), 'Select an attempt.'],
    ['no status to remove', ['status', { entry: '1' }], 'Lyles has no status to remove.'],
    ['no wind', ['wind', { wind: 'strong' }], 'Enter the wind in metres a second, such as +1.0 or -0.3.'],
    ['a clock without one', ['clock', { running: true, value: 0, at: 0 }], 'This match has no clock.'],
    ['no name of a part', ['period', { text: ' ' }], 'Enter a name, such as Final.'],
  ])('with %s are refused', (_name, tap, words) => {
    expect(() => play(final, tap)).toThrow(words);
  });

  test('a lane of an entry that does not start can be used', () => {
    expect(rowsOf(play(final, ['status', { entry: '1', status: 'DNS' }], ['entry', { name: 'Kerley', lane: '7' }]))).toEqual(['Thompson', 'Kerley', 'Lyles DNS']);
  });

  test('keep their numbers when an earlier one is taken back', () => {
    const sheet = sheetOf(final, ['entry', { name: 'Kerley' }], ['entry', { name: 'Jacobs' }], mark(4, '9.85'));
    sheet.correct(2, null);
    expect(rowsOf(sheet.state)).toEqual(['1 Jacobs 9.85', 'Thompson', 'Lyles']);
    expect(() => sheet.correct(3, null)).toThrow('Select an entry.');
  });

  test('must exist before anything else', () => {
    expect(() => placingsRules.play({}, mark(1, '9.79'))).toThrow('Set the contest up first.');
    expect(() => play(startOf(sprint))).toThrow('Enter at least one name.');
    expect(() => play(['start', { entries: [{ name: 'A' }] }])).toThrow('The format of the contest is missing.');
    expect(() => sheetOf(final, mark(1, '9.79')).correct(1, null)).toThrow('The whole match depends on it.');
  });
});

describe('a result', () => {
  test('is offered when every entry has a mark or a status', () => {
    expect([play(final), play(final, mark(1, '9.79')), play(final, mark(1, '9.79'), ['status', { entry: '2', status: 'DNF' }])].map(isComplete)).toEqual([false, false, true]);
    expect(isComplete(play(final, ['status', { entry: '1', status: 'DNS' }], ['status', { entry: '2', status: 'DNF' }]))).toBe(false);
  });

  test.each<[string, Tap[], string]>([
    ['of one winner', [mark(1, '9.784'), mark(2, '9.789')], 'Lyles wins in 9.79'],
    ['of two', [mark(1, '9.79'), mark(2, '9.79')], 'Thompson and Lyles share the first place in 9.79'],
    ['of nobody', [], 'No result'],
  ])('%s is told in words', (_name, taps, words) => {
    expect(resultOf(play(final, ...taps))).toBe(words);
  });

  test('follows corrected marks and names, and ends the contest', () => {
    const sheet = sheetOf(final, mark(1, '9.79'), mark(2, '9.84'), confirm);
    expect(() => sheet.play(mark(2, '9.70'))).toThrow('The result is confirmed.');
    sheet.correct(3, mark(2, '9.74'));
    expect(sheet.state['result']).toBe('Thompson wins in 9.74');
    sheet.play(['rename', { entry: '2', to: 'Kishane Thompson' }]);
    expect([sheet.state['result'], sheet.state['summary']]).toEqual([
      'Kishane Thompson wins in 9.74',
      { sides: [{ place: '1', name: 'Kishane Thompson', score: '9.74' }, { place: '2', name: 'Lyles', score: '9.79' }], result: 'Kishane Thompson wins in 9.74' },
    ]);
    while (sheet.undo());
    expect(figuresOf(sheet.state)).toEqual({});
  });

  test('in words stays, and stops the clock', () => {
    const clock: Tap = ['clock', { running: true, value: 0, at: 1_000 }];
    const sheet = sheetOf(startOf(variant('Distance'), 'A', 'B'), clock, mark(1, '14:00.11'), ['result', { text: 'Abandoned', at: 61_000 }]);
    expect([sheet.state['result'], sheet.state['clock']]).toEqual(['Abandoned', { running: false, value: 60_000, at: 61_000, direction: 'up' }]);
    sheet.correct(3, mark(2, '13:59.99'));
    expect(sheet.state['result']).toBe('Abandoned');
  });
});

describe('corrections', () => {
  test('of a jump name the one that it makes impossible', () => {
    const sheet = sheetOf(startOf(variant('High'), 'A', 'B'), ...jumpsOver(['2.00', '2.05'], ['xxo xo', 'o o']));
    expect(() => sheet.correct(6, ['attempt', { entry: '1', height: '1', mark: 'x' }])).toThrow('“2.05 A: failed” stands in the way. A is out after 3 failures in a row.');
  });

  test('of a jump change the places', () => {
    const taps: Tap[] = [startOf(variant('High'), 'A', 'B'), ...jumpsOver(['2.00', '2.05'], ['o xo', 'o o'])];
    const sheet = sheetOf(...taps, ['height', { height: '2.08' }]);
    expect(rowsOf(sheet.state)).toEqual(['1 B 2.05', '2 A 2.05']);
    sheet.correct(7, ['attempt', { entry: '2', height: '2', mark: 'x' }]);
    expect(rowsOf(sheet.state)).toEqual(['1 A 2.05', '2 B 2.00']);
  });

  test('an attempt or a mark that is entered again replaces the first', () => {
    expect(play(startOf(variant('Long'), 'A'), attempt(1, 1, '8.01'), attempt(1, 1, '8.10'))['commentary']).toBe('A, attempt 1: 8.10 m, not 8.01 m, place 1.');
    expect(play(final, mark(1, '9.97'), mark(1, '9.79'))['commentary']).toBe('Lyles: 9.79, not 9.97, place 1.');
  });
});

describe('the turn', () => {
  const turn = (...taps: Tap[]) => {
    const next = nextAttempt(play(...taps));
    return next === null ? null : `${next.entry.name} ${next.number}`;
  };
  const jumper = startOf({ ...variant('Long'), attempts: { count: 4, counts: 'best', cut: { after: 2, keep: 2 } } }, 'A', 'B', 'C');

  test('goes round by round; after the cut the best come last', () => {
    expect([turn(jumper), turn(jumper, attempt(1, 1, 'x')), turn(jumper, attempt(2, 1, 'x'))]).toEqual(['A 1', 'B 1', 'A 1']);
    const cut = [jumper, ...attempts(1, '8.10 x'), ...attempts(2, '8.00 x'), ...attempts(3, '8.05 x')];
    expect([turn(...cut), turn(...cut, attempt(3, 3, 'x')), turn(...cut, ...attempts(1, '8.10 x x x'), attempt(3, 3, 'x'), attempt(3, 4, 'x'))]).toEqual(['C 3', 'A 3', null]);
  });

  test('goes on for all where they are not more than go on, those without a mark first', () => {
    const all = startOf({ ...variant('Long'), attempts: { count: 4, counts: 'best', cut: { after: 2, keep: 8 } } }, 'A', 'B');
    const cut = [all, ...attempts(1, '8.10 x'), ...attempts(2, 'x x')];
    expect([turn(...cut), turn(...cut, attempt(2, 3, 'x')), turn(...cut, ...attempts(2, 'x x x 8.00'))]).toEqual(['B 3', 'A 3', 'A 3']);
    const few = play(jumper, ...attempts(1, '8.10 x'), ...attempts(2, 'x x'), ...attempts(3, '8.05 x'));
    expect([rowsOf(few), isComplete(few), nextAttempt(few)?.entry.name]).toEqual([['1 A 8.10', '2 C 8.05', 'B NM'], false, 'C']);
  });

  test('over a bar, goes round until nobody is left at the height', () => {
    const next = (...jumps: string[]) => {
      const found = nextJump(play(startOf(variant('High'), 'A', 'B', 'C'), ...jumpsOver(['2.00'], jumps)));
      return found === null ? null : `${found.entry.name} ${found.number}`;
    };
    expect([next('', '', ''), next('o', '', ''), next('x', 'o', '-'), next('x', 'x', '-'), next('xo', 'x', '-'), next('xo', 'xxx', '-')]).toEqual(['A 1', 'B 1', 'A 2', 'A 2', 'B 2', null]);
  });

  test('ends over a bar when everybody is out', () => {
    const done = play(startOf(variant('High'), 'A', 'B'), ...jumpsOver(['2.00', '2.05'], ['o xxx', 'xxx']));
    expect([isComplete(done), resultOf(done)]).toEqual([true, 'A wins with 2.00 m']);
    expect(isComplete(play(startOf(variant('High'), 'A', 'B'), ...jumpsOver(['2.00', '2.05'], ['o xx', 'xxx'])))).toBe(false);
  });
});

test('an entry that the rules do not know is named as such', () => {
  expect(() => play(final, ['corner', {}])).toThrow(UnknownTap);
  expect(() => play(final, ['toString', {}])).toThrow(UnknownTap);
});

test('every tap has words', () => {
  const sheet = sheetOf(final, mark(1, '9.784'), ['entry', { name: 'Kerley' }], ['edit', { entry: '3', lane: '2' }], ['rename', { entry: '3', to: 'Fred' }], ['status', { entry: '3', status: 'DQ' }], ['wind', { wind: '1' }], ['period', { text: 'Final' }], ['venue', { text: 'Paris' }], confirm);
  const jumps = sheetOf(startOf(variant('High'), 'A'), ['height', { height: '2' }], ['attempt', { entry: '1', height: '1', mark: 'o' }]);
  const long = sheetOf(startOf(variant('Long'), 'A'), attempt(1, 1, 'x'), attempt(1, 2, '8.10'));
  expect([sheet, jumps, long].flatMap(({ log }) => log.map(({ data }) => placingsRules.words(data['tap'] as Tap)))).toEqual([
    'Start list', 'Lyles: 9.784', 'New entry: Kerley', 'Kerley: entry changed', 'Fred, not Kerley', 'Fred: DQ', 'Wind 1', 'Final', 'Venue: Paris', 'Result',
    'Start list', 'Bar at 2', 'A: cleared', 'Start list', 'A: attempt 1, a failure', 'A: attempt 2, 8.10',
  ]);
});

test('the example of athletics is a state of the console', () => {
  const entries = [{ name: 'Kishane Thompson', team: 'JAM', lane: '4' }, { name: 'Noah Lyles', team: 'USA', lane: '7' }, { name: 'Fred Kerley', team: 'USA', lane: '3' }, { name: 'Oblique Seville', team: 'JAM', lane: '6' }];
  const { tap: _, ...state } = play(['start', { format: sprint, period: 'Final', entries }], ['wind', { wind: '1.0' }], ['status', { entry: '4', status: 'DNS' }], mark(1, '9.789'), mark(2, '9.784'));
  expect(state).toEqual(athletics.example);
});

const entry = fc.constantFrom('1', '2', '3', '4');
const common: fc.Arbitrary<Tap> = fc.oneof(
  fc.record({ entry, status: fc.constantFrom('DNS', 'DNF', 'DQ', 'WD', '') }).map((detail): Tap => ['status', detail]),
  fc.record({ entry, to: fc.constantFrom('Kim', 'Lee') }).map((detail): Tap => ['rename', detail]),
  fc.record({ entry, heat: fc.constantFrom('1', '2', ''), lane: fc.constantFrom('1', '2', '') }).map((detail): Tap => ['edit', detail]),
  fc.constantFrom<Tap>(['entry', { name: 'New' }], ['period', { text: 'Final' }], ['wind', { wind: '1.0' }], ['venue', { text: 'Here' }], confirm),
);
const contests: [string, unknown, fc.Arbitrary<Tap>][] = [
  ['a race', sprint, fc.record({ entry, mark: fc.constantFrom('9.784', '9.79', '9.789', '10.01', '') }).map((detail): Tap => ['mark', detail])],
  ['a long jump', variant('Long'), fc.record({ entry, number: fc.constantFrom('1', '2', '6', '7'), mark: fc.constantFrom('8.10', '8.05', 'x', '-') }).map((detail): Tap => ['attempt', detail])],
  [
    'a high jump', variant('High'),
    fc.oneof(
      fc.record({ height: fc.constantFrom('2.00', '2.05', '2.10') }).map((detail): Tap => ['height', detail]),
      fc.record({ height: fc.constantFrom('2.00'), jumpOff: fc.constant(true) }).map((detail): Tap => ['height', detail]),
      fc.record({ entry, jumpOff: fc.constant('1'), mark: fc.constantFrom('o', 'x') }).map((detail): Tap => ['attempt', detail]),
      fc.record({ entry, height: fc.constantFrom('1', '2'), mark: fc.constantFrom('o', 'x', 'x', '-', 'r') }).map((detail): Tap => ['attempt', detail]),
    ),
  ],
];

function tryAll(sheet: Sheet, taps: readonly Tap[]): Tap[] {
  return taps.filter((tap) => {
    try {
      sheet.play(tap);
      return true;
    } catch (error) {
      if (error instanceof NotAllowed) return false;
      throw error;
    }
  });
}

describe.each(contests)('in %s', (_name, format, own) => {
  const start = startOf(format, 'A', 'B', 'C');
  const taps = fc.array(fc.oneof({ weight: 4, arbitrary: own }, { weight: 1, arbitrary: common }), { minLength: 1, maxLength: 25 });

  test('whatever is tapped, Undo leads back to the start, and the board reads each state', () => {
    fc.assert(
      fc.property(taps, (all) => {
        const sheet = sheetOf(start);
        const begun = figuresOf(sheet.state);
        const played = tryAll(sheet, all);
        expect(readPlacings(sheet.state)).not.toBeNull();
        for (const _ of played) sheet.undo();
        expect(figuresOf(sheet.state)).toEqual(begun);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  test('a corrected contest is the one played so from the start', () => {
    fc.assert(
      fc.property(taps, fc.nat(), fc.option(own), (all, at, instead) => {
        const sheet = sheetOf(start);
        const played = tryAll(sheet, all);
        if (played.length === 0) return;
        const index = at % played.length;
        // Entries and heights keep the numbers that they got.
        const recorded = sheet.log.slice(1).map(({ data }) => data['tap'] as Tap);
        try {
          sheet.correct(index + 2, instead);
        } catch (error) {
          if (error instanceof NotAllowed) return;
          throw error;
        }
        expectAsIf(sheet, start, ...recorded.slice(0, index), ...(instead === null ? [] : [instead]), ...recorded.slice(index + 1));
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
