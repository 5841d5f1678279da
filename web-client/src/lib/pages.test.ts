// Lists in several pages.
import { expect, test } from 'vitest';

import { readPart } from './pages';
import type { LoggedUpdate } from './wire';

const update = (seq: number): LoggedUpdate => ({ seq, kind: 'update', data: {}, at: 0 });

/** A log with two updates per page, whatever the limit. */
function serverWith(length: number, epochs: string[] = ['e']) {
  const asked: [number, number][] = [];
  const read = async (after: number, limit: number) => {
    asked.push([after, limit]);
    const last = Math.min(after + Math.min(limit, 2), length);
    const updates = Array.from({ length: Math.max(0, last - after) }, (_, index) => update(after + index + 1));
    const epoch = epochs[Math.min(asked.length, epochs.length) - 1] as string;
    return { epoch, updates, next: last < length || updates.length === limit ? last : null };
  };
  return { asked, read };
}

test('a part of the log is read in as many pages as it takes, and no further', async () => {
  const server = serverWith(9);
  const part = await readPart(server.read, 1, 5);
  expect(part.updates.map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6]);
  expect(server.asked).toEqual([
    [1, 5],
    [3, 3],
    [5, 1],
  ]);
  const rest = serverWith(9);
  expect((await readPart(rest.read, 6, 100)).updates.map(({ seq }) => seq)).toEqual([7, 8, 9]);
  expect((await readPart(serverWith(9).read, 9, 100)).updates).toEqual([]);
});

test('pages of two histories are not put together', async () => {
  const part = await readPart(serverWith(9, ['e', 'f']).read, 0, 9);
  expect([part.epoch, part.updates.map(({ seq }) => seq)]).toEqual(['e', [1, 2]]);
});
