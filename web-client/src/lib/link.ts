// The state of the connection, as the page shows it. Pure.
import type { Feed } from './feed';
import type { Status, ErrorBody } from './wire';

export type Phase = 'connecting' | 'live' | 'reconnecting' | 'behind' | 'ended' | 'refused';

/** The connection of one watched event. */
export interface Link {
  /** The socket is connected and `join` was answered. */
  joined: boolean;
  /** `join` was answered at least once since the page was opened. */
  everJoined: boolean;
  /** The server refused the join, and retrying would not help. */
  refusal: ErrorBody | null;
}

/** A broken connection outranks everything but a refusal, because the shown state may be old. */
export function phaseOf(link: Link, feed: Feed, status: Status | undefined): Phase {
  if (link.refusal !== null) return 'refused';
  if (!link.joined) return link.everJoined ? 'reconnecting' : 'connecting';
  if (feed.promised !== null) return 'behind';
  return status === 'ended' ? 'ended' : 'live';
}

/** Codes of temporary refusals; all others are final. */
const passing = new Set<ErrorBody['code']>(['rate_limited', 'unavailable', 'internal']);

/** The wait, in milliseconds, before sending the same message again; null if that is useless. */
export function retryDelay(error: ErrorBody): number | null {
  return passing.has(error.code) ? (error.retryAfterMs ?? 3_000) : null;
}
