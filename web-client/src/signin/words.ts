// What signing in says to a person.
import { waiting } from '../lib/age';
import type { ErrorBody } from '../lib/wire';

/**
 * The digits of a code as it was typed or pasted: mails and people put spaces and dashes between them. They may be those
 * of any script; the server reads them all.
 */
export function codeOf(typed: string): string {
  return typed.normalize('NFKC').replace(/\P{Nd}/gu, '');
}

/** Why it did not work, and what to do. */
export function refusalInWords({ code, message, retryAfterMs }: ErrorBody): string {
  switch (code) {
    case 'wrong_code':
      return 'That is not the code. Look at the newest mail, and try again.';
    case 'expired':
      return 'This code does not hold any more. Ask for a new one.';
    case 'already_used':
      return 'This code was used already. Ask for a new one.';
    case 'too_many_attempts':
      return `There were too many wrong codes. Ask for a new one${waiting(retryAfterMs, ' ')}.`;
    case 'rate_limited':
      return `That was asked for often. Try again${waiting(retryAfterMs, ' ') || ' later'}.`;
    case 'conflict':
      return 'You are signed in on another device. Sign out there first.';
    case 'unavailable':
      return 'The server cannot be reached just now. Try again in a moment.';
    default:
      return message;
  }
}
