import { describe, expect, test } from 'vitest';
import { emptyFeed } from './feed';
import { History } from './history.svelte';
import { afterFeed, afterPage, emptyLog, isWhole, unbroken } from './log';
import type { LoggedUpdate } from './wire';

const update = (seq: number): LoggedUpdate => ({ seq, kind: 'update', at: seq, data: { seq } });
/** Newest first. */
const from = (newest: number, oldest: number) => Array.from({ length: newest - oldest + 1 }, (_, index) => update(newest - index));
const feed = (newest: number, oldest: number, epoch = 'a') => ({ ...emptyFeed, epoch, seq: newest, updates: from(newest, oldest) });
const seqs = (updates: readonly LoggedUpdate[]) => updates.map(({ seq }) => seq);

describe('a log', () => {
  test('is the feed, until earlier updates are asked for', () => {
    const log = afterFeed(afterFeed(emptyLog, feed(5, 3), false), feed(6, 4), false);
    expect(seqs(log.updates)).toEqual([6, 5, 4]);
    expect(isWhole(log, unbroken(log))).toBe(false);
  });

  test('keeps what leaves the feed, once it keeps', () => {
    const paged = afterPage(afterFeed(emptyLog, feed(5, 3), false), 'a', from(2, 1));
    const log = afterFeed(paged, feed(6, 4), true);
    expect(seqs(unbroken(log))).toEqual([6, 5, 4, 3, 2, 1]);
    expect(isWhole(log, unbroken(log))).toBe(true);
  });

  test('ends at a gap, and goes on behind it when it is filled', () => {
    const paged = afterPage(afterFeed(emptyLog, feed(5, 3), false), 'a', from(2, 1));
    const broken = afterFeed(paged, feed(9, 8), true);
    expect(seqs(unbroken(broken))).toEqual([9, 8]);
    expect(seqs(unbroken(afterPage(broken, 'a', from(7, 6))))).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  test('of another history is dropped, and so are pages of it', () => {
    const log = afterFeed(afterFeed(emptyLog, feed(5, 1), true), feed(1, 1, 'b'), true);
    expect(seqs(log.updates)).toEqual([1]);
    expect(afterPage(log, 'a', from(9, 2))).toBe(log);
  });

  test('of an event without updates is whole', () => {
    const log = afterFeed(emptyLog, emptyFeed, false);
    expect(isWhole(log, unbroken(log))).toBe(true);
  });
});

describe('a history', () => {
  const server = (most: number) => async (before: number, limit: number) => {
    const oldest = Math.max(1, before - Math.min(limit, most));
    return { epoch: 'a', updates: from(before - 1, oldest), next: oldest > 1 ? oldest : null };
  };

  test('goes back to the first update, page by page', async () => {
    const history = new History(server(50));
    history.follow(feed(230, 131));
    expect(history.isWhole).toBe(false);
    let pages = 0;
    while (await history.earlier()) pages += 1;
    expect(pages).toBe(3);
    expect(history.isWhole).toBe(true);
    history.follow(feed(231, 132));
    expect(seqs(history.updates)).toEqual(seqs(from(231, 1)));
  });

  test('reads the whole of a short log, and nothing of a long one', async () => {
    const history = new History(server(200));
    history.follow(feed(300, 201));
    await history.whole(299);
    expect(history.isWhole).toBe(false);
    await history.whole(300);
    expect(history.isWhole).toBe(true);
  });

  test('stays as it is with a feed of the same updates', async () => {
    const history = new History(server(50));
    const first = feed(5, 3);
    history.follow(first);
    await history.earlier();
    const { updates } = history;
    history.follow({ ...first, pulsed: { epoch: 'a', seq: 6 } });
    expect(history.updates).toBe(updates);
    history.follow(feed(6, 4));
    expect(seqs(history.updates)).toEqual([6, 5, 4, 3, 2, 1]);
  });

  test('says that a read failed, and reads again', async () => {
    let isAway = true;
    const history = new History(async (before, limit) => {
      if (isAway) throw new Error('away');
      return server(200)(before, limit);
    });
    history.follow(feed(150, 51));
    expect(await history.earlier()).toBe(false);
    expect(history.failed).toBe(true);
    isAway = false;
    expect(await history.earlier()).toBe(true);
    expect([history.failed, history.isWhole]).toEqual([false, true]);
  });

  test('that is closed while a page is read reads no more', async () => {
    let reads = 0;
    const history = new History(async (before, limit) => {
      reads += 1;
      history.close();
      return server(50)(before, limit);
    });
    history.follow(feed(230, 131));
    await history.whole(300);
    expect(reads).toBe(1);
    expect(await history.earlier()).toBe(false);
    expect([reads, history.isLoading, history.failed]).toEqual([1, false, false]);
  });
});
