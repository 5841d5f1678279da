// The HTTP calls that the pages make: with the token of who is signed in, and fed back to the session.
import { call } from './http';
import type { Call } from './http';
import { allEvents, readPart, type LogPart } from './pages';
import { session } from './session.svelte';
import type { Challenge, CrowdStats, EventState, EventSummary, LeaderboardAnswer, VerifyAnswer } from './wire';

export { ApiError } from './http';

export function signUp(email: string, name: string): Promise<Challenge> {
  return call('/api/auth/signup', { method: 'POST', body: { email, name } });
}

export function logIn(email: string): Promise<Challenge> {
  return call('/api/auth/login', { method: 'POST', body: { email } });
}

export function verify(challengeId: string, code: string): Promise<VerifyAnswer> {
  return call('/api/auth/verify', { method: 'POST', body: { challengeId, code, device: session.device } });
}

export function listEvents(signal: AbortSignal): Promise<EventSummary[]> {
  return allEvents((after) => ask(`/api/events${after === null ? '' : `?after=${encodeURIComponent(after)}`}`, { signal }));
}

/** An event with its state; `snapshot` is null before the first update. */
export function eventState(eventId: string, signal: AbortSignal): Promise<EventState> {
  return ask(pathOf(eventId), { signal });
}

/** The updates of an event's log that follow `after`, at most `limit`. */
export function listUpdates(eventId: string, after: number, limit: number): Promise<LogPart> {
  return readPart((from, count) => ask(`${pathOf(eventId)}/updates?after=${from}&limit=${count}`), after, limit);
}

/** The ten best of an event, or overall; who is signed in learns the own rank. */
export function leaderboard(eventId: string | null, signal?: AbortSignal): Promise<LeaderboardAnswer> {
  const path = eventId === null ? '/api/leaderboard' : `${pathOf(eventId)}/leaderboard`;
  return ask(path, signal ? { signal } : {});
}

/** Who watched an event; for operators. */
export function eventStats(eventId: string): Promise<CrowdStats> {
  return ask(`${pathOf(eventId)}/stats`);
}

function pathOf(eventId: string): string {
  return `/api/events/${encodeURIComponent(eventId)}`;
}

/** A call by whoever is signed in now. */
async function ask<T>(path: string, options: Call = {}): Promise<T> {
  const { token } = session;
  try {
    return await call<T>(path, { ...options, token });
  } catch (error) {
    session.learnFrom(error, token);
    throw error;
  }
}
