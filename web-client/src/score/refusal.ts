// What the scorer's desk says when the server refuses an entry or a change of status.
import { problemWords } from '../lib/problem';
import type { ErrorBody } from '../lib/wire';

/** A heading that says what happened, and a sentence that says what to do. */
export function refusalOf(error: ErrorBody): { title: string; advice: string } {
  switch (error.code) {
    case 'forbidden':
      return { title: "You can't score this match", advice: 'Ask an administrator to assign you.' };
    case 'not_found':
      return { title: 'This match was removed', advice: 'These entries cannot be sent. Discard them.' };
    case 'event_ended':
      return { title: 'The event has ended', advice: 'Open it again to send these entries, or discard them.' };
    default:
      return { title: 'The server refused this entry', advice: problemWords(error) };
  }
}
