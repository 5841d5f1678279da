import { expect, test } from 'vitest';
import { mergePatch } from './merge';
import type { JsonObject } from './wire';

// The cases of RFC 7396, appendix A, whose patch is an object, and a few more.
const cases: [string, unknown, JsonObject, unknown][] = [
  ['replaces a member', { a: 'b' }, { a: 'c' }, { a: 'c' }],
  ['adds a member', { a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  ['removes a member', { a: 'b' }, { a: null }, {}],
  ['removes one of two', { a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  ['replaces an array by a text', { a: ['b'] }, { a: 'c' }, { a: 'c' }],
  ['replaces a text by an array', { a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  ['merges and removes within', { a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  ['replaces an array whole', { a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  ['keeps null that was there', { e: null }, { a: 1 }, { e: null, a: 1 }],
  ['turns an array into an object', [1, 2], { a: 'b', c: null }, { a: 'b' }],
  ['drops nulls of a new object', {}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ['keeps nulls in an array', {}, { a: [null, { b: null }] }, { a: [null, { b: null }] }],
];

test.each(cases)('a merge patch %s', (_name, target, patch, expected) => {
  expect(mergePatch(target as JsonObject, patch)).toEqual(expected);
});

test('a merge changes neither the state nor the patch', () => {
  const state = { score: { home: 1 } };
  const patch = { score: { away: 2 } };
  mergePatch(state, patch);
  expect([state, patch]).toEqual([{ score: { home: 1 } }, { score: { away: 2 } }]);
});

test('a member called __proto__ stays a member', () => {
  const patch = JSON.parse('{"__proto__": {"polluted": true}}') as JsonObject;
  const merged = mergePatch({}, patch);
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  expect(JSON.stringify(merged)).toBe('{"__proto__":{"polluted":true}}');
});
