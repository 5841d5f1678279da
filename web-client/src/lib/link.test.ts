import { expect, test } from 'vitest';
import { emptyFeed } from './feed';
import { phaseOf, retryDelay } from './link';
import type { Link, Phase } from './link';
import type { Status, ErrorBody } from './wire';

const whole = emptyFeed;
const waiting = { ...emptyFeed, promised: { epoch: 'e1', seq: 9 } };
const refusal: ErrorBody = { code: 'not_found', message: 'no such event' };
const link = (joined: boolean, everJoined: boolean, no: ErrorBody | null = null): Link => ({
  joined,
  everJoined,
  refusal: no,
});

const phases: [Phase, string, Link, typeof whole, Status | undefined][] = [
  ['connecting', 'before the first answer', link(false, false), whole, undefined],
  ['live', 'when joined and whole', link(true, true), whole, 'live'],
  ['live', 'before the start too', link(true, true), whole, 'scheduled'],
  ['behind', 'while the state is on its way', link(true, true), waiting, 'live'],
  ['behind', 'even when the event has ended', link(true, true), waiting, 'ended'],
  ['ended', 'when the event has ended', link(true, true), whole, 'ended'],
  ['reconnecting', 'after a lost connection', link(false, true), whole, 'live'],
  ['reconnecting', 'though the event has ended: a correction may be missing', link(false, true), whole, 'ended'],
  ['refused', 'when the server says no', link(false, false, refusal), whole, undefined],
];

test.each(phases)('the connection is %s %s', (phase, _name, state, feed, status) => {
  expect(phaseOf(state, feed, status)).toBe(phase);
});

test.each<[ErrorBody, number | null]>([
  [{ code: 'rate_limited', message: '', retryAfterMs: 250 }, 250],
  [{ code: 'unavailable', message: '' }, 3_000],
  [{ code: 'internal', message: '' }, 3_000],
  [{ code: 'not_found', message: '' }, null],
  [{ code: 'bad_request', message: '', retryAfterMs: 5 }, null],
])('after %j a client waits %s ms', (error, delay) => {
  expect(retryDelay(error)).toBe(delay);
});
