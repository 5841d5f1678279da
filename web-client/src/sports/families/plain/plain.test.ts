// What the board of a plain match reads of any program's state.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../lib/wire';
import { readPlainFormat } from './format';
import { plainSummary, readPlain } from './read';

const read = (data: JsonObject) => readPlain(data)?.sides.map(({ name, score }) => [name, score]);

describe('a state', () => {
  test.each<[string, JsonObject, unknown]>([
    ['of numbers', { home: 1, away: 0 }, [[null, '1'], [null, '0']]],
    ['of one team, as README has it', { home: { goals: 1 } }, [[null, '1'], [null, '0']]],
    ['of one team with names', { home: { name: 'A' }, away: { name: 'B', goals: 2 } }, [['A', '0'], ['B', '2']]],
    ['of points', { home: { name: 'A', points: 12 }, away: { score: 9, goals: 3 } }, [['A', '12'], [null, '9']]],
    ['of numbered sides', { sides: { '2': { name: 'B', score: 4 }, '10': { score: 'x' }, '1': {} } }, [[null, '0'], ['B', '4'], [null, 'x']]],
    ['of numbered scores alone', { sides: { '1': 3, '2': '4', '3': null } }, [[null, '3'], [null, '4']]],
    ['of names alone', { home: 'Harbour Lane', away: 'Meadow Bank' }, undefined],
    ['of one side', { sides: { '1': { score: 1 } } }, undefined],
    ['with a side that is none', { home: ['A', 'B'], away: 7 }, undefined],
    ['of another shape', { lap: 3 }, undefined],
  ])('%s', (_name, data, expected) => {
    expect(read(data)).toEqual(expected);
  });

  test('has places only where its format says what is better', () => {
    const sides = { '1': { name: 'A', score: 5 }, '2': { name: 'B', score: 7 }, '3': { name: 'C', score: 7 } };
    const places = (format: unknown) => readPlain({ format, sides })?.sides.map(({ place }) => place);
    expect([places(undefined), places({ family: 'plain', steps: [1] }), places({ family: 'plain', fewest: true })]).toEqual([
      [null, null, null], ['3', '1=', '1='], ['1', '2=', '2='],
    ]);
    expect(plainSummary({ format: { family: 'plain' }, sides })?.sides).toEqual([
      { place: '1=', name: 'B', score: '7' }, { place: '1=', name: 'C', score: '7' }, { place: '3', name: 'A', score: '5' },
    ]);
  });

  test('is summarized with its clock until it has a result', () => {
    const clock = { running: true, at: 5, value: 9, direction: 'down' };
    const state = { home: 1, away: 0, period: 'Second half', clock };
    expect(plainSummary(state)).toEqual({ sides: [{ name: 'Home', score: '1' }, { name: 'Away', score: '0' }], period: 'Second half', clock });
    expect(plainSummary({ ...state, result: 'Home win' })).toEqual({ sides: [{ name: 'Home', score: '1' }, { name: 'Away', score: '0' }], result: 'Home win' });
    expect(plainSummary({ lap: 3 })).toBeNull();
  });

  test('of any JSON is read or is none, and never throws', () => {
    const parts = fc.jsonValue({ maxDepth: 4 });
    const state = fc.record({ format: fc.oneof(parts, fc.record({ family: fc.constant('plain'), steps: parts, clock: parts, unit: parts })), sides: parts, home: parts, away: parts, clock: parts, period: parts, result: parts }, { requiredKeys: [] });
    fc.assert(fc.property(state, (data) => {
      const summary = plainSummary(data as JsonObject);
      expect(summary === null || JSON.stringify(summary).length < 4_096).toBe(true);
    }));
  });
});

describe('a format', () => {
  test.each<[string, unknown, unknown]>([
    ['of another family', { family: 'sets', steps: [1] }, null],
    ['that is no object', 'plain', null],
    ['of more than 4 KiB', { family: 'plain', steps: [1], more: 'x'.repeat(5_000) }, null],
    ['without steps', { family: 'plain' }, { family: 'plain', steps: [1] }],
    ['with steps of wrong types', { family: 'plain', steps: ['2', 0, Number.NaN, 1e9, -1] }, { family: 'plain', steps: [1, -1] }],
    ['with numbers out of bounds', { family: 'plain', steps: [2], sides: 99, periods: 0, target: 1.5 }, { family: 'plain', steps: [2] }],
    ['with a clock down without minutes', { family: 'plain', steps: [1], clock: { direction: 'down' } }, { family: 'plain', steps: [1] }],
    ['with a clock up', { family: 'plain', steps: [1], clock: { direction: 'up', minutes: 'x' } }, { family: 'plain', steps: [1], clock: { direction: 'up' } }],
  ])('%s', (_name, value, expected) => {
    expect(readPlainFormat(value)).toEqual(expected);
  });
});
