// What signing in says to a person.
import type { ErrorBody } from '../lib/wire';

/** The digits of a code as it was typed or pasted: mails and people put spaces and dashes between them. */
export function codeOf(typed: string): string {
  return typed.normalize('NFKC').replace(/\D/g, '');
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

/** `in 20 s`, `in 3 min`, `in 2 h`; nothing where that is not known. */
export function waiting(ms: number | undefined, before = ''): string {
  if (ms === undefined) return '';
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  if (seconds < 60) return `${before}in ${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return `${before}in ${minutes < 60 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`}`;
}
