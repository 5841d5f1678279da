import { describe, expect, test } from 'vitest';
import { changesBy, isSame, patchBetween } from './diff';
import { mergePatch } from './merge';
import type { JsonObject } from './wire';

describe('a patch between two states', () => {
  const cases: [string, JsonObject, JsonObject, JsonObject][] = [
    ['is empty where nothing changed', { a: 1, b: { c: [1, { d: 2 }] } }, { b: { c: [1, { d: 2 }] }, a: 1 }, {}],
    ['has what is new', {}, { a: { b: 1 } }, { a: { b: 1 } }],
    ['has only the figure that changed', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, { a: { c: 3 } }],
    ['takes away what is gone', { a: 1, b: { c: 1 } }, { b: {} }, { a: null, b: { c: null } }],
    ['replaces a list as a whole', { a: [1, 2] }, { a: [1, 2, 3] }, { a: [1, 2, 3] }],
    ['makes an object of a figure', { a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
    ['makes a figure of an object', { a: { b: 2 } }, { a: 1 }, { a: 1 }],
    ['reads null as none', { a: 1 }, { a: null, b: null }, { a: null }],
    ['keeps an empty object', {}, { a: {} }, { a: {} }],
  ];
  test.each(cases)('%s', (_name, before, after, patch) => {
    expect(patchBetween(before, after)).toEqual(patch);
  });

  test('leads from one to the other', () => {
    for (const [, before, after] of cases.filter(([name]) => name !== 'reads null as none')) {
      expect(isSame(mergePatch(before, patchBetween(before, after)), after)).toBe(true);
    }
  });

  test('takes a member called __proto__ for a member', () => {
    const after = JSON.parse('{"__proto__": {"a": 1}}');
    expect(JSON.stringify(patchBetween({}, after))).toBe('{"__proto__":{"a":1}}');
  });
});

test('the changes of a patch are told figure by figure', () => {
  const state = { runs: 97, over: { balls: ['1', '4'] }, striker: 'A', out: { B: 1 } };
  expect(changesBy(state, { runs: 101, over: { balls: ['1', '4', '4'] }, striker: 'A', out: { B: null, C: 2 }, none: null })).toEqual([
    { path: ['runs'], before: 97, after: 101 },
    { path: ['over', 'balls'], before: ['1', '4'], after: ['1', '4', '4'] },
    { path: ['out', 'B'], before: 1, after: undefined },
    { path: ['out', 'C'], before: undefined, after: 2 },
  ]);
});
