// The HTTP calls that the pages make.
import type { Answer, EventSummary, UpdatesAnswer } from './wire';

/** An answer that is not `ok`, or none at all. */
export class ApiError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export async function listEvents(signal: AbortSignal): Promise<EventSummary[]> {
  const { events } = await get<{ events: EventSummary[] }>('/api/events', signal);
  return events;
}

/** The part of an event's log that follows `after`. */
export async function listUpdates(eventId: string, after: number, limit: number): Promise<UpdatesAnswer> {
  return get(`/api/events/${encodeURIComponent(eventId)}/updates?after=${after}&limit=${limit}`);
}

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, { headers: { accept: 'application/json' }, signal: signal ?? null });
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  const answer: Answer<T> | null = isJson ? await response.json() : null;
  if (answer?.ok) return answer;
  throw new ApiError(answer?.error.code ?? 'internal', answer?.error.message ?? response.statusText);
}
