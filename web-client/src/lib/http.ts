// One HTTP call to the server, and its refusal as an error with the contract's code.
import type { Answer, ErrorBody } from './wire';

/** How long a call may take; the server answers a write within a few seconds, or refuses it. */
const ANSWER_WITHIN_MS = 15_000;

/** A refusal, in the words of the contract. Without an answer from the server the code is `unavailable`. */
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

/** Calls the server; fails with an `ApiError`, or as the signal wants it. */
export async function call<T>(path: string, { method = 'GET', body, token, signal }: Call = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (token) headers['authorization'] = `Bearer ${token}`;
  // By hand, as older phones do not join signals.
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
      // What a browser has kept may be a second old.
      cache: 'no-cache',
      body: body === undefined ? null : JSON.stringify(body),
      signal: abort.signal,
    });
    if (response.status === 204) return undefined as T;
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    answer = isJson ? await response.json() : null;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError({ code: 'unavailable', message: 'The server cannot be reached.' });
  } finally {
    clearTimeout(timer);
  }
  if (answer?.ok) return answer;
  throw new ApiError(answer?.error ?? { code: 'internal', message: `The server answered ${response.status}.` });
}
