// A scorer's entries that the server has not answered yet. They are kept in IndexedDB, so they survive a lost connection
// and a reload, and are sent in the order of entry.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { markUnsent, tellOfOutbox } from './outboxNews';
import type { JsonObject } from './wire';

/** A scorer's action. The rules can replay it on another state. */
export type Tap = [kind: string, detail?: JsonObject];

/** One update or correction to send. */
export interface Draft {
  opId: string;
  /** The merge patch to send. */
  data: JsonObject;
  /** The tap that the patch was computed from. For a correction: the tap that replaces the first voided update. */
  tap: Tap | null;
  /** The `seq`s that a correction voids; null for an update. */
  voids: number[] | null;
  reason: string | null;
  /** A short description, for the list of waiting entries. */
  label: string;
  at: number;
}

export interface Entry extends Draft {
  /** The order of entry, assigned by the database. */
  id: number;
  owner: string;
  eventId: string;
  /** The `seq` that the entry is based on; null until the entry before it is answered. */
  base: number | null;
  /** Sent at least once, so the server may have it. */
  tried: boolean;
  /** The event's title, for pages that have not read the event. Entries of version 0.2 have none. */
  title?: string;
}

interface Schema extends DBSchema {
  entries: { key: number; value: Entry; indexes: { queue: [string, string] } };
}

function openDatabase(): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>('touchline-outbox', 1, {
    upgrade(opened) {
      const entries = opened.createObjectStore('entries', { keyPath: 'id', autoIncrement: true });
      entries.createIndex('queue', ['owner', 'eventId']);
    },
  });
}

/** The waiting entries of all accounts and events, oldest first. */
export async function listUnsent(): Promise<Entry[]> {
  const database = await openDatabase();
  try {
    return await database.getAll('entries');
  } finally {
    database.close();
  }
}

/** The name of the Web Lock that the sender of a queue holds, so that one tab sends at a time. */
export function lockOf(owner: string, eventId: string): string {
  return `touchline-outbox ${owner} ${eventId}`;
}

/** The entries of one account for one event. */
export class Outbox {
  /** The event's title, kept with new entries. */
  title: string | null = null;
  readonly #database: IDBPDatabase<Schema>;
  readonly #owner: string;
  readonly #eventId: string;

  private constructor(database: IDBPDatabase<Schema>, owner: string, eventId: string) {
    this.#database = database;
    this.#owner = owner;
    this.#eventId = eventId;
  }

  /** `owner` is the account id, so that one person's entries are never sent as another's. */
  static async open(owner: string, eventId: string): Promise<Outbox> {
    return new Outbox(await openDatabase(), owner, eventId);
  }

  /** All waiting entries, oldest first. */
  list(): Promise<Entry[]> {
    return this.#database.getAllFromIndex('entries', 'queue', [this.#owner, this.#eventId]);
  }

  /** Appends an entry. `known` is the event's `seq`; it becomes the base if nothing else waits. */
  async add(draft: Draft, known: number): Promise<void> {
    const change = this.#database.transaction('entries', 'readwrite');
    const waiting = await change.store.index('queue').count([this.#owner, this.#eventId]);
    const entry: Omit<Entry, 'id'> = {
      ...draft,
      ...this.#place,
      base: waiting === 0 ? known : null,
      tried: false,
    };
    await change.store.add(entry as Entry);
    markUnsent();
    await change.done;
    tellOfOutbox();
  }

  /** Marks an entry as about to be sent. */
  async mark(id: number): Promise<void> {
    const change = this.#database.transaction('entries', 'readwrite');
    const entry = await change.store.get(id);
    if (entry) await change.store.put({ ...entry, tried: true });
    await change.done;
  }

  /** Removes an entry that the server accepted as `seq`. The next entry is then based on `seq`. */
  async settle(id: number, seq: number): Promise<void> {
    const change = this.#database.transaction('entries', 'readwrite');
    const settled = await change.store.get(id);
    await change.store.delete(id);
    const queue = await change.store.index('queue').getAll([this.#owner, this.#eventId]);
    const next = queue[0];
    if (settled && next && next.id > id) await change.store.put({ ...next, base: seq });
    await change.done;
    tellOfOutbox();
  }

  /** Removes the last entry if it was never sent. Returns whether it did. */
  async takeBack(id: number): Promise<boolean> {
    const change = this.#database.transaction('entries', 'readwrite');
    const queue = await change.store.index('queue').getAll([this.#owner, this.#eventId]);
    const last = queue.at(-1);
    const may = last !== undefined && last.id === id && !last.tried;
    if (may) await change.store.delete(id);
    await change.done;
    tellOfOutbox();
    return may;
  }

  /** Replaces all waiting entries with `drafts`, based on `base`. */
  async replace(drafts: Draft[], base: number): Promise<void> {
    const change = this.#database.transaction('entries', 'readwrite');
    const queue = await change.store.index('queue').getAllKeys([this.#owner, this.#eventId]);
    for (const id of queue) await change.store.delete(id);
    for (const [index, draft] of drafts.entries()) {
      const place = { ...this.#place, base: index === 0 ? base : null, tried: false };
      await change.store.add({ ...draft, ...place } as Entry);
    }
    await change.done;
    tellOfOutbox();
  }

  get #place(): Pick<Entry, 'owner' | 'eventId' | 'title'> {
    return { owner: this.#owner, eventId: this.#eventId, ...(this.title === null ? {} : { title: this.title }) };
  }

  close(): void {
    this.#database.close();
  }
}
