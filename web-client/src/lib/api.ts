// The pages' HTTP calls. They send the session's token, and end the session if the server rejects it.
import { call } from './http';
import type { Call } from './http';
import { readPart, type LogPart } from './pages';
import { session } from './session.svelte';
import type { Challenge, EventsAnswer, EventState, LeaderboardAnswer, UpdatesAnswer, VerifyAnswer } from './wire';

export { ApiError } from './http';

export function signUp(email: string, name: string): Promise<Challenge> {
  return call('/api/auth/signup', { method: 'POST', body: { email, name } });
}

export function logIn(email: string): Promise<Challenge> {
  return call('/api/auth/login', { method: 'POST', body: { email } });
}

/** With `ask` the server refuses, and keeps the code valid, if another device used a desk within two minutes. */
export function verify(challengeId: string, code: string, ask: boolean): Promise<VerifyAnswer> {
  return call('/api/auth/verify', { method: 'POST', body: { challengeId, code, device: session.device, ...(ask ? { ask } : {}) } });
}

/** A page of the list of events. `query` holds its filters. */
export function listPage(query: string, signal: AbortSignal): Promise<EventsAnswer> {
  return ask(`/api/events?${query}`, { signal });
}

/** An event and its state. `snapshot` is null before the first update. */
export function eventState(eventId: string, signal: AbortSignal): Promise<EventState> {
  return ask(pathOf(eventId), { signal });
}

/** At most `limit` updates from an event's log, after sequence number `after`. */
export function listUpdates(eventId: string, after: number, limit: number): Promise<LogPart> {
  return readPart((from, count) => ask(`${pathOf(eventId)}/updates?after=${from}&limit=${count}`), after, limit);
}

/** At most `limit` updates from an event's log, newest first, before sequence number `before`. */
export function listEarlier(eventId: string, before: number, limit: number): Promise<UpdatesAnswer> {
  return ask(`${pathOf(eventId)}/updates?before=${before}&limit=${limit}`);
}

/** The top ten of a competition, or overall if it is null. Includes the rank of the signed-in user. */
export function boardOf(competition: string | null, signal: AbortSignal): Promise<LeaderboardAnswer> {
  return ask(`/api/leaderboard${competition === null ? '' : `?competition=${encodeURIComponent(competition)}`}`, { signal });
}

function pathOf(eventId: string): string {
  return `/api/events/${encodeURIComponent(eventId)}`;
}

/** A call with the current session's token. */
async function ask<T>(path: string, options: Call = {}): Promise<T> {
  const { token } = session;
  try {
    return await call<T>(path, { ...options, token });
  } catch (error) {
    session.learnFrom(error, token);
    throw error;
  }
}
