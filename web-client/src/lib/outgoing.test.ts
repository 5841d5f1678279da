import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outgoing } from './outgoing';
import type { Item } from './outgoing';
import type { Answer } from './wire';

/** A queue, the messages it sent, and the answers it will get. */
function queue() {
  const sent: string[] = [];
  const answers: ((answer: Answer<object> | Error) => void)[] = [];
  let items: readonly Item[] = [];
  const outgoing = new Outgoing(
    (text) => {
      sent.push(text);
      return new Promise((resolve, reject) => {
        answers.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
      });
    },
    (now) => (items = now),
  );
  const answer = async (with_: Answer<object> | Error) => {
    answers.shift()?.(with_);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { outgoing, sent, answer, left: () => items.map(({ text, state }) => [text, state]) };
}

const no = (code: 'rate_limited' | 'forbidden', retryAfterMs?: number): Answer<object> => ({
  ok: false,
  error: { code, message: '', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
});

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('one at a time is sent, in order', async () => {
  const { outgoing, sent, answer, left } = queue();
  outgoing.open = true;
  outgoing.add('a');
  outgoing.add('b');
  expect([sent, left()]).toEqual([['a'], [['a', 'sending'], ['b', 'waiting']]]);
  await answer({ ok: true });
  expect([sent, left()]).toEqual([['a', 'b'], [['b', 'sending']]]);
  await answer({ ok: true });
  expect(left()).toEqual([]);
});

test('what is written without a connection waits for it', () => {
  const { outgoing, sent, left } = queue();
  outgoing.add('a');
  expect([sent, left()]).toEqual([[], [['a', 'waiting']]]);
  outgoing.open = true;
  expect(sent).toEqual(['a']);
});

test('what a limit refused is sent again when the limit allows, before what was written later', async () => {
  const { outgoing, sent, answer } = queue();
  outgoing.open = true;
  outgoing.add('a');
  outgoing.add('b');
  await answer(no('rate_limited', 400));
  await vi.advanceTimersByTimeAsync(399);
  expect(sent).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual(['a', 'a']);
  await answer({ ok: true });
  expect(sent).toEqual(['a', 'a', 'b']);
});

test('what was refused stays, the rest goes on, and it can be tried again or dropped', async () => {
  const { outgoing, sent, answer, left } = queue();
  outgoing.open = true;
  outgoing.add('a');
  outgoing.add('b');
  await answer(no('forbidden'));
  await answer(no('forbidden'));
  expect([sent, left()]).toEqual([['a', 'b'], [['a', 'failed'], ['b', 'failed']]]);
  outgoing.retry(1);
  await answer({ ok: true });
  outgoing.drop(2);
  expect([sent, left()]).toEqual([['a', 'b', 'a'], []]);
});

test('what may have arrived is not sent again by itself', async () => {
  const { outgoing, sent, answer, left } = queue();
  outgoing.open = true;
  outgoing.add('a');
  outgoing.open = false;
  await answer(new Error('lost'));
  outgoing.open = true;
  expect([sent, left()]).toEqual([['a'], [['a', 'failed']]]);
});

test('a closed queue sends nothing more', async () => {
  const { outgoing, sent, answer } = queue();
  outgoing.open = true;
  outgoing.add('a');
  await answer(no('rate_limited', 10));
  outgoing.close();
  await vi.advanceTimersByTimeAsync(100);
  expect(sent).toEqual(['a']);
});
