// Entries are sent once, in order, whatever fails meanwhile. The tests use an in-memory IndexedDB and a small server that
// follows the contract for `opId` and `baseSeq`.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Refused, Unanswered, type Asking } from '../lib/desk';
import { Outbox, type Draft, type Entry } from '../lib/outbox';
import type { ErrorBody } from '../lib/wire';
import { Sender } from './sender';

interface Sent {
  eventId: string;
  data: { n: number };
  opId: string;
  baseSeq: number;
  voids?: number[];
}

/** The log, and the fates of the next messages. `lost`: accepted but not answered. */
class Server {
  log: Sent[] = [];
  asked: string[] = [];
  next: ('lost' | 'unheard' | ErrorBody['code'])[] = [];

  readonly ask = (async (_name: string, sent: Sent) => {
    this.asked.push(sent.opId);
    const fate = this.next.shift();
    if (fate === 'unheard') throw new Unanswered('not heard');
    if (fate !== undefined && fate !== 'lost') throw new Refused({ code: fate, message: fate, retryAfterMs: 1 });
    const known = this.log.findIndex(({ opId }) => opId === sent.opId);
    if (known < 0) {
      if (sent.baseSeq !== this.log.length) throw new Refused({ code: 'conflict', message: 'conflict', seq: this.log.length });
      this.log.push(sent);
    }
    if (fate === 'lost') throw new Unanswered('the answer was lost');
    return { epoch: 'e', seq: known < 0 ? this.log.length : known + 1, duplicate: known >= 0 };
  }) as Asking['ask'];

  get numbers() {
    return this.log.map(({ data }) => data.n);
  }
}

const draft = (n: number, voids: number[] | null = null): Draft => ({
  opId: `op ${n}`,
  data: { n },
  tap: null,
  voids,
  reason: voids ? 'a mistake' : null,
  label: `tap ${n}`,
  at: n,
});

let server: Server;
let outbox: Outbox;
let sender: Sender;
let queue: Entry[] = [];
let blocked: ErrorBody | null = null;
let isHeld = false;

async function open(): Promise<void> {
  outbox = await Outbox.open('ann', 'final');
  sender = new Sender(
    server,
    outbox,
    {
      queue: (entries) => (queue = entries),
      holds: () => isHeld,
      settled: () => {},
      blocked: (_entry, error) => (blocked = error),
    },
    'final',
  );
}

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  [server, queue, blocked, isHeld] = [new Server(), [], null, false];
  await open();
});

afterEach(() => {
  sender.stop();
  outbox.close();
});

const until = (met: () => void) => vi.waitFor(met, { timeout: 5_000, interval: 5 });

test('what was entered without a connection is sent in order when it is back, each once', async () => {
  for (const n of [1, 2, 3]) await outbox.add(draft(n), 0);
  sender.connected(false);
  sender.connected(true);
  await until(() => expect(server.numbers).toEqual([1, 2, 3]));
  await until(() => expect(queue).toEqual([]));
  expect(server.asked).toHaveLength(3);
});

test('what is held can be taken back, and the rest is sent once it is let go', async () => {
  isHeld = true;
  sender.connected(true);
  for (const n of [1, 2]) await outbox.add(draft(n), 0);
  sender.send();
  await until(() => expect(queue).toHaveLength(2));
  expect(await outbox.takeBack(queue[1]?.id ?? 0)).toBe(true);
  expect(server.asked).toEqual([]);
  isHeld = false;
  sender.send();
  await until(() => expect(server.numbers).toEqual([1]));
});

test('what waits outlives the page', async () => {
  for (const n of [1, 2]) await outbox.add(draft(n), 0);
  outbox.close();
  await open();
  sender.connected(true);
  await until(() => expect(server.numbers).toEqual([1, 2]));
});

test('an answer that was lost is asked for again, and the update is there once', async () => {
  server.next = ['lost', 'unheard'];
  for (const n of [1, 2]) await outbox.add(draft(n), 0);
  sender.connected(true);
  await until(() => expect(server.asked).toEqual(['op 1']));
  // The connection comes back before the retry is due.
  sender.connected(false);
  sender.connected(true);
  await until(() => expect(server.asked).toEqual(['op 1', 'op 1']));
  sender.connected(true);
  await until(() => expect(server.numbers).toEqual([1, 2]));
  expect(server.asked).toEqual(['op 1', 'op 1', 'op 1', 'op 2']);
});

test('what another scorer did meanwhile is a conflict: nothing more is sent until it is decided', async () => {
  for (const n of [1, 2]) await outbox.add(draft(n), 0);
  server.log.push({ eventId: 'final', data: { n: 99 }, opId: 'other', baseSeq: 0 });
  sender.connected(true);
  await until(() => expect(blocked).toMatchObject({ code: 'conflict', seq: 1 }));
  await outbox.add(draft(3), 1);
  sender.send();
  expect(queue.map(({ data }) => data['n'])).toEqual([1, 2]);
  expect(server.numbers).toEqual([99]);

  await outbox.replace([draft(4), draft(5)], 1);
  sender.unblock();
  await until(() => expect(server.numbers).toEqual([99, 4, 5]));
});

test('a refusal that passes is outwaited, another is not', async () => {
  server.next = ['unavailable', 'rate_limited'];
  await outbox.add(draft(1), 0);
  sender.connected(true);
  await until(() => expect(server.numbers).toEqual([1]));
  server.next = ['event_ended'];
  await outbox.add(draft(2), 1);
  sender.send();
  await until(() => expect(blocked?.code).toBe('event_ended'));
  expect(queue.map(({ data }) => data['n'])).toEqual([2]);
});

test('a correction goes as one, with what it voids', async () => {
  await outbox.add(draft(1), 0);
  await outbox.add(draft(2, [1]), 0);
  sender.connected(true);
  await until(() => expect(server.numbers).toEqual([1, 2]));
  expect(server.log.map(({ voids }) => voids)).toEqual([undefined, [1]]);
});

test('only the last entry can be taken back, and only before it was sent', async () => {
  for (const n of [1, 2]) await outbox.add(draft(n), 0);
  const [first, second] = await outbox.list();
  expect(await outbox.takeBack(first?.id ?? 0)).toBe(false);
  expect(await outbox.takeBack(second?.id ?? 0)).toBe(true);
  await outbox.mark(first?.id ?? 0);
  expect(await outbox.takeBack(first?.id ?? 0)).toBe(false);
  expect((await outbox.list()).map(({ label }) => label)).toEqual(['tap 1']);
});

test('what one person entered is not sent by another, nor to another event', async () => {
  await outbox.add(draft(1), 0);
  for (const [owner, eventId] of [['bob', 'final'], ['ann', 'semi-final']] as const) {
    const other = await Outbox.open(owner, eventId);
    expect(await other.list()).toEqual([]);
    other.close();
  }
});
