// Sentences for refusals: what happened, and what to do.
import { waiting } from './age';
import type { ErrorBody } from './wire';

/** A sentence for the person on the page. Codes that say too little on their own use the server's message. */
export function problemWords({ code, message, retryAfterMs, errorId }: ErrorBody): string {
  switch (code) {
    case 'unauthenticated':
      return 'You are signed out. Sign in again.';
    case 'session_replaced':
      return 'You signed in on another device. Sign in here again to continue.';
    case 'rate_limited':
      return `Too many requests. Try again${waiting(retryAfterMs, ' ') || ' later'}.`;
    case 'event_ended':
      return 'The event has ended.';
    case 'not_joined':
      return 'The page lost its connection to the event. Reload the page.';
    case 'unavailable':
      return `The server is not available. Try again${waiting(retryAfterMs, ' ') || ' in a moment'}.`;
    case 'internal':
      return `Something went wrong. Try again.${errorId ? ` If it happens again, report this error id: ${errorId}` : ''}`;
    default:
      return sentence(message);
  }
}

/** The server's messages start in lower case and have no full stop. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`;
}
