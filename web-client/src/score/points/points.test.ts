// Points and periods whatever the sport: the course of a match, corrections, and states of other programs.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { basketball } from '../../sports/definitions/basketball';
import { definitions } from '../../sports/definitions';
import { handball } from '../../sports/definitions/handball';
import { iceHockey } from '../../sports/definitions/iceHockey';
import { kabaddi } from '../../sports/definitions/kabaddi';
import { readPointsFormat, type PointsFormat } from '../../sports/families/points/format';
import { pointsSummary, readPoints } from '../../sports/families/points/read';
import { readSummary } from '../../sports/summary';
import { replay } from '../replay';
import { NotAllowed, UnknownTap } from '../rules';
import { expectAsIf, figuresOf, Sheet } from '../sheet.testing';
import { away, begin, counted, end, home, matchOf, MINUTE, offered, period, scoreIn, stateOf, upTo } from './match.testing';
import { pointsRules } from './rules';

const { format } = basketball;

describe('a match', () => {
  test('begins with its format in the state, the first period, and a clock that stands', () => {
    const state = stateOf(format);
    expect(state).toMatchObject({ format, part: 1, period: 'First quarter', mark: 'Q1 10:00', commentary: 'Reds v Blues.', periods: { 1: { home: 0, away: 0 } } });
    expect(state['summary']).toEqual({
      sides: [{ name: 'Reds', score: '0' }, { name: 'Blues', score: '0' }],
      period: 'First quarter',
      clock: { running: false, at: 0, value: 10 * MINUTE, direction: 'down' },
    });
  });

  test('is told with the point in the match', () => {
    const sheet = matchOf(format, ['clock', { running: true, value: 10 * MINUTE, at: 1_000 }], home('3 points', { at: 349_000, who: 'Ann' }));
    expect([sheet.state['mark'], sheet.state['commentary']]).toEqual(['Q1 4:12', '3 points for Ann (Reds). Reds 3, Blues 0.']);
    sheet.play(['clock', { running: true, value: 32_500, at: 400_000 }], away('1 point', { at: 400_000 }));
    expect(sheet.state['mark']).toBe('Q1 32.5');
    sheet.play(end);
    expect([sheet.state['mark'], sheet.state['commentary']]).toEqual(['End of Q1', 'End of first quarter: Reds 3, Blues 1.']);
  });

  test('has every entry told in words, with a mark and a summary', () => {
    const sheet = matchOf(
      kabaddi.format, ['clock', { running: true, value: 20 * MINUTE, at: 0 }], home('Bonus'), home('Touch'), ...counted('away', 'reviews'),
      ['count', { side: 'away', counter: 'reviews', by: -1 }], ['penalty', { side: 'away', name: 'Yellow card', who: '7' }], ['back', { number: 1 }], ['attack', { side: 'home' }],
      ['players', { side: 'home', count: 5 }], ['set', { home: 9, away: 4 }], end, period(2), end, ['rename', { side: 'home', to: 'Greens' }], ['result', { how: 'score' }],
    );
    for (const { data } of sheet.log) expect([typeof data['mark'], typeof data['commentary']]).toEqual(['string', 'string']);
    expect(sheet.log.map(({ data }) => data['commentary']).slice(4)).toEqual([
      'Review: Blues, 0 left.', 'Reviews of Blues: 0, corrected.', 'Yellow card: 7 (Blues). 2 minutes.', '7 (Blues) is back.', 'Raid: Reds.',
      'Reds: 5 on the court.', 'The score is set: Reds 9, Blues 4.', 'Half-time: Reds 9, Blues 4.', 'Second half begins.', 'Full time: Reds 9, Blues 4.',
      'Name corrected: Greens, not Reds.', 'Greens won 9–4.',
    ]);
  });

  test('is offered its end once time is up, and goes on all the same', () => {
    const running = stateOf(format, ['clock', { running: true, value: 1_000, at: 0 }]);
    expect([offered(running, 500), offered(running, 1_000)]).toEqual([[], ['End of first quarter?']]);
    expect(scoreIn(pointsRules.play(running, home('2 points')))).toBe('2–0');
  });

  test('points after the buzzer belong to the period that is over', () => {
    expect(stateOf(format, end, home('1 point'), period(2), home('2 points'))['periods']).toEqual({ 1: { home: 1, away: 0 }, 2: { home: 2, away: 0 } });
  });

  test('without a format of the family is none', () => {
    expect(() => pointsRules.play({}, ['score', { side: 'home', key: '2 points' }])).toThrow('Set the match up first.');
    expect(() => pointsRules.play({}, begin({ family: 'points' } as never))).toThrow('The rules of this match cannot be read.');
  });
});

test.each<[string, Tap, string]>([
  ['an unknown key', home('4 points'), 'This match has no key “4 points”.'],
  ['no side', ['score', { key: '2 points' }], 'Select a side.'],
  ['a period out of turn', period(4), 'The next part of the match is the second quarter.'],
  ['a shot without a shoot-out', ['shot', { side: 'home', scored: true }], 'Start the shoot-out first.'],
  ['a card of another sport', ['penalty', { side: 'home', name: 'Green card' }], 'This match has no “Green card”.'],
  ['more back than were counted', ['count', { side: 'home', counter: 'fouls', by: -1 }], 'Reds have none to take back.'],
  ['a penalty that was not given', ['back', { number: '__proto__' }], 'This penalty was not given.'],
  ['players that are not counted', ['players', { side: 'home', count: 3 }], 'Players on the court are not counted in this match.'],
  ['a score that is none', ['set', { home: 3 }], 'Enter the points of both sides.'],
  ['a name of the other side', ['rename', { side: 'home', to: 'Blues' }], 'The two sides need different names.'],
  ['no result', ['result', { text: ' ' }], 'Enter the result.'],
])('%s is refused in words', (_name, tap, words) => {
  expect(() => matchOf(format).play(tap)).toThrow(new NotAllowed(words));
});

test.each<[string, Tap]>([['points', home('2 points')], ['another score', ['set', { home: 9, away: 9 }]], ['a next period', period(2)]])('after the result, %s would contradict it', (_name, tap) => {
  const match = matchOf(format, home('2 points'), end, ['result', { how: 'score' }]);
  expect(() => match.play(tap)).toThrow(new NotAllowed('The result is entered. Undo it to score on.'));
  expect(match.state['result']).toBe('Reds won 2–0');
});

test('an entry that the rules do not know is named as such', () => {
  expect(() => matchOf(format).play(['corner', {}])).toThrow(UnknownTap);
  expect([pointsRules.knows?.(['corner']), pointsRules.knows?.(['toString']), pointsRules.knows?.(['score'])]).toEqual([false, false, true]);
});

describe('a correction', () => {
  const before = [home('2 points'), away('3 points'), end, period(2), home('3 points'), ...counted('home', 'fouls')];

  test('in an earlier period changes the score, that period, and the result', () => {
    const sheet = matchOf(format, ...before, ...upTo(4).slice(2), end, ['result', { how: 'score' }]);
    expect(sheet.state['result']).toBe('Reds won 5–3');
    sheet.correct(3, away('1 point', { of: 'Blues' }));
    expect([scoreIn(sheet.state), sheet.state['periods'], sheet.state['result']]).toMatchObject(['5–1', { 1: { home: 2, away: 1 } }, 'Reds won 5–1']);
    expect(sheet.state['commentary']).toBe('Correction, Q1 10:00: 1 point, Blues, not 3 points, Blues.');
    expect(pointsRules.check?.(sheet.state)).toBeNull();
  });

  test('is the match played so from the start', () => {
    const sheet = matchOf(format, ...before);
    sheet.correct(2, null);
    expectAsIf(sheet, begin(format), ...before.slice(1));
  });

  test('of the start stays possible, and its removal is not', () => {
    const sheet = matchOf(format, ...before);
    sheet.correct(1, begin(format, { home: 'Greens' }));
    expect(sheet.state['home']).toMatchObject({ name: 'Greens', score: 5 });
    expect(() => sheet.correct(1, null)).toThrow(NotAllowed);
  });

  test('of another program that breaks the sums is named', () => {
    const state = { ...stateOf(format, home('2 points')), home: { name: 'Reds', score: 7 } };
    expect(pointsRules.check?.(state)).toBe('The figures do not add up: Reds have 7 points, but 2 in the periods.');
  });
});

const sides = fc.constantFrom('home', 'away');

/** Any taps of a format, possible or not. */
function anyTap(given: PointsFormat): fc.Arbitrary<Tap> {
  const detail = (kind: string, fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields).map((made): Tap => [kind, made as JsonObject]);
  const key = fc.constantFrom(...given.keys.map(({ name }) => name));
  const at = fc.integer({ min: 0, max: 3_600_000 });
  return fc.oneof(
    { weight: 8, arbitrary: detail('score', { side: sides, key, at }) },
    { weight: 3, arbitrary: detail('count', { side: sides, counter: fc.constantFrom(...Object.keys(given.counters ?? { none: 0 })), by: fc.constantFrom(1, 1, -1) }) },
    { weight: 2, arbitrary: detail('penalty', { side: sides, name: fc.constantFrom(...(given.penalties ?? [{ name: 'none' }]).map(({ name }) => name)), at }) },
    detail('back', { number: fc.integer({ min: 1, max: 3 }) }),
    detail('attack', { side: sides }),
    detail('players', { side: sides, count: fc.integer({ min: 0, max: 9 }) }),
    detail('set', { home: fc.integer({ min: 0, max: 40 }), away: fc.integer({ min: 0, max: 40 }) }),
    { weight: 3, arbitrary: detail('clock', { running: fc.boolean(), value: fc.integer({ min: 0, max: 2_400_000 }), at }) },
    { weight: 2, arbitrary: detail('end', { at }) },
    { weight: 3, arbitrary: detail('period', { number: fc.integer({ min: 2, max: 8 }), at }) },
    detail('shootOut', {}),
    detail('shot', { side: sides, scored: fc.boolean() }),
    detail('result', { how: fc.constantFrom('score', 'abandoned'), text: fc.constant('Abandoned') }),
    detail('rename', { side: sides, to: fc.constantFrom('Reds', 'Blues', 'Greens') }),
  );
}

/** Plays the taps that are possible. */
function playPossible(given: PointsFormat, taps: readonly Tap[]): { sheet: Sheet; played: Tap[] } {
  const sheet = matchOf(given);
  const played = taps.filter((tap) => {
    try {
      sheet.play(tap);
      return true;
    } catch (error) {
      if (error instanceof NotAllowed) return false;
      throw error;
    }
  });
  return { sheet, played };
}

const formats = [basketball, kabaddi, handball, iceHockey].map((definition) => definition.format);

test('whatever is tapped, the figures agree, the board reads it, and the log replays to it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...formats).chain((given) => fc.tuple(fc.constant(given), fc.array(anyTap(given), { maxLength: 60 }))), ([given, taps]) => {
      const { sheet } = playPossible(given, taps);
      expect(pointsRules.check?.(sheet.state)).toBeNull();
      expect(readPoints(sheet.state)).not.toBeNull();
      expect(sheet.state['summary']).toEqual(pointsSummary(sheet.state));
      expect(JSON.stringify(sheet.state['summary']).length).toBeLessThan(4_096);
      expect(figuresOf(replay(pointsRules, sheet.log))).toEqual(figuresOf(sheet.state));
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('Undo takes back what was entered, and passes over a clock that was started or stopped', () => {
  const stop: Tap = ['clock', { running: false, value: 60_000, at: 9 }];
  const sheet = matchOf(format, home('2 points'), home('3 points'), stop);
  sheet.undo();
  expect([scoreIn(sheet.state), sheet.state['clock']]).toEqual(['2–0', { running: false, value: 60_000, at: 9, direction: 'down' }]);
  sheet.play(['clock', { running: false, value: 30_000, at: 9, set: true }]);
  sheet.undo();
  expect(sheet.state['clock']).toMatchObject({ value: 60_000 });
});

test('whatever is tapped, taking all of it back leads to the start', () => {
  fc.assert(
    fc.property(fc.constantFrom(...formats).chain((given) => fc.tuple(fc.constant(given), fc.array(anyTap(given), { maxLength: 12 }))), ([given, taps]) => {
      const { sheet, played } = playPossible(given, taps);
      for (const [kind] of played) if (kind !== 'clock') sheet.undo();
      // Only the clock stays as it was tapped.
      const { clock, mark: _mark, summary, ...start } = figuresOf(stateOf(given));
      const { clock: now, mark: _now, summary: told, ...undone } = figuresOf(sheet.state);
      expect(undone).toEqual(start);
      expect(readSummary({ ...(told as JsonObject), clock: null })).toEqual(readSummary({ ...(summary as JsonObject), clock: null }));
      if (!played.some(([kind]) => kind === 'clock')) expect(now).toEqual(clock);
    }),
    { numRuns: 40 },
  );
}, 60_000);

describe('a state of another program', () => {
  test('is read without a format', () => {
    const board = readPoints({ home: { name: 'A', score: 20 }, away: { points: '18' }, periods: { 2: { home: 8, away: 9 }, 1: { home: 12, away: 9 }, x: 1 }, period: 'Q2' });
    expect([board?.home.score, board?.away.name, board?.away.score, board?.parts.map(({ short }) => short), board?.part]).toEqual(['20', 'Away', '18', ['1', '2'], 2]);
  });

  test.each<[string, unknown]>([
    ['no sides', { periods: { 1: { home: 1, away: 2 } } }],
    ['sides without scores', { home: { name: 'A' }, away: {}, periods: { 1: { home: 1, away: 2 } } }],
    ['neither periods nor a format', { home: { score: 1 }, away: { score: 2 } }],
    ['periods of another shape', { home: { score: 1 }, away: { score: 2 }, periods: [[1, 2]] }],
  ])('is none with %s', (_name, data) => {
    expect(readPoints(data as JsonObject)).toBeNull();
  });

  test('of any shape never throws', () => {
    const hostile = fc.oneof(fc.json().map((text) => JSON.parse(text) as unknown), fc.constantFrom(-1, 1e300, '9'.repeat(5_000), Number.MAX_SAFE_INTEGER));
    const members = ['home', 'away', 'periods', 'clock', 'penalties', 'shootOut', 'format', 'attack', 'part', 'result', 'summary'];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...members), hostile), fc.boolean(), (data, isFormat) => {
        const state = { home: { score: 1, counters: data['home'] }, away: { score: 2 }, periods: { 1: { home: 1, away: 2 } }, ...(isFormat ? { format } : {}), ...data };
        readPoints(state);
        pointsSummary(state);
        pointsRules.check?.(state);
        offered(state);
        for (const tap of [home('2 points'), end, ...counted('home', 'fouls'), ['penalty', { side: 'home', name: 'Red card' }] as Tap, ['shot', { side: 'home' }] as Tap]) {
          try {
            pointsRules.play(state, tap);
          } catch (error) {
            expect(error).toBeInstanceOf(NotAllowed);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a format', () => {
  const points = definitions.filter((definition) => definition.format.family === 'points');

  test('of each sport is read as it is written, and fits into an event', () => {
    for (const { sport, format: own, variants = [], example } of points) {
      for (const one of [own, ...variants.map((variant) => variant.format)]) {
        expect([sport, readPointsFormat(one)]).toEqual([sport, one]);
        expect(JSON.stringify(one).length).toBeLessThan(4_096);
      }
      expect([sport, readPoints(example)?.format]).toEqual([sport, own]);
    }
  });

  test('of each sport has an example as the console makes it', () => {
    for (const { sport, example, format: own } of points) {
      const board = readPoints(example);
      expect([sport, board?.period, pointsRules.check?.(example)]).toEqual([sport, stateOf(own as PointsFormat, ...upTo(board?.part ?? 1))['period'], null]);
      const made = stateOf(own as PointsFormat, ...upTo(board?.part ?? 1));
      const names = (state: JsonObject) => Object.keys(state).filter((name) => !['penalties', 'summary', 'tap', 'attack', 'firstAttack'].includes(name)).sort();
      expect([sport, names(example)]).toEqual([sport, names(made)]);
    }
  });

  test('of a form may have its keys as numbers, and the rest as usual', () => {
    expect(readPointsFormat({ family: 'points', keys: [1, 2], periods: { count: 2 } })).toEqual({
      family: 'points',
      keys: [{ name: '1 point', label: '+1', points: 1 }, { name: '2 points', label: '+2', points: 2 }],
      periods: { count: 2, minutes: 0, name: 'Period', short: 'P' },
    });
    expect(stateOf({ family: 'points', keys: [1], periods: { count: 2 } } as never)['clock']).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['another family', { ...format, family: 'sets' }],
    ['no keys', { ...format, keys: [] }],
    ['two keys of a name', { ...format, keys: [1, 1] }],
    ['a key with half a point', { ...format, keys: [0.5] }],
    ['too many keys', { ...format, keys: Array.from({ length: 13 }, (_, index) => index) }],
    ['no periods', { ...format, periods: { count: 0, minutes: 1 } }],
    ['an endless period', { ...format, periods: { count: 1, minutes: 1e9 } }],
    ['a clock of another kind', { ...format, clock: { direction: 'sideways' } }],
    ['a counter called __proto__', { ...format, counters: JSON.parse('{"__proto__":{"name":"A","title":"B","per":"match"}}') as unknown }],
    ['a counter of another shape', { ...format, counters: { fouls: { name: 'Foul' } } }],
    ['more than 4 KiB', { ...format, more: 'x'.repeat(5_000) }],
    ['no object', 'points'],
  ])('with %s is none', (_name, value) => {
    expect(readPointsFormat(value)).toBeNull();
  });
});
