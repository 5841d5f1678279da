// Matches of sets at the desk: corrections, Undo, names, and states of other programs.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergePatch } from '../../lib/merge';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { definitions } from '../../sports/definitions';
import { readSetsFormat } from '../../sports/families/sets/format';
import { readSets, setsSummary } from '../../sports/families/sets/read';
import { readSummary } from '../../sports/summary';
import { InTheWay } from '../replay';
import { NotAllowed, UnknownTap, without } from '../rules';
import { expectAsIf, figuresOf, Sheet } from '../sheet.testing';
import { setsRules } from './rules';

const ofSets = definitions.filter(({ format }) => format.family === 'sets');
const formatOf = (sport: string) => ofSets.find((one) => one.sport === sport)?.format as unknown as JsonObject;
const start = (sport: string): Tap => ['start', { format: formatOf(sport), home: 'Reds', away: 'Blues' }];
const begin = (server: string): Tap => ['begin', { server }];
const point = (to: string, more: JsonObject = {}): Tap => ['point', { to, ...more }];
const points = (letters: string): Tap[] => [...letters].map((one) => point(one === 'h' ? 'home' : 'away'));
const closed = (to: string): Tap => ['set', { to }];

/** Volleyball: the first set 25–20, and some of the second. */
const first = [...points('ha'.repeat(20)), ...points('hhhhh')];
const match = [start('volleyball'), begin('home'), ...first, closed('home'), begin('away'), ...points('aah')];

describe('a correction', () => {
  test('of a point in the set before keeps the set, if it is still won', () => {
    const sheet = new Sheet(setsRules).play(...match);
    sheet.correct(4, null);
    const expected = [start('volleyball'), begin('home'), ...first.filter((_, index) => index !== 1), closed('home'), begin('away'), ...points('aah')];
    expectAsIf(sheet, ...expected);
    expect(sheet.state['sets']).toMatchObject({ 1: { home: 25, away: 19 } });
    expect(sheet.state['commentary']).toBe('Correction, Set 1, 1–1: Point to Blues, taken back.');
    expect(sheet.state['mark']).toBe('Set 2, 1–2');
  });

  test('names the set that would not be won', () => {
    const sheet = new Sheet(setsRules).play(...match);
    expect(() => sheet.correct(3, point('away'))).toThrow(InTheWay);
    expect(() => sheet.correct(3, point('away'))).toThrow('“Set 1, 25–20 Set 1 to Reds” stands in the way. Set 1 is not won by Reds at 24–21.');
  });

  test('names a score that is not possible', () => {
    const long = [start('volleyball'), begin('home'), ...points('ha'.repeat(25)), ...points('hh'), closed('home')];
    const sheet = new Sheet(setsRules).play(...long);
    expect(() => sheet.correct(4, null)).toThrow('Set 1 would be 27–24, which is not possible. Set its score under “More…”.');
  });

  test('of the score sets it at once, also of a set that is over', () => {
    const sheet = new Sheet(setsRules).play(...match, ['score', { set: 1, home: 27, away: 25 }], ['score', { set: 2, home: 3, away: 4 }]);
    expect(sheet.state['sets']).toMatchObject({ 1: { home: 27, away: 25, winner: 'home' }, 2: { home: 3, away: 4 } });
    sheet.play(['score', { set: 1, home: 20, away: 25 }]);
    expect([sheet.state['home'], sheet.state['away']]).toEqual([{ name: 'Reds', score: 0 }, { name: 'Blues', score: 1 }]);
    for (const [home, away] of [[25, 24], [30, 20], [-1, 25], [25, 1.5]]) {
      expect(() => sheet.play(['score', { set: 1, home, away }])).toThrow(NotAllowed);
    }
    expect(() => sheet.play(['score', { set: 3, home: 0, away: 0 }])).toThrow('Set 3 has not begun.');
  });

  test('of a set after the result does not contradict it', () => {
    const pulls = [start('tug of war'), point('home'), closed('home'), point('away'), closed('away'), point('home'), closed('home'), ['result', { text: 'Reds won 2–1' }]] satisfies Tap[];
    const sheet = new Sheet(setsRules).play(...pulls);
    expect(sheet.state['result']).toBe('Reds won 2–1');
    expect(() => sheet.play(['score', { set: 1, home: 0, away: 1 }])).toThrow('The match would not be won at 1–2. Take its result back first.');
    expect(() => sheet.correct(3, null)).toThrow(InTheWay);
    expect(setsRules.check?.({ ...sheet.state, outcome: { winner: 'away' } })).toBe('The result would contradict the sets, 2–1.');
  });

  test('of the server of a set moves no point', () => {
    const table = [start('table tennis'), begin('home'), ...points('haa')];
    const sheet = new Sheet(setsRules).play(...table);
    expect(sheet.state['serve']).toBe('away');
    sheet.correct(2, begin('away'));
    expect([sheet.state['serve'], sheet.state['mark']]).toEqual(['home', 'Game 1, 1–2']);
  });

  test('of the start replays the match by another format', () => {
    const sheet = new Sheet(setsRules).play(...match);
    const [, detail = {}] = start('volleyball');
    sheet.correct(1, ['start', { ...detail, format: { ...(detail['format'] as JsonObject), bestOf: 3 }, away: 'Greens' }]);
    expect([sheet.state['away'], sheet.state['mark']]).toEqual([{ name: 'Greens', score: 0 }, 'Set 2, 1–2']);
  });

  test('cannot remove the start or the beginning of a set', () => {
    const sheet = new Sheet(setsRules).play(...match);
    expect(() => sheet.correct(1, null)).toThrow('The whole match depends on it.');
    expect(() => sheet.correct(2, null)).toThrow('Begin set 1 first.');
  });

  test('of tennis replays games and sets', () => {
    const games = [...'hahahahahaha'].flatMap((one): Tap[] => [...points(one.repeat(4)), ['game', { to: one === 'h' ? 'home' : 'away' }]]);
    const tie = points('hhahhhhh').slice(0, 8);
    const tennis: Tap[] = [start('tennis'), begin('home'), ...games, ...tie, closed('home'), ...points('h')];
    const sheet = new Sheet(setsRules).play(...tennis);
    expect(sheet.state['sets']).toMatchObject({ 1: { home: 7, away: 6, tiebreak: { home: 7, away: 1 } } });
    const wrong = 2 + games.length + 3;
    sheet.correct(wrong, null);
    expect(sheet.state['sets']).toMatchObject({ 1: { tiebreak: { home: 7, away: 0 } } });
    expectAsIf(sheet, ...tennis.filter((_, index) => index !== wrong - 1));
    expect(() => sheet.correct(4, point('away'))).toThrow('The game is not won at 40–15.');
  });
});

test('a name is corrected everywhere, also in the result, and short names go', () => {
  const sheet = new Sheet(setsRules).play(['start', { format: formatOf('tug of war'), home: { name: 'Reds', short: 'RED' }, away: 'Reds United' }]);
  for (const tap of [point('home'), closed('home'), point('home'), closed('home')]) sheet.play(tap);
  sheet.play(['result', { text: 'Reds won 2–0' }], ['rename', { side: 'home', to: 'Rovers' }]);
  expect([sheet.state['home'], sheet.state['result'], sheet.state['commentary']]).toEqual([{ name: 'Rovers', score: 2 }, 'Rovers won 2–0', 'Name corrected: Rovers, not Reds.']);
  expect(() => sheet.play(['rename', { side: 'away', to: 'Rovers' }])).toThrow('different names');
});

test.each<[string, Tap]>([
  ['before the start', point('home')],
  ['without a format', ['start', { home: 'A', away: 'B' }]],
  ['with another family', ['start', { format: { family: 'points' }, home: 'A', away: 'B' }]],
  ['with one name', ['start', { format: formatOf('squash'), home: 'A' }]],
  ['with the same name twice', ['start', { format: formatOf('squash'), home: 'A', away: 'A' }]],
])('nothing is scored %s', (_name, tap) => {
  expect(() => setsRules.play({}, tap)).toThrow(NotAllowed);
});

test('an unknown kind is another console’s', () => {
  expect(() => new Sheet(setsRules).play(start('squash'), ['clock', {}])).toThrow(UnknownTap);
  expect([setsRules.knows?.(['clock']), setsRules.knows?.(['constructor']), setsRules.knows?.(point('home'))]).toEqual([false, false, true]);
});

describe('each sport', () => {
  test.each(ofSets.map((one) => [one.title, one] as const))('%s: the example shows, and its formats are read as they are', (_title, definition) => {
    expect(readSets(definition.example)).not.toBe(null);
    expect(readSummary(setsSummary(definition.example))?.sides).toHaveLength(2);
    for (const { format } of [definition, ...(definition.variants ?? [])]) expect(readSetsFormat(format)).toEqual(format);
  });

  test.each(ofSets.map((one) => [one.title, one] as const))('%s: the example is what the console makes', (_title, { example }) => {
    const { serve, left } = example;
    const sets = example['sets'] as Record<string, JsonObject>;
    const last = Object.keys(sets).length;
    const made = setsRules.play({ ...example, commentary: '' }, ['score', { ...sets[last], set: last, ...(example['points'] ? { points: example['points'] } : {}) }]);
    expect({ ...without(made), commentary: '' }).toEqual({ ...example, commentary: '', ...(serve === undefined ? {} : { serve }), ...(left === undefined ? {} : { left }) });
  });
});

const side = fc.constantFrom('home', 'away');
const anyTap: fc.Arbitrary<Tap> = fc.oneof(
  { weight: 12, arbitrary: side.map((to): Tap => point(to)) },
  { weight: 3, arbitrary: side.map((to): Tap => ['game', { to }]) },
  { weight: 3, arbitrary: side.map((to): Tap => closed(to)) },
  { weight: 2, arbitrary: side.map((server): Tap => begin(server)) },
  fc.tuple(side, fc.constantFrom('game', 'set')).map(([to, kind]): Tap => [kind, { to, awarded: true }]),
  side.map((one): Tap => ['timeout', { side: one }]),
  side.map((one): Tap => ['serve', { side: one }]),
  fc.constant<Tap>(['ends', {}]),
  fc.record({ set: fc.integer({ min: 1, max: 3 }), home: fc.nat(26), away: fc.nat(26) }).map((detail): Tap => ['score', detail]),
  fc.tuple(side, fc.constantFrom('Rovers', 'Greens')).map(([one, to]): Tap => ['rename', { side: one, to }]),
  side.map((winner): Tap => ['result', { how: 'retired', winner }]),
);

/** A match by the taps that the rules allow. */
function played(sport: string, taps: readonly Tap[]): Sheet {
  const sheet = new Sheet(setsRules).play(start(sport), begin('home'));
  for (const tap of taps) {
    try {
      sheet.play(tap);
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
    }
  }
  return sheet;
}

test('whatever is tapped, Undo leads back to the start, and the updates to the same state', () => {
  fc.assert(
    fc.property(fc.constantFrom('tennis', 'table tennis', 'pickleball', 'padel'), fc.array(anyTap, { maxLength: 60 }), (sport, taps) => {
      const sheet = played(sport, taps);
      expect(sheet.log.reduce<JsonObject>((state, { data }) => mergePatch(state, data), {})).toEqual(sheet.state);
      const begun = new Sheet(setsRules).play(start(sport), begin('home'));
      for (let left = sheet.log.length - 2; left > 0; left -= 1) expect(sheet.undo()).toBe(true);
      expect(figuresOf(sheet.state)).toEqual(figuresOf(begun.state));
    }),
    { numRuns: 60 },
  );
});

test('Undo goes back to a rally too many, though such a set is not possible', () => {
  const sheet = new Sheet(setsRules).play(start('tug of war'), ['point', { to: 'home' }], ['point', { to: 'home' }], ['score', { set: 1, home: 1, away: 0 }]);
  sheet.undo();
  expect(readSets(sheet.state)?.points).toEqual({ home: '2', away: '0' });
  sheet.undo();
  expect(readSets(sheet.state)?.points).toEqual({ home: '1', away: '0' });
});

test('the sets that a side has won are those of the table, whatever is tapped', () => {
  fc.assert(
    fc.property(fc.constantFrom('tennis', 'table tennis', 'pickleball'), fc.array(anyTap, { maxLength: 80 }), (sport, taps) => {
      const { state } = played(sport, taps);
      const board = readSets(state);
      for (const one of ['home', 'away'] as const) {
        const won = board?.sets.filter(({ winner, isRunning }) => winner === one && !isRunning).length;
        if (state['result'] === undefined) expect(board?.sides[one].score).toBe(String(won));
      }
      expect(readSummary(state['summary'])?.sides).toHaveLength(2);
    }),
    { numRuns: 100 },
  );
});

describe('a state of another program', () => {
  test('shows without a format', () => {
    const board = readSets({ home: { name: 'A' }, away: { name: 'B' }, sets: { 1: { home: 25, away: 20 }, 2: { home: '11', away: 12 } }, serve: 'away' });
    expect(board).toMatchObject({ sides: { home: { name: 'A', score: '1' }, away: { score: '0' } }, points: { home: '11', away: '12' }, serve: 'away' });
    expect(setsSummary({ sets: { 1: { home: 6, away: 4 }, 2: { home: 3, away: 3 } }, points: { home: '40', away: 'AD' } })?.sides).toEqual([
      { name: 'Home', score: '1', detail: '3 (40)' },
      { name: 'Away', score: '0', detail: '3 (AD)' },
    ]);
  });

  test('ends with its result', () => {
    const board = readSets({ home: 2, away: 0, sets: { 1: { home: 21, away: 4 }, 2: { home: 21, away: 9 } }, result: 'A won' });
    expect([board?.points, board?.sides.home.score, board?.sets.map(({ winner }) => winner)]).toEqual([null, '2', ['home', 'home']]);
  });

  test.each<[string, JsonObject]>([
    ['football', { home: { name: 'A', goals: 1 }, away: { name: 'B', goals: 0 } }],
    ['sets as a number', { home: { name: 'A', sets: 1 }, away: { name: 'B', sets: 0 }, sets: 2 }],
    ['sets without figures', { sets: { 1: { a: 1 }, first: { home: 1 } } }],
    ['nothing', {}],
  ])('of another shape is not of the family: %s', (_name, data) => {
    expect([readSets(data), setsSummary(data)]).toEqual([null, null]);
  });

  test('of any shape never throws', () => {
    const keys = fc.constantFrom('format', 'family', 'bestOf', 'set', 'last', 'to', 'by', 'games', 'tiebreak', 'at', 'sets', '1', '2', 'home', 'away', 'points', 'serve', 'moves', 'name', 'score', 'timeouts', 'each', 'ends', 'every', 'winner', 'result', '__proto__');
    const leaf = fc.oneof(fc.constantFrom<unknown>('sets', 'home', 'away', 'rally', 'game', null, true, '40', -1, 1e308, 'x'.repeat(500)), fc.nat(30), fc.double());
    const { any } = fc.letrec((tie) => ({ any: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(keys, tie('any'), { maxKeys: 8 })) }));
    const state = fc.record({ format: fc.oneof(any, fc.constantFrom(...ofSets.map(({ format }) => format as unknown))), sets: any, home: any, away: any, points: any, serve: any });
    fc.assert(
      fc.property(state, anyTap, (data, tap) => {
        const given = data as JsonObject;
        readSets(given);
        expect(JSON.stringify(setsSummary(given)).length).toBeLessThan(4_096);
        setsRules.check?.(given);
        try {
          setsRules.play(given, tap);
        } catch (error) {
          if (!(error instanceof NotAllowed)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });

  test('has a format only within bounds', () => {
    const base = { family: 'sets', bestOf: 3, set: { to: 21, by: 2 } };
    expect(readSetsFormat(base)).toEqual(base);
    for (const wrong of [null, 7, [], {}, { ...base, family: 'points' }, { ...base, bestOf: 0 }, { ...base, bestOf: 99 }, { ...base, set: { to: 0 } }, { ...base, set: null }, { ...base, note: 'x'.repeat(5_000) }]) {
      expect(readSetsFormat(wrong)).toBe(null);
    }
    expect(readSetsFormat({ ...base, last: 'x', serve: { moves: 'x' }, timeouts: 2, ends: 'x', set: { to: 21, by: 99, cap: 3 } })).toEqual({ ...base, set: { to: 21, by: 1 } });
  });
});
