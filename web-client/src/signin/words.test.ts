import { expect, test } from 'vitest';
import type { ErrorBody } from '../lib/wire';
import { codeOf, refusalInWords } from './words';

test.each([
  ['12345678', '12345678'],
  [' 1234 5678\n', '12345678'],
  ['1234-5678', '12345678'],
  ['１２３４５６７８', '12345678'],
  ['Code: 12345678.', '12345678'],
  ['\u200f١٢٣٤ ٥٦٧٨', '١٢٣٤٥٦٧٨'],
  ['१२३४-५६७८', '१२३४५६७८'],
])('%j is the code %j', (typed, code) => {
  expect(codeOf(typed)).toBe(code);
});

test.each<[ErrorBody, RegExp]>([
  [{ code: 'wrong_code', message: '' }, /Wrong code/],
  [{ code: 'expired', message: '' }, /Ask for a new one/],
  [{ code: 'already_used', message: '' }, /already used/],
  [{ code: 'too_many_attempts', message: '', retryAfterMs: 3_600_000 }, /in 1 h\.$/],
  [{ code: 'rate_limited', message: '', retryAfterMs: 42_000 }, /in 42 s\.$/],
  [{ code: 'rate_limited', message: '' }, /later\.$/],
  [{ code: 'bad_request', message: 'an address has one @' }, /^An address has one @\.$/],
])('%j is told as %s', (error, words) => {
  expect(refusalInWords(error)).toMatch(words);
});
