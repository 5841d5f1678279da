// A desk's history of an event, combined with entries that it has sent.
import { expect, test } from 'vitest';
import type { Entry } from '../lib/outbox';
import type { LoggedUpdate } from '../lib/wire';
import { noHistory, notIn, withUpdate, type History } from './history';

const update = (seq: number, n: number): LoggedUpdate => ({ seq, kind: 'update', data: { n }, at: 0 });
const entry = (base: number | null, n: number): Entry => ({
  ...{ id: n, opId: `op ${n}`, owner: 'ann', eventId: '1', base, tried: true },
  ...{ data: { n }, tap: null, voids: null, reason: null, label: '', at: 0 },
});
const after = (...updates: LoggedUpdate[]): History =>
  updates.reduce<History>((known, next) => withUpdate(known, '', next) ?? known, noHistory);

test('what is sent counts once, though it comes back before it is answered', () => {
  const queue = [entry(1, 2), entry(null, 3)];
  expect(notIn(after(update(1, 1)), queue)).toEqual(queue);
  expect(notIn(after(update(1, 1), update(2, 2)), queue)).toEqual([queue[1]]);
  expect(notIn(after(update(1, 1), update(2, 2), update(3, 3)), [entry(2, 3)])).toEqual([]);
});

test('what another desk sent is not taken for it', () => {
  const queue = [entry(1, 2)];
  expect(notIn(after(update(1, 2)), queue)).toEqual(queue);
  expect(notIn(after(update(1, 1), update(2, 7)), queue)).toEqual(queue);
  expect(notIn(after(update(1, 1), { ...update(2, 2), kind: 'correction', voids: [1], reason: 'Wrong' }), queue)).toEqual(queue);
});
