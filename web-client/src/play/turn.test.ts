import { expect, test } from 'vitest';
import type { ActionCompleted, ActionStarted, Answer, ErrorBody } from '../lib/wire';
import { Turn } from './turn.svelte';

const action = { name: 'call', points: 5, minMs: 1_000, cooldownMs: 3_000, dailyCap: 100 };
const started: Answer<ActionStarted> = { ok: true, ticket: 't', minMs: 1_000, expiresAt: 0 };
const completed = (status: 'counted' | 'held'): Answer<ActionCompleted> => ({ ok: true, status, points: 5, total: 5, rank: 1 });
const no = (code: ErrorBody['code'], retryAfterMs?: number): { ok: false; error: ErrorBody } => ({
  ok: false,
  error: { code, message: code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
});

/** A turn at the time 10,000 against a server with the given answers. */
const turnWith = (start: Answer<ActionStarted>, ...complete: Answer<ActionCompleted>[]) =>
  new Turn(action, {
    start: async () => start,
    complete: async () => complete.shift() ?? Promise.reject(new Error('lost')),
    now: () => 10_000,
  });
const seen = (turn: Turn) => [turn.stage.name, turn.restUntil];

test('points that count are followed by the cooldown', async () => {
  const turn = turnWith(started, completed('counted'));
  expect(await turn.start()).toBe(true);
  expect(turn.stage).toEqual({ name: 'playing', ticket: 't', readyAt: 11_000 });
  turn.right();
  await turn.collect();
  expect([seen(turn), turn.word]).toEqual([['idle', 13_000], 'You earned 5 points.']);
});

test('held points are explained', async () => {
  const turn = turnWith(started, completed('held'));
  await turn.start();
  turn.right();
  await turn.collect();
  expect(turn.word).toMatch(/held for review/);
});

test('a ticket that was fetched too early is kept', async () => {
  const turn = turnWith(started, no('rate_limited', 500), completed('counted'));
  await turn.start();
  turn.right();
  await turn.collect();
  expect(seen(turn)).toEqual(['right', 10_500]);
  await turn.collect();
  expect(turn.stage.name).toBe('idle');
});

test('a lost answer keeps the ticket, which the server redeems once', async () => {
  const turn = turnWith(started);
  await turn.start();
  turn.right();
  await turn.collect();
  expect([turn.stage.name, turn.word]).toEqual(['right', 'The server did not answer. Try again.']);
});

test.each<[ErrorBody['code'], number | undefined, RegExp]>([
  ['rate_limited', 2_000, /Try again in 2 s/],
  ['rate_limited', 9_000_000, /Come back tomorrow/],
  ['event_ended', undefined, /has ended/],
  ['conflict', undefined, /not live/],
  ['forbidden', undefined, /Sign in/],
])('a start refused with %s after %s ms is told as %s', async (code, retryAfterMs, words) => {
  const turn = turnWith(no(code, retryAfterMs));
  expect(await turn.start()).toBe(false);
  expect(turn.word).toMatch(words);
  expect(seen(turn)).toEqual(['idle', retryAfterMs === undefined ? 0 : 10_000 + retryAfterMs]);
});

test('an expired ticket is over', async () => {
  const turn = turnWith(started, no('expired'));
  await turn.start();
  turn.right();
  await turn.collect();
  expect(turn.stage.name).toBe('idle');
});

test('what is wrong leaves the ticket', async () => {
  const turn = turnWith(started);
  await turn.start();
  turn.wrong('Not quite.');
  turn.right();
  expect([turn.stage.name, turn.word]).toEqual(['idle', 'Not quite.']);
});
