import { expect, test } from 'vitest';
import { problemWords } from './problem';
import type { ErrorBody } from './wire';

test.each<[ErrorBody, string]>([
  [{ code: 'bad_request', message: 'title: the text is empty' }, 'Title: the text is empty.'],
  [{ code: 'not_found', message: 'There is none.' }, 'There is none.'],
  [{ code: 'rate_limited', message: '', retryAfterMs: 20_000 }, 'Too many requests. Try again in 20 s.'],
  [{ code: 'rate_limited', message: '' }, 'Too many requests. Try again later.'],
  [{ code: 'unavailable', message: '' }, 'The server is not available. Try again in a moment.'],
  [{ code: 'internal', message: '', errorId: 'e7' }, 'Something went wrong. Try again. If it happens again, report this error id: e7'],
])('%j becomes %j', (error, words) => {
  expect(problemWords(error)).toBe(words);
});
