// Sends the unsent entries of one event from any page. What needs the scorer's decision waits for the event's desk.
import { ApiError, eventState } from '../lib/api';
import type { Asking } from '../lib/desk';
import { lockOf, Outbox } from '../lib/outbox';
import type { Status } from '../lib/wire';
import { isHeld, type Waiting } from '../score/goLive';
import { Sender } from '../score/sender';

const READ_AGAIN_MS = 3_000;
/** How often to look whether a match is live; the server tells only the clients that are in its room. */
const LOOK_AGAIN_MS = 10_000;

/** `held`: the match isn't live. `refused`: the server refused an entry. Both are for the scorer to decide. */
export type Standing = 'sending' | 'held' | 'refused';

export class Courier {
  readonly #eventId: string;
  readonly #tell: (standing: Standing) => void;
  readonly #abort = new AbortController();
  #status: Status | null = null;
  /** The server has no such event: it refuses the entries. */
  #isGone = false;
  #isOpen = false;
  #sender: Sender | null = null;
  #outbox: Outbox | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(desk: Asking, owner: string, eventId: string, tell: (standing: Standing) => void) {
    this.#eventId = eventId;
    this.#tell = tell;
    this.#start(desk, owner);
  }

  /** Reports whether the connection is open. The match's status may have changed meanwhile. */
  connected(isOpen: boolean): void {
    this.#isOpen = isOpen;
    if (isOpen) this.#readStatus();
    else this.#sender?.connected(false);
  }

  /** Takes the match's status. */
  became(status: Status): void {
    const isNews = status !== this.#status;
    this.#status = status;
    if (isNews) this.#sender?.send();
  }

  /** Sends what has been added. */
  send(): void {
    this.#sender?.send();
  }

  close(): void {
    this.#abort.abort();
    clearTimeout(this.#again);
    this.#sender?.stop();
    this.#outbox?.close();
  }

  async #start(desk: Asking, owner: string): Promise<void> {
    let outbox: Outbox;
    try {
      outbox = await Outbox.open(owner, this.#eventId);
    } catch {
      // The browser blocks storage: nothing can wait in it.
      return;
    }
    if (this.#abort.signal.aborted) return outbox.close();
    this.#outbox = outbox;
    const listener = {
      queue: () => undefined,
      holds: (entry: Waiting) => {
        const waits = isHeld(entry, this.#status, this.#isGone);
        if (this.#status !== null) {
          this.#tell(waits ? 'held' : 'sending');
          if (waits) this.#lookAgain(LOOK_AGAIN_MS);
        }
        return waits;
      },
      settled: () => undefined,
      blocked: () => this.#tell('refused'),
    };
    this.#sender = new Sender(desk, outbox, listener, lockOf(owner, this.#eventId));
    if (this.#isOpen) this.#sender.connected(true);
  }

  #lookAgain(after: number): void {
    clearTimeout(this.#again);
    if (!this.#abort.signal.aborted) this.#again = setTimeout(() => this.#readStatus(), after);
  }

  async #readStatus(): Promise<void> {
    clearTimeout(this.#again);
    try {
      const { event } = await eventState(this.#eventId, this.#abort.signal);
      this.#status = event.status;
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.#isGone = error instanceof ApiError && error.code === 'not_found';
      if (!this.#isGone) this.#lookAgain(READ_AGAIN_MS);
    }
    if (this.#isOpen) this.#sender?.connected(true);
  }
}
