// Names of sides that only the event has.
import { expect, test } from 'vitest';
import type { JsonObject } from '../lib/wire';
import { competitorsOf } from '../lib/competitors';
import { withNames } from './names';

const competitors = [{ name: 'Harbour Lane' }, { name: 'Old Bridge' }];

test.each<[string, JsonObject, JsonObject]>([
  ['sides without names', { home: { goals: 1 }, away: { goals: 0 } }, { home: { goals: 1, name: 'Harbour Lane' }, away: { goals: 0, name: 'Old Bridge' } }],
  ['one side', { home: { goals: 1 } }, { home: { goals: 1, name: 'Harbour Lane' }, away: { name: 'Old Bridge' } }],
  ['scores alone', { home: 1, away: 2 }, { home: { name: 'Harbour Lane', score: 1 }, away: { name: 'Old Bridge', score: 2 } }],
  ['names of its own', { home: { name: 'A' }, away: { name: 'B' } }, { home: { name: 'A' }, away: { name: 'B' } }],
  ['texts', { home: 'A', away: 'B' }, { home: 'A', away: 'B' }],
  ['sides by number', { sides: { '1': { score: 3 }, '2': 4, '3': {} } }, { sides: { '1': { score: 3, name: 'Harbour Lane' }, '2': { score: 4, name: 'Old Bridge' }, '3': {} } }],
  ['entries by number', { entries: { '2': { mark: '9.79' }, '3': { name: 'C' } } }, { entries: { '2': { mark: '9.79', name: 'Old Bridge' }, '3': { name: 'C' } } }],
  ['no sides', { lap: 1 }, { lap: 1 }],
])('a state with %s', (_name, data, expected) => {
  expect(withNames(data, competitors)).toEqual(expected);
  expect(withNames(data, [])).toEqual(data);
});

test('competitors are read with care', () => {
  const read = competitorsOf({ title: '', competitors: ['A', { name: 'B', short: 'x'.repeat(99), color: '#1f6f4a' }, { name: 'C', short: 3, color: 'url(x)' }, { name: {} }, null] });
  expect(read).toEqual([{ name: 'A' }, { name: 'B', short: `${'x'.repeat(12)}…`, color: '#1f6f4a' }, { name: 'C', short: '3' }]);
  expect(competitorsOf({ title: 'A v B', competitors: null })).toEqual([{ name: 'A' }, { name: 'B' }]);
});
