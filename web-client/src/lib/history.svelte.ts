// An event's log as a page shows it. It follows the feed, and reads earlier updates when they are asked for.
import type { Feed } from './feed';
import { afterFeed, afterPage, emptyLog, isWhole, unbroken } from './log';
import type { UpdatesAnswer } from './wire';

/** How many updates a read asks for. */
const PAGE = 200;

export class History {
  #log = $state.raw(emptyLog);
  /** Whether earlier updates were asked for. From then on nothing that was shown is dropped. */
  #keeps = false;
  #isClosed = false;
  #feed: Feed | null = null;
  readonly #read: (before: number, limit: number) => Promise<UpdatesAnswer>;
  isLoading = $state(false);
  /** The last read failed. */
  failed = $state(false);
  /** Newest first, without a gap. */
  readonly updates = $derived(unbroken(this.#log));
  /** Whether `updates` reach back to the first one. */
  readonly isWhole = $derived(isWhole(this.#log, this.updates));

  /** `read` reads a page of the log, newest first, of updates before a sequence number. */
  constructor(read: (before: number, limit: number) => Promise<UpdatesAnswer>) {
    this.#read = read;
  }

  follow(feed: Feed): void {
    const before = this.#feed;
    this.#feed = feed;
    // Pulses make new feeds of the same updates.
    if (feed.updates === before?.updates && feed.epoch === before.epoch && feed.seq === before.seq) return;
    this.#log = afterFeed(this.#log, feed, this.#keeps);
  }

  /** Whether the page is gone. Then nothing more is read. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
  }

  // Derived values stop changing once the page is gone, which may happen during a read. So reads use the log itself.

  /** Reads the page before the first update that is known. Says whether it brought any; false if closed. */
  async earlier(): Promise<boolean> {
    const known = unbroken(this.#log);
    if (this.#isClosed || this.isLoading || isWhole(this.#log, known)) return false;
    this.isLoading = true;
    this.#keeps = true;
    try {
      const { epoch, updates } = await this.#read(known.at(-1)?.seq ?? this.#log.seq + 1, PAGE);
      this.#log = afterPage(this.#log, epoch, updates);
      this.failed = false;
      return updates.length > 0 && !this.#isClosed;
    } catch {
      this.failed = true;
      return false;
    } finally {
      this.isLoading = false;
    }
  }

  /** Reads back to the first update, if there are at most `most`. */
  async whole(most: number): Promise<void> {
    if (this.#log.seq > most) return;
    while (await this.earlier());
  }
}
