import { describe, expect, test } from 'vitest';
import {
  KEPT_UPDATES,
  afterHistory,
  afterJoin,
  afterPulse,
  afterScore,
  emptyFeed,
  missingHistory,
  sinceOf,
  voidedBy,
} from './feed';
import type { Feed, Verdict } from './feed';
import type { JsonObject, LoggedUpdate, ScoreMeta } from './wire';

const meta = (seq: number, more: Partial<ScoreMeta> = {}): ScoreMeta => ({
  eventId: 'final',
  epoch: 'e1',
  kind: 'update',
  at: 1_000 + seq,
  seq,
  ...more,
});
const logged = (seq: number): LoggedUpdate => ({ seq, kind: 'update', data: { n: seq }, at: seq });

/** A feed at update 5 of epoch e1. */
const atFive: Feed = { ...emptyFeed, epoch: 'e1', seq: 5, data: { runs: 40, wickets: 1 }, at: 1_005 };

describe('a score message', () => {
  const cases: [string, Feed, JsonObject, ScoreMeta, Verdict, number, JsonObject][] = [
    ['next in order is merged', atFive, { runs: 44 }, meta(6), 'applied', 6, { runs: 44, wickets: 1 }],
    ['seen before is ignored', atFive, { runs: 44 }, meta(5), 'duplicate', 5, atFive.data],
    ['that skips one is a gap', atFive, { runs: 50 }, meta(7), 'gap', 5, atFive.data],
    ['of another epoch is a gap', atFive, { runs: 1 }, meta(6, { epoch: 'e2' }), 'gap', 5, atFive.data],
    ['before any state is a gap', emptyFeed, { runs: 1 }, meta(1), 'gap', 0, {}],
    ['with a snapshot replaces the state', atFive, { runs: 90 }, meta(30, { kind: 'snapshot' }), 'applied', 30, { runs: 90 }],
    ['with an older snapshot replaces it too', atFive, { runs: 9 }, meta(2, { kind: 'snapshot' }), 'applied', 2, { runs: 9 }],
    ['with a snapshot of another epoch replaces it', atFive, { a: 1 }, meta(3, { kind: 'snapshot', epoch: 'e2' }), 'applied', 3, { a: 1 }],
    ['with a correction is merged', atFive, { wickets: null }, meta(6, { kind: 'correction', voids: [5] }), 'applied', 6, { runs: 40 }],
    ['whose data is no object changes nothing', atFive, [] as unknown as JsonObject, meta(6), 'duplicate', 5, atFive.data],
  ];
  test.each(cases)('%s', (_name, feed, data, about, verdict, seq, state) => {
    const outcome = afterScore(feed, data, about);
    expect([outcome.verdict, outcome.feed.seq, outcome.feed.data]).toEqual([verdict, seq, state]);
  });

  test('that leaves a gap promises the state, and the snapshot keeps the promise', () => {
    const gap = afterScore(atFive, {}, meta(9)).feed;
    expect(gap.promised).toEqual({ epoch: 'e1', seq: 9 });
    expect(afterScore(gap, {}, meta(9, { kind: 'snapshot' })).feed.promised).toBeNull();
  });

  test('with a snapshot of a new epoch takes the new epoch, and drops the old list', () => {
    const feed = afterHistory(atFive, 'e1', [logged(5)]);
    const next = afterScore(feed, {}, meta(3, { kind: 'snapshot', epoch: 'e2' })).feed;
    expect([next.epoch, next.updates]).toEqual(['e2', []]);
  });
});

describe('a join', () => {
  test('of a new event has nothing to wait for', () => {
    const feed = afterJoin(emptyFeed, { epoch: 'e1', seq: 0, recovered: false });
    expect([feed.epoch, feed.seq, feed.promised]).toEqual(['e1', 0, null]);
    expect(afterScore(feed, { runs: 1 }, meta(1)).verdict).toBe('applied');
  });

  test('without recovery keeps what is shown until the snapshot comes', () => {
    const feed = afterJoin(atFive, { epoch: 'e2', seq: 3, recovered: false });
    expect([feed.data, feed.promised]).toEqual([atFive.data, { epoch: 'e2', seq: 3 }]);
  });

  test('of an event whose history began anew forgets the old one', () => {
    expect(afterJoin(atFive, { epoch: 'e2', seq: 0, recovered: false })).toEqual({ ...emptyFeed, epoch: 'e2' });
  });

  test('with recovery is behind until the last missed update', () => {
    let feed = afterJoin(atFive, { epoch: 'e1', seq: 7, recovered: true });
    feed = afterScore(feed, { runs: 41 }, meta(6)).feed;
    expect(feed.promised).toEqual({ epoch: 'e1', seq: 7 });
    feed = afterScore(feed, { runs: 42 }, meta(7)).feed;
    expect([feed.promised, feed.data['runs']]).toEqual([null, 42]);
  });

  test('with recovery and nothing missed is complete', () => {
    expect(afterJoin(atFive, { epoch: 'e1', seq: 5, recovered: true }).promised).toBeNull();
  });

  test('asks for what came after the last update', () => {
    expect([sinceOf(emptyFeed), sinceOf(atFive)]).toEqual([undefined, { epoch: 'e1', seq: 5 }]);
  });
});

describe('a pulse', () => {
  test('level with the feed changes nothing', () => {
    expect(afterPulse(atFive, { epoch: 'e1', seq: 5 })).toEqual({ feed: atFive, verdict: 'duplicate' });
  });

  test('that is ahead once may have overtaken the update', () => {
    const first = afterPulse(atFive, { epoch: 'e1', seq: 6 });
    const then = afterScore(first.feed, {}, meta(6));
    expect([first.verdict, then.verdict]).toEqual(['duplicate', 'applied']);
    expect(afterPulse(then.feed, { epoch: 'e1', seq: 7 }).verdict).toBe('duplicate');
  });

  test('that finds the feed behind the pulse before it shows a gap', () => {
    const first = afterPulse(atFive, { epoch: 'e1', seq: 6 });
    const second = afterPulse(first.feed, { epoch: 'e1', seq: 6 });
    expect([second.verdict, second.feed.promised]).toEqual(['gap', { epoch: 'e1', seq: 6 }]);
  });
});

describe('the list of updates', () => {
  test('is filled from the log, newest first, each once, none beyond the state', () => {
    const live = afterScore(atFive, { n: 6 }, meta(6)).feed;
    const feed = afterHistory(live, 'e1', [4, 5, 6, 7].map(logged));
    expect(feed.updates.map((update) => update.seq)).toEqual([6, 5, 4]);
    expect(feed.data).toEqual(live.data);
  });

  test('ignores the log of another epoch', () => {
    expect(afterHistory(atFive, 'e2', [logged(4)])).toBe(atFive);
  });

  test('keeps only the last', () => {
    const many = Array.from({ length: KEPT_UPDATES + 9 }, (_, index) => logged(index + 1));
    const feed = afterHistory({ ...atFive, seq: many.length }, 'e1', many);
    expect([feed.updates.length, feed.updates[0]?.seq]).toEqual([KEPT_UPDATES, many.length]);
  });

  const cases: [string, number, number[], number | null][] = [
    ['of an event without updates is whole', 0, [], null],
    ['of a short event is read from its start', 5, [], 0],
    ['of a long event is read from its last part', 900, [], 900 - KEPT_UPDATES],
    ['with all updates is whole', 3, [3, 2, 1], null],
    ['with a hole is read again', 4, [4, 2, 1], 0],
    ['that ends too early is read again', 4, [3, 2, 1], 0],
  ];
  test.each(cases)('%s', (_name, seq, known, after) => {
    expect(missingHistory({ ...atFive, seq, updates: known.map(logged) })).toBe(after);
  });

  test('shows which updates a correction took back', () => {
    const updates: LoggedUpdate[] = [
      { ...logged(6), kind: 'correction', voids: [2, 3], reason: 'overturned' },
      { ...logged(5), kind: 'correction', voids: [4] },
      logged(4),
    ];
    expect([...voidedBy(updates)]).toEqual([2, 3, 4]);
    // The correction of 4 was taken back.
    expect([...voidedBy([{ ...logged(7), kind: 'correction', voids: [5] }, ...updates])]).toEqual([5, 2, 3]);
  });
});
