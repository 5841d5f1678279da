// HTTP calls to the server, and refusals as errors with the contract's codes.
import { learnFromDate } from './serverTime';
import type { Answer, ErrorBody } from './wire';

/** How long a call may take. The server answers or refuses a write within a few seconds. */
const ANSWER_WITHIN_MS = 15_000;

/** A refusal with the contract's error body. If the server did not answer, the code is `unavailable`. */
export class ApiError extends Error {
  readonly code: ErrorBody['code'];
  /** When to try again, in milliseconds from now. */
  readonly retryAfterMs: number | undefined;
  readonly body: ErrorBody;

  constructor(body: ErrorBody) {
    super(body.message);
    this.code = body.code;
    this.retryAfterMs = body.retryAfterMs;
    this.body = body;
  }
}

export interface Call {
  method?: 'GET' | 'POST';
  body?: unknown;
  token?: string | null;
  signal?: AbortSignal;
}

/** Calls the server. Rejects with an `ApiError`, or with the signal's error if the caller aborts. */
export async function call<T>(path: string, { method = 'GET', body, token, signal }: Call = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (token) headers['authorization'] = `Bearer ${token}`;
  // Older phones lack AbortSignal.any, so combine the signals by hand.
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ANSWER_WITHIN_MS);
  if (signal?.aborted) abort.abort();
  signal?.addEventListener('abort', () => abort.abort(), { once: true });
  let response: Response;
  let answer: Answer<T> | null;
  try {
    response = await fetch(path, {
      method,
      headers,
      // Revalidate: the browser's cached answer may be a second old.
      cache: 'no-cache',
      body: body === undefined ? null : JSON.stringify(body),
      signal: abort.signal,
    });
    learnFromDate(response.headers.get('date'));
    if (response.status === 204) return undefined as T;
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    answer = isJson ? await response.json() : null;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError({ code: 'unavailable', message: 'the server is unreachable' });
  } finally {
    clearTimeout(timer);
  }
  if (answer?.ok) return answer;
  throw new ApiError(answer?.error ?? { code: 'internal', message: `the server answered ${response.status}` });
}
