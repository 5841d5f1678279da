// Texts of the sign-in page.
import { waiting } from '../lib/age';
import { problemWords } from '../lib/problem';
import type { ErrorBody } from '../lib/wire';

/**
 * The digits of a code that was typed or pasted with spaces and dashes. Digits of any script are kept; the server reads
 * them all.
 */
export function codeOf(typed: string): string {
  return typed.normalize('NFKC').replace(/\P{Nd}/gu, '');
}

/** Says why signing in failed, and what to do. */
export function refusalInWords(error: ErrorBody): string {
  const { code, retryAfterMs } = error;
  switch (code) {
    case 'wrong_code':
      return 'Wrong code. Check the newest email and try again.';
    case 'expired':
      return 'This code has expired. Ask for a new one.';
    case 'already_used':
      return 'This code was already used. Ask for a new one.';
    case 'too_many_attempts':
      return `Too many wrong codes. Ask for a new one${waiting(retryAfterMs, ' ') || ' later'}.`;
    case 'rate_limited':
      return `Too many attempts. Try again${waiting(retryAfterMs, ' ') || ' later'}.`;
    case 'conflict':
      return 'You are signed in on another device. Sign out there first.';
    default:
      return problemWords(error);
  }
}
