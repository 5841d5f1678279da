// What a scorer has entered and the server has not answered yet: kept in IndexedDB, so that it outlives a lost
// connection and a reload, and sent in the order of entry.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { JsonObject } from './wire';

/** What a scorer did, for the rules to play again on another state: its kind and its particulars. */
export type Tap = [kind: string, detail?: JsonObject];

/** One update or correction to be sent. */
export interface Draft {
  opId: string;
  /** The update's difference, as it is sent. */
  data: JsonObject;
  /** What the difference was made from; for a correction, what stands in place of the first voided update. */
  tap: Tap | null;
  /** What it takes back; an update takes back nothing. */
  voids: number[] | null;
  reason: string | null;
  /** In words, for the list of what waits. */
  label: string;
  at: number;
}

export interface Entry extends Draft {
  /** The order of entry; made by the database. */
  id: number;
  owner: string;
  eventId: string;
  /** The `seq` that it was entered upon; null while the entry before it is not answered. */
  base: number | null;
  /** It was sent at least once: the server may have it. */
  tried: boolean;
}

interface Schema extends DBSchema {
  entries: { key: number; value: Entry; indexes: { queue: [string, string] } };
}

/** The entries of one account for one event. */
export class Outbox {
  readonly #database: IDBPDatabase<Schema>;
  readonly #owner: string;
  readonly #eventId: string;

  private constructor(database: IDBPDatabase<Schema>, owner: string, eventId: string) {
    this.#database = database;
    this.#owner = owner;
    this.#eventId = eventId;
  }

  /** `owner` is the account: what one person entered is never sent as another. */
  static async open(owner: string, eventId: string): Promise<Outbox> {
    const database = await openDB<Schema>('touchline-outbox', 1, {
      upgrade(opened) {
        const entries = opened.createObjectStore('entries', { keyPath: 'id', autoIncrement: true });
        entries.createIndex('queue', ['owner', 'eventId']);
      },
    });
    return new Outbox(database, owner, eventId);
  }

  /** Everything that waits, oldest first. */
  list(): Promise<Entry[]> {
    return this.#database.getAllFromIndex('entries', 'queue', [this.#owner, this.#eventId]);
  }

  /** Adds an entry behind the others. `known` is the event's `seq` where nothing else waits. */
  async add(draft: Draft, known: number): Promise<void> {
    const change = this.#database.transaction('entries', 'readwrite');
    const waiting = await change.store.index('queue').count([this.#owner, this.#eventId]);
    const entry: Omit<Entry, 'id'> = {
      ...draft,
      owner: this.#owner,
      eventId: this.#eventId,
      base: waiting === 0 ? known : null,
      tried: false,
    };
    await change.store.add(entry as Entry);
    await change.done;
  }

  /** It is about to be sent. */
  async mark(id: number): Promise<void> {
    const change = this.#database.transaction('entries', 'readwrite');
    const entry = await change.store.get(id);
    if (entry) await change.store.put({ ...entry, tried: true });
    await change.done;
  }

  /** It was answered with `seq`, which the next one then follows. */
  async settle(id: number, seq: number): Promise<void> {
    const change = this.#database.transaction('entries', 'readwrite');
    const settled = await change.store.get(id);
    await change.store.delete(id);
    const queue = await change.store.index('queue').getAll([this.#owner, this.#eventId]);
    const next = queue[0];
    if (settled && next && next.id > id) await change.store.put({ ...next, base: seq });
    await change.done;
  }

  /** Takes the last entry back, if it was never sent. Whether it did. */
  async takeBack(id: number): Promise<boolean> {
    const change = this.#database.transaction('entries', 'readwrite');
    const queue = await change.store.index('queue').getAll([this.#owner, this.#eventId]);
    const last = queue.at(-1);
    const may = last !== undefined && last.id === id && !last.tried;
    if (may) await change.store.delete(id);
    await change.done;
    return may;
  }

  /** Puts others in place of everything that waits, to be sent upon `base`. */
  async replace(drafts: Draft[], base: number): Promise<void> {
    const change = this.#database.transaction('entries', 'readwrite');
    const queue = await change.store.index('queue').getAllKeys([this.#owner, this.#eventId]);
    for (const id of queue) await change.store.delete(id);
    for (const [index, draft] of drafts.entries()) {
      const place = { owner: this.#owner, eventId: this.#eventId, base: index === 0 ? base : null, tried: false };
      await change.store.add({ ...draft, ...place } as Entry);
    }
    await change.done;
  }

  close(): void {
    this.#database.close();
  }
}
