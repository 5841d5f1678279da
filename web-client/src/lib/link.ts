// The state of the connection, in the words that are shown for it. Pure.
import type { Feed } from './feed';
import type { Status, ErrorBody } from './wire';

export type Phase = 'connecting' | 'live' | 'reconnecting' | 'behind' | 'ended' | 'refused';

/** What is known of one joined event's connection. */
export interface Link {
  /** The socket is connected and `join` was answered. */
  joined: boolean;
  /** `join` was answered at least once since the page was opened. */
  everJoined: boolean;
  /** The server said no, and asking again would not help. */
  refusal: ErrorBody | null;
}

/** A broken connection comes before everything else: what is shown may then be old. */
export function phaseOf(link: Link, feed: Feed, status: Status | undefined): Phase {
  if (link.refusal !== null) return 'refused';
  if (!link.joined) return link.everJoined ? 'reconnecting' : 'connecting';
  if (feed.promised !== null) return 'behind';
  return status === 'ended' ? 'ended' : 'live';
}

/** Answers that a client can outwait; all others are final. */
const passing = new Set<ErrorBody['code']>(['rate_limited', 'unavailable', 'internal']);

/** How long to wait before the same message is sent again; null where that is useless. */
export function retryDelay(error: ErrorBody): number | null {
  return passing.has(error.code) ? (error.retryAfterMs ?? 3_000) : null;
}
