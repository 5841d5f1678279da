// Plain matches by the console's taps: points, periods, names, results and corrections.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { other } from '../../sports/definitions/other';
import { quiz } from '../../sports/definitions/quiz';
import { readPlain } from '../../sports/families/plain/read';
import { NotAllowed, UnknownTap } from '../rules';
import { expectAsIf, figuresOf, Sheet } from '../sheet.testing';
import { offeredResult, resultOf } from './result';
import { plainRules } from './rules';

const start: Tap = ['start', { format: quiz.format, sides: ['Harbour Lane', 'Meadow Bank', 'North End'] }];
const two: Tap = ['start', { format: other.format, sides: ['Harbour Lane', { name: 'Meadow Bank' }], venue: 'The hall' }];
const add = (side: string, by: number): Tap => ['add', { side, by }];
const play = (...taps: Tap[]) => new Sheet(plainRules).play(...taps).state;
const readSummaryClock = (state: JsonObject) => plainRules.summary(state)?.clock;
const scoresOf = (state: JsonObject) => readPlain(state)?.sides.map(({ score }) => Number(score));

describe('points', () => {
  test('are added and taken away, in the steps of the format', () => {
    const state = play(start, add('1', 10), add('2', 5), add('1', 10), add('1', -10));
    expect([scoresOf(state), state['commentary'], state['mark']]).toEqual([[10, 5, 0], '−10 Harbour Lane. Harbour Lane 10, Meadow Bank 5, North End 0.', 'Round 1']);
  });

  test.each<[string, Tap]>([
    ['below 0', add('1', -10)],
    ['of no side', add('4', 10)],
    ['without a number', ['add', { side: '1' }]],
    ['of a score that is no number', ['set', { side: '1', score: 'many' }]],
  ])('%s are refused', (_name, tap) => {
    expect(() => play(start, tap)).toThrow(NotAllowed);
  });

  test('go below 0 where the format has it', () => {
    expect(scoresOf(play(['start', { ...start[1], format: { ...quiz.format, negative: true } }], add('3', -5)))).toEqual([0, 0, -5]);
  });

  test('of halves add up', () => {
    expect(scoresOf(play(two, add('1', 0.1), add('1', 0.2)))).toEqual([0.3, 0]);
  });

  test('can be typed', () => {
    const state = play(two, ['set', { side: '2', score: 7 }]);
    expect([scoresOf(state), state['commentary']]).toEqual([[0, 7], 'The score of Meadow Bank is set to 7. Harbour Lane 0, Meadow Bank 7.']);
  });
});

describe('a result', () => {
  test.each<[string, Tap[], string]>([
    ['of two sides', [two, add('1', 1), add('1', 1), add('2', 1)], 'Harbour Lane win 2–1'],
    ['of two equal sides', [two, add('1', 1), add('2', 1)], 'A 1–1 draw'],
    ['of many', [start, add('3', 10)], 'North End win with 10 points'],
    ['of many, shared', [start, add('3', 10), add('1', 10)], 'Harbour Lane and North End share the first place with 10 points'],
    ['where the fewest wins', [['start', { format: { ...other.format, fewest: true }, sides: ['A', 'B'] }], add('1', 1)], 'B win 0–1'],
    ['of one point', [['start', { format: other.format, sides: ['A', 'B', 'C'] }], add('1', 1)], 'A win with 1 point'],
  ])('%s is told in words', (_name, taps, words) => {
    expect(resultOf(play(...taps))).toBe(words);
  });

  test('is offered once a side has reached the target', () => {
    const pulls: Tap = ['start', { format: { family: 'plain', steps: [1], unit: 'pulls', target: 2 }, sides: ['A', 'B'] }];
    expect([offeredResult(play(pulls, add('1', 1))), offeredResult(play(pulls, add('1', 1), add('1', 1)))]).toEqual([null, 'A win 2–0']);
  });

  test('by the score follows a correction, and one in words stays', () => {
    const sheet = new Sheet(plainRules).play(two, add('1', 1), ['result', { text: 'Harbour Lane win 1–0', how: 'score' }]);
    sheet.correct(2, add('2', 1));
    expect(sheet.state['result']).toBe('Meadow Bank win 1–0');
    const words = new Sheet(plainRules).play(two, add('1', 1), ['result', { text: 'Abandoned' }]);
    words.correct(2, null);
    expect(words.state['result']).toBe('Abandoned');
  });

  test('ends the scoring, and names can still be corrected', () => {
    const over: Tap[] = [two, add('1', 1), ['result', { text: '', how: 'score' }]];
    expect(() => play(...over, add('1', 1))).toThrow('The result is entered.');
    const state = play(...over, ['rename', { side: '1', to: 'Quay Street' }]);
    expect([state['result'], state['commentary']]).toEqual(['Quay Street win 1–0', 'Name corrected: Quay Street, not Harbour Lane.']);
  });
});

describe('the beginning', () => {
  test.each<[string, JsonObject, string]>([
    ['one side', { format: other.format, sides: ['A'] }, 'Enter 2 to 24 sides.'],
    ['25 sides', { format: other.format, sides: Array.from({ length: 25 }, (_, index) => `S${index}`) }, 'Enter 2 to 24 sides.'],
    ['a side without a name', { format: other.format, sides: ['A', ' '] }, 'Enter the name of each side.'],
    ['two sides of one name', { format: other.format, sides: ['A', 'A'] }, 'Two sides are called A. They need different names.'],
    ['no format', { sides: ['A', 'B'] }, 'The format of the match is missing.'],
  ])('with %s is refused', (_name, detail, words) => {
    expect(() => play(['start', detail])).toThrow(words);
  });

  test('is needed by what follows', () => {
    const sheet = new Sheet(plainRules).play(two, add('1', 1));
    expect(() => sheet.correct(1, null)).toThrow('The whole match depends on it.');
    expect(() => plainRules.play({}, add('1', 1))).toThrow('Set the match up first.');
  });

  test('a side that joins later keeps its number when an earlier one is taken back', () => {
    const sheet = new Sheet(plainRules).play(two, ['side', { name: 'C' }], ['side', { name: 'D' }], add('4', 1));
    sheet.correct(2, null);
    expect(sheet.state['sides']).toEqual({ '1': { name: 'Harbour Lane', score: 0 }, '2': { name: 'Meadow Bank', score: 0 }, '4': { name: 'D', score: 1 } });
  });
});

describe('the clock', () => {
  const debate: Tap = ['start', { format: { family: 'plain', steps: [1], period: 'Round', clock: { direction: 'down', minutes: 5 } }, sides: ['A', 'B'] }];
  const started: Tap = ['clock', { running: true, value: 300_000, at: 1_000 }];

  test('gives entries their mark, begins anew with a period, and stops with the result', () => {
    const scored = play(debate, started, ['add', { side: '1', by: 1, at: 61_000 }]);
    expect([scored['mark'], scored['clock']]).toEqual(['Round 1 4:00', { running: true, at: 1_000, value: 300_000, direction: 'down' }]);
    const next = plainRules.play(scored, ['period', { text: 'Round 2' }]);
    expect([next['mark'], next['clock']]).toEqual(['Round 2 5:00', { running: false, at: 0, value: 300_000, direction: 'down' }]);
    const over = plainRules.play(scored, ['result', { how: 'score', at: 121_000 }]);
    expect([over['clock'], readSummaryClock(over)]).toEqual([{ running: false, at: 121_000, value: 180_000, direction: 'down' }, undefined]);
    expect(readSummaryClock(scored)).toEqual(scored['clock']);
  });

  test('that runs up stops at its limit, and no tap without it is possible', () => {
    const up = play(['start', { format: { family: 'plain', steps: [1], clock: { direction: 'up', minutes: 1 } }, sides: ['A', 'B'] }]);
    expect(up['clock']).toEqual({ running: false, at: 0, value: 0, direction: 'up', limit: 60_000 });
    expect(() => play(two, started)).toThrow('This match has no clock.');
  });
});

test('an entry that the rules do not know is named as such', () => {
  expect(() => play(two, ['corner', {}])).toThrow(UnknownTap);
  expect(() => play(two, ['constructor', {}])).toThrow(UnknownTap);
});

test('entries have words', () => {
  const taps: Tap[] = [add('1', 10), ['set', { side: '2', score: 3 }], ['side', { name: 'D' }], ['period', { text: 'Round 2' }], ['rename', { side: '3', to: 'E' }], ['venue', { text: 'Hall' }]];
  const sheet = new Sheet(plainRules).play(start, ...taps);
  expect(sheet.log.slice(1).map(({ data }) => plainRules.words(data['tap'] as Tap))).toEqual([
    '+10, Harbour Lane', 'Score set to 3, Meadow Bank', 'D joins', 'Round 2', 'E, not North End', 'Venue: Hall',
  ]);
});

test('the examples are states of the console', () => {
  const quizzed = play(start, add('1', 10), add('1', 10), ['period', { text: 'Round 2' }], add('1', 10), add('1', 10), add('2', 10), add('2', 10), add('2', 5), add('3', 10), add('3', 10), add('3', 10), add('3', 10));
  const { tap: _, ...state } = quizzed;
  expect(state).toEqual(quiz.example);
  const halves: Tap[] = [['start', { format: other.format, sides: ['Harbour Lane', 'Meadow Bank'] }], ['period', { text: 'Second half' }]];
  const { tap: _tap, ...played } = play(...halves, add('1', 1), add('2', 1), add('1', 1), add('2', 1), add('1', 1));
  expect(played).toEqual(other.example);
});

const anyTap: fc.Arbitrary<Tap> = fc.oneof(
  fc.record({ side: fc.constantFrom('1', '2', '3', '9'), by: fc.constantFrom(10, 5, -10, 0) }).map((detail): Tap => ['add', detail]),
  fc.record({ side: fc.constantFrom('1', '2'), score: fc.integer({ min: -5, max: 90 }) }).map((detail): Tap => ['set', detail]),
  fc.record({ side: fc.constantFrom('1', '2'), to: fc.constantFrom('Quay', 'Dock', 'North End') }).map((detail): Tap => ['rename', detail]),
  fc.constantFrom<Tap>(['period', { text: 'Round 2' }], ['side', { name: 'South End' }], ['venue', { text: 'Hall' }], ['result', { how: 'score' }]),
);

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

test('whatever is tapped, Undo leads back to the start', () => {
  fc.assert(
    fc.property(fc.array(anyTap, { maxLength: 25 }), (taps) => {
      const sheet = new Sheet(plainRules).play(start);
      const begun = figuresOf(sheet.state);
      for (const _ of tryAll(sheet, taps)) sheet.undo();
      expect(figuresOf(sheet.state)).toEqual(begun);
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('a corrected match is the match played so from the start', () => {
  fc.assert(
    fc.property(fc.array(anyTap, { minLength: 1, maxLength: 20 }), fc.nat(), fc.option(anyTap), (taps, at, instead) => {
      const sheet = new Sheet(plainRules).play(start);
      const played = tryAll(sheet, taps);
      if (played.length === 0) return;
      const index = at % played.length;
      // A side keeps the number that it got.
      const recorded = sheet.log.slice(1).map(({ data }) => data['tap'] as Tap);
      try {
        sheet.correct(index + 2, instead);
      } catch (error) {
        if (error instanceof NotAllowed) return;
        throw error;
      }
      expectAsIf(sheet, start, ...recorded.slice(0, index), ...(instead === null ? [] : [instead]), ...recorded.slice(index + 1));
    }),
    { numRuns: 60 },
  );
}, 60_000);
