// A person's messages on their way to the server: sent one at a time, in order, kept while offline, and retried after a
// rate limit. A message that may have arrived is never sent twice automatically.
import type { Answer, ErrorBody } from './wire';

export interface Item {
  key: number;
  text: string;
  /** `failed`: stays until the person retries or discards it. */
  state: 'waiting' | 'sending' | 'failed';
  error: ErrorBody | null;
}

/** The error of an item whose answer was lost. */
export const unanswered: ErrorBody = { code: 'unavailable', message: 'The connection broke. This message may have arrived.' };

/** Returns the answer; rejects if there is none. */
type Send = (text: string) => Promise<Answer<object>>;

export class Outgoing {
  #items: readonly Item[] = [];
  #open = false;
  #busy = false;
  #lastKey = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #send: Send;
  readonly #tell: (items: readonly Item[]) => void;

  constructor(send: Send, tell: (items: readonly Item[]) => void) {
    this.#send = send;
    this.#tell = tell;
  }

  add(text: string): void {
    this.#change([...this.#items, { key: ++this.#lastKey, text, state: 'waiting', error: null }]);
    this.#next();
  }

  /** Whether messages can be sent now. */
  set open(open: boolean) {
    this.#open = open;
    if (open) this.#next();
  }

  retry(key: number): void {
    this.#set(key, 'waiting', null);
    this.#next();
  }

  drop(key: number): void {
    this.#change(this.#items.filter((item) => item.key !== key));
    this.#next();
  }

  /** Stops sending. */
  close(): void {
    this.#open = false;
    clearTimeout(this.#timer);
  }

  async #next(): Promise<void> {
    clearTimeout(this.#timer);
    const item = this.#items.find(({ state }) => state === 'waiting');
    if (!this.#open || this.#busy || item === undefined) return;
    this.#busy = true;
    this.#set(item.key, 'sending', null);
    const error = await this.#try(item.text);
    this.#busy = false;
    if (error === null) {
      this.drop(item.key);
    } else if (error.code === 'rate_limited' && error.retryAfterMs !== undefined) {
      this.#set(item.key, 'waiting', error);
      this.#timer = setTimeout(() => this.#next(), error.retryAfterMs);
    } else {
      this.#set(item.key, 'failed', error);
      this.#next();
    }
  }

  async #try(text: string): Promise<ErrorBody | null> {
    try {
      const answer = await this.#send(text);
      return answer.ok ? null : answer.error;
    } catch {
      return unanswered;
    }
  }

  #set(key: number, state: Item['state'], error: ErrorBody | null): void {
    this.#change(this.#items.map((item) => (item.key === key ? { ...item, state, error } : item)));
  }

  #change(items: readonly Item[]): void {
    this.#items = items;
    this.#tell(items);
  }
}
