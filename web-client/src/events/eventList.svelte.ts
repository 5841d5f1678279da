// The list of events on the first page: pages of the server's list, kept current by its live feed, or by reading the first
// page again while there is no feed. It does not join events, so people who look at it do not count as viewers.
import { eventState, listPage } from '../lib/api';
import type { Connection } from '../lib/connection';
import { watchList } from '../lib/listFeed';
import { afterList, type Scores } from '../lib/scores';
import type { EventsAnswer } from '../lib/wire';
import { feedQuery, isOnDay, pageQuery, type EventFilter } from '../lib/eventFilter';
import { afterChanges, afterPage, afterRefresh, isUnsettled, listingOf, revealed, settled, type Listing } from './listing';

/** Events in a page. With summaries that is some 20 kB, and far less compressed. */
const PAGE = 30;
const REFRESH_MS = 5_000;

export class EventList {
  listing = $state.raw<Listing | null>(null);
  /** The states of events without a summary. */
  scores = $state.raw<Scores>({});
  /** The last read of the first page failed. */
  failed = $state(false);
  isLoadingMore = $state(false);
  moreFailed = $state(false);

  readonly #filter: EventFilter;
  readonly #abort = new AbortController();
  readonly #unwatch: () => void;
  /** Whether a card is under a finger, the pointer or the focus. */
  readonly #isHeld: () => boolean;
  #isFed = false;
  #isStill = true;
  /** What to do when the page is still again. */
  #queue: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isScoring = false;
  #isStale = false;

  constructor(connection: Connection, filter: EventFilter, isHeld: () => boolean) {
    this.#filter = filter;
    this.#isHeld = isHeld;
    const { signal } = this.#abort;
    this.#read();
    document.addEventListener('visibilitychange', () => this.#read(), { signal });
    this.#unwatch = watchList(connection, { ...feedQuery(filter), limit: PAGE }, {
      started: (page) => {
        this.#isFed = true;
        this.failed = false;
        // With a day, the feed's page is not the list's page.
        if (filter.day === '') this.#take(page);
      },
      changed: ({ changed, removed }) =>
        this.#whenStill(() => {
          const fitting = changed.filter(({ startsAt }) => isOnDay(filter, startsAt));
          this.#show(this.listing && afterChanges(this.listing, fitting, removed));
        }),
      stopped: () => {
        this.#isFed = false;
        this.#later();
      },
    });
  }

  close(): void {
    this.#abort.abort();
    clearTimeout(this.#timer);
    this.#unwatch();
  }

  /** The page is still, or it is not: then nothing changes on it. */
  still(isStill: boolean): void {
    this.#isStill = isStill;
    if (!isStill) return;
    for (const act of this.#queue.splice(0)) act();
    this.settle();
  }

  /** Moves events to their sections, unless one could be touched just now. */
  settle(): void {
    if (this.listing && this.#isStill && isUnsettled(this.listing) && !this.#isHeld()) this.listing = settled(this.listing);
  }

  /** Shows the new events. Returns the id of the first one. */
  reveal(): string | null {
    if (this.listing === null) return null;
    const ids = new Set(this.listing.fresh.map(({ eventId }) => eventId));
    this.#show(revealed(this.listing));
    return this.listing.entries.find(({ event }) => ids.has(event.eventId))?.event.eventId ?? null;
  }

  /** Reads the next page. */
  async more(): Promise<void> {
    const after = this.listing?.next ?? null;
    if (after === null || this.isLoadingMore) return;
    this.isLoadingMore = true;
    try {
      const page = await this.#page(after);
      // Pages go to the end, so they move nothing.
      if (this.listing?.next === after) this.#show(afterPage(this.listing, page));
      this.moreFailed = false;
    } catch {
      this.moreFailed = !this.#abort.signal.aborted;
    }
    this.isLoadingMore = false;
  }

  /** Reads the first page, and again every few seconds while there is no feed. */
  async #read(): Promise<void> {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    try {
      const page = await this.#page(null);
      this.failed = false;
      // The feed may have started meanwhile, with a newer page.
      if (!this.#isFed || this.listing === null || this.#filter.day !== '') this.#take(page);
    } catch {
      this.failed = !this.#abort.signal.aborted && !this.#isFed;
    }
    this.#later();
  }

  #later(): void {
    clearTimeout(this.#timer);
    const isNeeded = !this.#isFed || this.listing === null;
    if (isNeeded && !this.#abort.signal.aborted) this.#timer = setTimeout(() => this.#read(), REFRESH_MS);
  }

  /** A list that is empty has nothing that could move. */
  #take(page: EventsAnswer): void {
    if (this.listing === null || this.listing.entries.length === 0) return this.#show(listingOf(page));
    this.#whenStill(() => this.#show(this.listing && afterRefresh(this.listing, page)));
  }

  #whenStill(act: () => void): void {
    if (this.#isStill) act();
    else this.#queue.push(act);
  }

  #show(listing: Listing | null): void {
    if (listing === null || this.#abort.signal.aborted) return;
    // A first event moves nothing either.
    this.listing = listing.entries.length === 0 ? revealed(listing) : listing;
    this.settle();
    this.#readScores();
  }

  async #readScores(): Promise<void> {
    this.#isStale = true;
    if (this.#isScoring) return;
    this.#isScoring = true;
    // Lists that arrive meanwhile are read next.
    while (this.#isStale && !this.#abort.signal.aborted) {
      this.#isStale = false;
      const events = (this.listing?.entries ?? []).map(({ event }) => event);
      const scores = await afterList(this.scores, events, async (eventId) => (await eventState(eventId, this.#abort.signal)).snapshot);
      if (Object.keys(scores).length > 0) this.scores = scores;
    }
    this.#isScoring = false;
  }

  #page(after: string | null): Promise<EventsAnswer> {
    return listPage(pageQuery(this.#filter, PAGE, after), this.#abort.signal);
  }
}
