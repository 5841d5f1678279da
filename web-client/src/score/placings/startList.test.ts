// Start lists as they are typed or pasted.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../lib/wire';
import { readStartList } from './startList';

test.each<[string, string, { lanes?: number; heats?: boolean }, JsonObject[]]>([
  ['names alone', 'Ann\n  Bea  \n', {}, [{ name: 'Ann' }, { name: 'Bea' }]],
  ['names and teams', 'Ann, Harbour Lane\nBea', {}, [{ name: 'Ann', team: 'Harbour Lane' }, { name: 'Bea' }]],
  ['lanes', '7 Ann, USA\n4. Bea', { lanes: 8 }, [{ name: 'Ann', team: 'USA', lane: '7' }, { name: 'Bea', lane: '4' }]],
  ['lanes in their order', 'Ann\nBea', { lanes: 8 }, [{ name: 'Ann', lane: '1' }, { name: 'Bea', lane: '2' }]],
  ['more entries than lanes', 'Ann\nBea\nCat', { lanes: 2 }, [{ name: 'Ann' }, { name: 'Bea' }, { name: 'Cat' }]],
  [
    'heats', 'Ann\nBea\n\nCat\n', { lanes: 8, heats: true },
    [{ name: 'Ann', lane: '1', heat: '1' }, { name: 'Bea', lane: '2', heat: '1' }, { name: 'Cat', lane: '1', heat: '2' }],
  ],
  ['a blank line without heats', 'Ann\n\nBea', {}, [{ name: 'Ann' }, { name: 'Bea' }]],
  ['nothing', ' \n\n', {}, []],
])('a list of %s', (_name, text, format, expected) => {
  expect(readStartList(text, format)).toEqual(expected);
});
