import { expect, test } from 'vitest';
import type { Case } from '../protocol/Case';
import { selectionAfter, step, withCases, withoutCase, wordOf } from './queue';

const made = (id: string, more: Partial<Case> = {}): Case => ({
  id,
  eventId: 'final',
  player: { id: 'p', name: 'Pat' },
  action: 'guess',
  points: 10,
  at: 1,
  status: 'pending',
  reasons: ['too_fast'],
  evidence: {},
  version: 1,
  explanations: [],
  history: [],
  others: [],
  ...more,
});
const ids = (queue: readonly Case[]) => queue.map(({ id }) => id);

test('pages and live reviews make one queue, the longest waiting first, each once', () => {
  const queue = withCases(withCases([], [made('3')]), [made('1'), made('2'), made('3'), made('4', { status: 'approved' })]);
  expect(ids(queue)).toEqual(['1', '2', '3']);
});

test('a review that was decided goes, also where it came again as such', () => {
  const queue = withCases([], [made('1'), made('2')]);
  expect(ids(withoutCase(queue, '1'))).toEqual(['2']);
  expect(ids(withCases(queue, [made('2', { status: 'rejected' })]))).toEqual(['1']);
});

test.each([
  ['the next one follows', '2', '2', '3'],
  ['at the end the one before', '3', '3', '2'],
  ['another stays', '1', '3', '1'],
  ['nothing stays nothing', null, '3', null],
])('after one has gone, %s', (_name, selected, gone, expected) => {
  expect(selectionAfter(withCases([], [made('1'), made('2'), made('3')]), selected, gone)).toBe(expected);
});

test('the keys go from one to the next, and stop at the ends', () => {
  const queue = withCases([], [made('1'), made('2')]);
  expect([step(queue, null, 1), step(queue, '1', 1), step(queue, '2', 1), step(queue, '1', -1), step([], '1', 1)]).toEqual(['1', '2', '2', '1', null]);
});

test('a decision is told, and by whom where it was another', () => {
  const decided = made('1', { status: 'rejected', decided: { by: { id: 'r', name: 'Rae' }, at: 2 } });
  expect(wordOf(decided, 'me')).toBe('10 points for Pat rejected by Rae.');
  expect(wordOf(decided, 'r')).toBe('10 points for Pat rejected.');
});
