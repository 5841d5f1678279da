import { expect, test } from 'vitest';
import type { Status } from '../lib/wire';
import { held, isHeld, questionOf } from './goLive';

const update = { voids: null, tried: false };
const sent = { voids: null, tried: true };
const correction = { voids: [3], tried: false };

test.each<[string, Status, { voids: number[] | null; tried: boolean }[], number]>([
  ['nothing of a live match', 'live', [update, update], 0],
  ['an update before the start', 'scheduled', [update], 1],
  ['an update in a pause', 'paused', [update], 1],
  ['an update after the end', 'ended', [update], 1],
  ['no correction', 'ended', [correction], 0],
  ['nothing that was sent already', 'paused', [sent], 0],
  ['what comes after a waiting update, but not what comes before it', 'scheduled', [correction, update, correction], 2],
])('%s waits', (_, status, queue, count) => {
  expect(held(queue, status)).toEqual(queue.slice(queue.length - count));
});

test.each<[string, Status | null, boolean, boolean]>([
  ['as long as nobody knows the status', null, false, true],
  ['no longer once the match is gone: the server refuses it', null, true, false],
  ['in a match that is not live', 'paused', false, true],
  ['not in a live match', 'live', false, false],
])('an update is held %s', (_, status, isGone, expected) => {
  expect(isHeld(update, status, isGone)).toBe(expected);
});

test('a live match raises no question, and any other says how it becomes live', () => {
  const ways = (['live', 'scheduled', 'paused', 'ended'] as const).map((status) => questionOf(status, true)?.yes);
  expect(ways).toEqual([undefined, 'Go live and send', 'Resume and send', 'Reopen and send']);
});

test('only an administrator can reopen a match', () => {
  expect(questionOf('ended', false)).toEqual({
    title: 'This match has ended',
    why: 'Only an administrator can reopen it.',
    yes: null,
  });
});
