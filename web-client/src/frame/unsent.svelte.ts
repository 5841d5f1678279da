// The unsent entries of this browser: what the bar on every page shows, and their sending while no desk of theirs is open here.
import { Desk, type DeskState } from '../lib/desk';
import { listUnsent, type Entry } from '../lib/outbox';
import { hearOfOutbox, unmarkUnsent } from '../lib/outboxNews';
import { Courier, type Standing } from './courier';

/** How long the desk of another tab has to send what was entered there. */
const OTHER_TAB_MS = 3_000;

/** The unsent entries of one event. */
export interface Queue {
  eventId: string;
  /** Null if no entry has it. */
  title: string | null;
  count: number;
  standing: Standing;
}

/** The account that is signed in on this page. */
export interface Sending {
  token: string;
  owner: string;
  mayScore: boolean;
}

/** The entries by event, in the order of their first entries. */
export function queuesOf(entries: readonly Entry[]): Omit<Queue, 'standing'>[] {
  const queues = new Map<string, Omit<Queue, 'standing'>>();
  for (const { eventId, title } of entries) {
    const known = queues.get(eventId);
    queues.set(eventId, { eventId, title: title ?? known?.title ?? null, count: (known?.count ?? 0) + 1 });
  }
  return [...queues.values()];
}

export class Unsent {
  queues = $state.raw<Queue[]>([]);
  /** The connection that sends them; null while there is nothing to send. */
  connection = $state<DeskState | null>(null);

  readonly #account: Sending | null;
  readonly #stop: (() => void)[];
  /** When each queue of another tab is this page's to send, by `performance.now()`. */
  readonly #due = new Map<string, number>();
  readonly #standings = new Map<string, Standing>();
  readonly #couriers = new Map<string, Courier>();
  #desk: Desk | null = null;
  /** The event whose desk is open on this page. It sends its own entries. */
  #at: string | null;
  #isReading = false;
  #isStale = false;
  #wait = OTHER_TAB_MS;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Without an account, the entries of all accounts are shown and none is sent. */
  constructor(account: Sending | null, at: string | null) {
    this.#account = account;
    this.#at = at;
    const shown = () => this.#read(0);
    document.addEventListener('visibilitychange', shown);
    this.#stop = [
      hearOfOutbox(() => this.#read(OTHER_TAB_MS)),
      () => document.removeEventListener('visibilitychange', shown),
    ];
    this.#read(0);
  }

  /** The page shows the desk of this event, or no desk. */
  visit(at: string | null): void {
    if (at === this.#at) return;
    for (const eventId of [at, this.#at]) if (eventId !== null) this.#forget(eventId);
    this.#at = at;
    this.#read(0);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const stop of this.#stop) stop();
    for (const eventId of this.#couriers.keys()) this.#forget(eventId);
    this.#desk?.close();
  }

  /** Reads the entries, again if they change meanwhile. New queues are due after `wait` milliseconds. */
  async #read(wait: number): Promise<void> {
    this.#isStale = true;
    this.#wait = Math.min(this.#wait, wait);
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#isStale && !this.#isClosed) {
        this.#isStale = false;
        const entries = await listUnsent();
        this.#take(entries, this.#wait);
        this.#wait = OTHER_TAB_MS;
      }
    } catch {
      // The browser blocks storage: nothing can wait in it.
    }
    this.#isReading = false;
  }

  #take(entries: readonly Entry[], wait: number): void {
    if (this.#isClosed) return;
    if (entries.length === 0) unmarkUnsent();
    const owner = this.#account?.owner;
    const found = queuesOf(entries.filter((entry) => owner === undefined || entry.owner === owner));
    const others = found.filter(({ eventId }) => eventId !== this.#at);
    const ids = new Set(others.map(({ eventId }) => eventId));
    for (const eventId of [...this.#due.keys()]) if (!ids.has(eventId)) this.#forget(eventId);
    const now = performance.now();
    for (const eventId of ids) if (!this.#due.has(eventId)) this.#due.set(eventId, now + wait);
    const isDue = ({ eventId }: { eventId: string }) => (this.#due.get(eventId) ?? 0) <= now;
    this.queues = others.filter(isDue).map((queue) => ({ ...queue, standing: this.#standings.get(queue.eventId) ?? 'sending' }));
    clearTimeout(this.#timer);
    if (!others.every(isDue)) this.#timer = setTimeout(() => this.#read(OTHER_TAB_MS), OTHER_TAB_MS);
    this.#send();
  }

  /** Connects while there is something to send, and not otherwise. */
  #send(): void {
    const account = this.#account;
    const ids = account?.mayScore ? this.queues.map(({ eventId }) => eventId) : [];
    if (account === null || ids.length === 0) {
      this.#desk?.close();
      this.#desk = null;
      this.connection = null;
      return;
    }
    this.#desk ??= this.#connect(account.token);
    for (const eventId of ids) {
      const known = this.#couriers.get(eventId);
      if (known) known.send();
      else {
        const courier = new Courier(this.#desk, account.owner, eventId, (standing) => this.#stands(eventId, standing));
        this.#couriers.set(eventId, courier);
        if (this.connection === 'open') courier.connected(true);
      }
    }
  }

  #connect(token: string): Desk {
    this.connection = 'connecting';
    const tell = (eventId: string, act: (courier: Courier) => void) => {
      const courier = this.#couriers.get(eventId);
      if (courier) act(courier);
    };
    return new Desk(token, {
      state: (state) => {
        this.connection = state;
        for (const courier of this.#couriers.values()) courier.connected(state === 'open');
      },
      pulse: ({ eventId, status }) => tell(eventId, (courier) => courier.became(status)),
    });
  }

  #stands(eventId: string, standing: Standing): void {
    this.#standings.set(eventId, standing);
    this.queues = this.queues.map((queue) => (queue.eventId === eventId ? { ...queue, standing } : queue));
  }

  #forget(eventId: string): void {
    this.#couriers.get(eventId)?.close();
    this.#couriers.delete(eventId);
    this.#standings.delete(eventId);
    this.#due.delete(eventId);
  }
}
