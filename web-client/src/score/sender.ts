// Sends the entries of the outbox one at a time, in order. Retries each with the same `opId` until it is answered.
import { Refused, Unanswered, type Asking } from '../lib/desk';
import type { Entry, Outbox } from '../lib/outbox';
import type { ErrorBody, Position } from '../lib/wire';

/** Codes of temporary refusals; all others need the scorer. */
const passing = new Set<ErrorBody['code']>(['rate_limited', 'unavailable', 'internal']);
const RETRY_MS = 2_000;

/** Reports the progress to the page. */
export interface SenderListener {
  /** The queue has changed. */
  queue: (entries: Entry[]) => void;
  /** Whether the entry must wait, and those after it with it. `send` asks again. */
  holds?: (entry: Entry) => boolean;
  /** The server accepted the entry at this position. */
  settled: (entry: Entry, position: Position) => void;
  /** The server refused the entry. Sending stops until the scorer decides. */
  blocked: (entry: Entry, error: ErrorBody) => void;
}

/** The queue of one event at one desk. */
export class Sender {
  readonly #desk: Asking;
  readonly #outbox: Outbox;
  readonly #listener: SenderListener;
  readonly #lock: string;
  #isOpen = false;
  #isBlocked = false;
  #isStopped = false;
  #isRunning = false;
  #isWanted = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** `lock` names the queue to the other tabs of this browser. */
  constructor(desk: Asking, outbox: Outbox, listener: SenderListener, lock: string) {
    this.#desk = desk;
    this.#outbox = outbox;
    this.#listener = listener;
    this.#lock = lock;
  }

  /** Reports whether the connection is open. */
  connected(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.send();
  }

  /** Continues after the scorer has decided about a refused entry. */
  unblock(): void {
    this.#isBlocked = false;
    this.send();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#retry);
  }

  /** Starts sending. */
  send(): void {
    clearTimeout(this.#retry);
    this.#isWanted = true;
    if (!this.#isRunning) this.#run();
  }

  /** Runs until no further run was requested meanwhile. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#isWanted) {
        this.#isWanted = false;
        await this.#sendAll();
      }
    } catch (error) {
      // The page was closed, and its outbox with it. The same `opId` is sent when the page opens again.
      if (!this.#isStopped) throw error;
    } finally {
      this.#isRunning = false;
    }
  }

  get #may(): boolean {
    return this.#isOpen && !this.#isBlocked && !this.#isStopped;
  }

  async #sendAll(): Promise<void> {
    while (this.#may) {
      const wait = await alone(this.#lock, () => this.#sendFirst());
      if (wait === null) return;
      if (wait > 0) {
        this.#retry = setTimeout(() => this.send(), wait);
        return;
      }
    }
    this.#listener.queue(await this.#outbox.list());
  }

  /** Sends the first entry. Returns the wait before the next in milliseconds, or null if nothing is left to send. */
  async #sendFirst(): Promise<number | null> {
    const entries = await this.#outbox.list();
    this.#listener.queue(entries);
    const [entry] = entries;
    if (entry === undefined || !this.#may || this.#listener.holds?.(entry)) return null;
    await this.#outbox.mark(entry.id);
    try {
      const position = await this.#ask(entry);
      await this.#outbox.settle(entry.id, position.seq);
      this.#listener.settled(entry, position);
      this.#listener.queue(await this.#outbox.list());
      return 0;
    } catch (error) {
      if (error instanceof Unanswered) return RETRY_MS;
      if (!(error instanceof Refused)) throw error;
      if (passing.has(error.error.code)) return error.error.retryAfterMs ?? RETRY_MS;
      this.#isBlocked = true;
      this.#listener.blocked(entry, error.error);
      return null;
    }
  }

  #ask({ eventId, data, opId, base, voids, reason }: Entry): Promise<Position> {
    // Only the first entry is sent, and its base is set: by `add`, or by the answer to the entry before it.
    const update = { eventId, data, opId, baseSeq: base ?? 0 };
    return voids === null
      ? this.#desk.ask('score', update)
      : this.#desk.ask('score:correct', { ...update, voids, reason: reason ?? '' });
  }
}

/**
 * Runs `act` in one tab at a time. Without the Web Locks API, which needs a secure context, two tabs may send the same
 * entry; its `opId` makes that harmless.
 */
async function alone<T>(name: string, act: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  return locks ? locks.request(name, act) : act();
}
