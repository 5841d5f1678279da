import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { listUnsent, Outbox, type Draft, type Entry } from '../lib/outbox';
import { queuesOf } from './unsent.svelte';

const draft = (opId: string): Draft => ({ opId, data: {}, tap: null, voids: null, reason: null, label: opId, at: 0 });

test('unsent entries of all matches are found, with the titles that were known', async () => {
  const final = await Outbox.open('ann', 'final');
  // An entry of version 0.2 has no title.
  await final.add(draft('a'), 1);
  final.title = 'The final';
  const derby = await Outbox.open('bob', 'derby');
  await derby.add(draft('b'), 1);
  await final.add(draft('c'), 1);
  const entries = await listUnsent();
  expect(queuesOf(entries)).toEqual([
    { eventId: 'final', title: 'The final', count: 2 },
    { eventId: 'derby', title: null, count: 1 },
  ]);
  expect(queuesOf(entries.filter(({ owner }: Entry) => owner === 'bob'))).toHaveLength(1);
  await final.replace([draft('d')], 1);
  expect((await final.list()).map(({ title }) => title)).toEqual(['The final']);
  for (const outbox of [final, derby]) outbox.close();
});
