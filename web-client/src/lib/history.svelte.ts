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
  readonly #read: (before: number, limit: number) => Promise<UpdatesAnswer>;
  isLoading = $state(false);
  /** The last read failed. */
  failed = $state(false);
  /** Newest first, without a gap. */
  readonly updates = $derived(unbroken(this.#log));
  /** Whether `updates` reach back to the first one. */
  readonly isWhole = $derived(isWhole(this.#log));

  /** `read` reads a page of the log, newest first, of updates before a sequence number. */
  constructor(read: (before: number, limit: number) => Promise<UpdatesAnswer>) {
    this.#read = read;
  }

  follow(feed: Feed): void {
    this.#log = afterFeed(this.#log, feed, this.#keeps);
  }

  /** Reads the page before the first update that is known. Says whether it brought any. */
  async earlier(): Promise<boolean> {
    if (this.isWhole || this.isLoading) return false;
    this.isLoading = true;
    this.#keeps = true;
    const before = this.updates.at(-1)?.seq ?? this.#log.seq + 1;
    try {
      const { epoch, updates } = await this.#read(before, PAGE);
      this.#log = afterPage(this.#log, epoch, updates);
      this.failed = false;
      return updates.length > 0;
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
    while (!this.isWhole && (await this.earlier()));
  }
}
