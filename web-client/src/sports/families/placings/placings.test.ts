// Marks as they are typed and shown, and what the board reads of any program's state.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../lib/wire';
import { athletics } from '../../definitions/athletics';
import { crossCountry } from '../../definitions/crossCountry';
import { cycling } from '../../definitions/cycling';
import { rowing } from '../../definitions/rowing';
import { swimming } from '../../definitions/swimming';
import { weightlifting } from '../../definitions/weightlifting';
import { readPlacingsFormat } from './format';
import { isAssisted, markText, readTyped, windText } from './marks';
import { placingsSummary, readPlacings } from './read';

const time = { measure: 'time', decimals: 2, rounding: 'up' } as const;
const definitions = [athletics, swimming, weightlifting, crossCountry, cycling, rowing];

describe('a time', () => {
  test.each<[string, string | null]>([
    ['979', '9.79'], ['9.79', '9.79'], ['9,79', '9.79'], ['20345', '2:03.45'], ['2:03.45', '2:03.45'], ['2.03.45', '2:03.45'],
    ['10203', '1:02.03'], ['1020304', '1:02:03.04'], ['1:02:03', '1:02:03.00'], ['5', '0.05'], ['12.', null], ['1:60', null], ['61', '0.61'],
    ['75.2', '1:15.20'], ['', null], ['x', null], ['1:2:3:4', null], ['99999999999', null],
  ])('typed as %s is %s', (typed, expected) => {
    const mark = readTyped(typed, time);
    expect(mark === null ? null : markText(mark, time)).toBe(expected);
  });
});

test('a time of whole seconds has its minutes', () => {
  expect([1_000, 59_999, 61_000].map((mark) => markText(mark, { ...time, decimals: 0 }))).toEqual(['0:01', '0:59', '1:01']);
});

test.each<[string, { measure: 'distance' | 'weight' | 'points'; decimals: number }, string | null]>([
  ['810', { measure: 'distance', decimals: 2 }, '8.10'], ['8.1', { measure: 'distance', decimals: 2 }, '8.10'], ['155', { measure: 'weight', decimals: 0 }, '155'],
  ['9.5', { measure: 'points', decimals: 1 }, '9.5'], ['-4', { measure: 'points', decimals: 0 }, '-4'],
])('a mark typed as %s of %j is %s', (typed, kind, expected) => {
  const mark = readTyped(typed, { ...kind, rounding: 'down' });
  expect(mark === null ? null : markText(mark, { ...kind, rounding: 'down' })).toBe(expected);
});

test.each([['1', '+1.0'], ['+1.0', '+1.0'], ['-0.3', '−0.3'], ['−0,3', '−0.3'], ['0', '+0.0'], ['x', null], ['100', null], [2.1, '+2.1']])('the wind %s is %s', (typed, expected) => {
  expect(windText(typed)).toBe(expected);
});

test('a wind above 2.0 m/s is too strong for records', () => {
  expect(['+2.0', '+2.1', '−3.0'].map(isAssisted)).toEqual([false, true, false]);
});

describe('a state', () => {
  const rows = (data: JsonObject) => readPlacings(data)?.sections[0]?.lines.map(({ place, entry, mark }) => [place, entry.name, mark]);

  test.each<[string, JsonObject, unknown]>([
    ['with places alone', { entries: { '1': { name: 'A', place: 2 }, '2': { name: 'B', place: '1' } } }, [['1', 'B', null], ['2', 'A', null]]],
    ['with marks as numbers', { format: { family: 'placings', decimals: 2 }, entries: { '1': { name: 'A', mark: 9.8 }, '2': { name: 'B', mark: '9.79' } } }, [['1', 'B', '9.79'], ['2', 'A', '9.80']]],
    ['without a format', { entries: { '2': { name: 'B', mark: '9.79' }, '1': { mark: 9.8, status: 'DNF' } } }, [[null, 'B', '9.79'], [null, null, 'DNF']]],
    ['with a shared place', { entries: { '1': { name: 'A', place: 1 }, '2': { name: 'B', place: 1 }, '3': { name: 'C', place: 3 } } }, [['1=', 'A', null], ['1=', 'B', null], ['3', 'C', null]]],
    ['with the statuses of other programs', { entries: { '1': { name: 'A', status: 'dsq' }, '2': { name: 'B', status: 'dns' }, '3': { name: 'C', status: 'lapped' } } }, [[null, 'C', null], [null, 'B', 'DNS'], [null, 'A', 'DQ']]],
    ['with lanes alone', { entries: { '1': { name: 'A', lane: 5 }, '2': { name: 'B', lane: '4' } } }, [[null, 'B', null], [null, 'A', null]]],
    ['of an order of commands', { entries: { '1': { sku: 'x' } } }, undefined],
    ['without entries', { entries: {} }, undefined],
    ['of a list', { entries: [{ name: 'A' }] }, undefined],
  ])('%s', (_name, data, expected) => {
    expect(rows(data)).toEqual(expected);
  });

  test.each(definitions)('of $sport: the example is read, with the summary that it has', ({ example }) => {
    const { summary, ...state } = example;
    expect(readPlacings(example)).not.toBeNull();
    expect(placingsSummary(state)).toEqual(summary);
  });

  test('of a high jump tells where the bar is, until it has a result', () => {
    const format = athletics.variants?.find(({ title }) => title === 'High jump')?.format;
    const state = { format, heights: { '1': '2.35', '2': '2.37' }, entries: { '1': { name: 'A' } } };
    const notes = [state, { ...state, jumpOff: { '1': '2.36' } }, { ...state, result: 'No result' }].map((data) => placingsSummary(data)?.note);
    expect(notes).toEqual(['bar at 2.37 m', 'bar at 2.36 m', undefined]);
  });

  test('of 200 entries is summarized in 4 KiB', () => {
    const entries = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [index + 1, { name: `Runner ${index} ${'é'.repeat(30)}`, mark: `10:${10 + (index % 50)}` }]));
    const summary = placingsSummary({ format: crossCountry.format, entries });
    expect(new TextEncoder().encode(JSON.stringify(summary)).length).toBeLessThanOrEqual(4_096);
    expect([summary?.sides[0]?.place, (summary?.sides.length ?? 0) > 20]).toEqual(['1=', true]);
  });

  test('of any JSON is read or is none, and never throws', () => {
    const parts = fc.jsonValue({ maxDepth: 3 });
    const text = fc.oneof(fc.constantFrom('9.79', 'x', 'xo', '-', 'NM', '1', 'DNS'), parts);
    const texts = fc.dictionary(fc.constantFrom('1', '2', '3', '10', 'x'), text);
    const entry = fc.record({ name: text, mark: text, exact: text, place: text, status: text, lane: text, heat: text, attempts: fc.oneof(texts, parts), jumpOff: texts, order: text }, { requiredKeys: [] });
    const format = fc.oneof(parts, fc.record({ family: fc.constant('placings'), measure: text, attempts: fc.oneof(parts, fc.record({ count: fc.integer(), groups: parts, cut: parts })), bar: parts, ties: text, teams: parts }, { requiredKeys: ['family'] }));
    const state = fc.record({ format, entries: fc.dictionary(fc.constantFrom('1', '2', '3', '__proto__'), entry), heights: texts, jumpOff: texts, wind: text, winds: parts, clock: parts, period: parts, result: parts }, { requiredKeys: [] });
    fc.assert(fc.property(state, (data) => {
      const summary = placingsSummary(data as JsonObject);
      expect(summary === null || JSON.stringify(summary).length <= 4_096).toBe(true);
    }), { numRuns: 300 });
  });
});

describe('a format', () => {
  test.each(definitions.flatMap(({ title, format, variants = [] }) => [{ title, format }, ...variants]))('$title is read as it is written', ({ format }) => {
    expect(readPlacingsFormat(format)).toEqual(format);
  });

  test.each<[string, unknown, unknown]>([
    ['of another family', { family: 'plain' }, null],
    ['of more than 4 KiB', { family: 'placings', more: 'x'.repeat(5_000) }, null],
    ['that is empty', { family: 'placings' }, { family: 'placings', measure: 'time', better: 'lower', decimals: 2, rounding: 'down', ties: 'shared' }],
    [
      'with members of wrong types',
      { family: 'placings', measure: 'weight', decimals: 9, unit: 7, ties: 'coin', attempts: { count: 1e9 }, lanes: 0, teams: [], clock: { direction: 'down' } },
      { family: 'placings', measure: 'weight', better: 'higher', decimals: 0, rounding: 'down', unit: '7', ties: 'shared' },
    ],
  ])('%s', (_name, value, expected) => {
    expect(readPlacingsFormat(value)).toEqual(expected);
  });
});
