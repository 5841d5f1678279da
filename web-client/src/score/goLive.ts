// Updates of a match that isn't live: they wait on this device until the scorer has said what to do.
import type { Entry } from '../lib/outbox';
import type { Status } from '../lib/wire';

export type Waiting = Pick<Entry, 'voids' | 'tried'>;

/**
 * Whether an entry waits until its match is live. Corrections do not wait, because the server takes them at any time; nor do
 * entries that were sent before and got no answer, because the server may have them.
 */
function waitsForLive({ voids, tried }: Waiting, status: Status): boolean {
  return status !== 'live' && voids === null && !tried;
}

/**
 * Whether an entry is held back. Until the status is known (null), nobody knows whether the match is live; but the entries of a match
 * that is gone are sent, and refused.
 */
export function isHeld(entry: Waiting, status: Status | null, isGone: boolean): boolean {
  return status === null ? !isGone : waitsForLive(entry, status);
}

/** The entries of a queue that wait until the match is live. They are sent in order, so one holds those after it. */
export function held<One extends Waiting>(queue: readonly One[], status: Status): One[] {
  const first = queue.findIndex((entry) => waitsForLive(entry, status));
  return first === -1 ? [] : queue.slice(first);
}

export interface Question {
  title: string;
  /** Why the entries wait. */
  why: string;
  /** The words of the button that makes the match live; null if this account can't. */
  yes: string | null;
}

/** The question to ask before an update of a match with this status is sent; null for a live match. */
export function questionOf(status: Status, isAdmin: boolean): Question | null {
  switch (status) {
    case 'live':
      return null;
    case 'scheduled':
      return { title: 'Go live?', why: 'This match isn’t live yet.', yes: 'Go live and send' };
    case 'paused':
      return { title: 'Resume the match?', why: 'This match is paused.', yes: 'Resume and send' };
    case 'ended':
      return isAdmin
        ? { title: 'Reopen the match?', why: 'This match has ended.', yes: 'Reopen and send' }
        : { title: 'This match has ended', why: 'Only an administrator can reopen it.', yes: null };
  }
}
