// The state of the reviewer's desk: the live queue, and the reviewer's decisions.
import { eventState } from '../lib/api';
import { Desk, Refused, wordsFor, type DeskState } from '../lib/desk';
import type { Case } from '../protocol/Case';
import type { Decision } from '../protocol/Decision';
import { selectionAfter, step, withCases, withoutCase, wordOf, type Queue } from './queue';

export class Reviewing {
  queue = $state.raw<Queue>([]);
  selected = $state<string | null>(null);
  connection = $state<DeskState>('connecting');
  refusal = $state<string | null>(null);
  /** The list has been read at least once. */
  isRead = $state(false);
  /** The server has more reviews than were read. */
  hasMore = $state(false);
  isDeciding = $state(false);
  /** The last message: what was decided, here or by another reviewer. */
  word = $state('');
  problem = $state('');
  titles = $state.raw<ReadonlyMap<string, string>>(new Map());

  readonly review = $derived(this.queue.find(({ id }) => id === this.selected) ?? null);

  readonly #desk: Desk;
  readonly #me: string;
  readonly #abort = new AbortController();
  #next: string | null = null;

  constructor(token: string, me: string) {
    this.#me = me;
    this.#desk = new Desk(token, {
      state: (state, refusal) => {
        [this.connection, this.refusal] = [state, refusal];
        if (state === 'open') this.#readAgain();
      },
      'review:new': (review) => this.#add([review]),
      'review:decided': (review) => {
        if (!this.queue.some(({ id }) => id === review.id)) return;
        this.#drop(review.id);
        this.word = wordOf(review, this.#me);
      },
    });
  }

  close(): void {
    this.#abort.abort();
    this.#desk.close();
  }

  select(id: string): void {
    this.selected = id;
  }

  step(by: number): void {
    this.selected = step(this.queue, this.selected, by);
  }

  /** Returns whether this decision counts, not another reviewer's. */
  async decide(decision: Decision, note: string): Promise<boolean> {
    const { review } = this;
    if (review === null || this.isDeciding) return false;
    this.isDeciding = true;
    this.problem = '';
    try {
      const answer = await this.#desk.ask('review:decide', {
        reviewId: review.id,
        decision,
        ...(note.trim() === '' ? {} : { note: note.trim() }),
      });
      this.#drop(review.id);
      this.word = wordOf(answer.review, this.#me);
      return true;
    } catch (error) {
      this.#refused(review, error);
      return false;
    } finally {
      this.isDeciding = false;
    }
  }

  /** Reads the next page of the list. */
  async readMore(): Promise<void> {
    try {
      const { reviews, next } = await this.#desk.ask('review:list', {
        status: 'pending',
        ...(this.#next === null ? {} : { after: this.#next }),
      });
      this.#add(reviews);
      this.#next = next;
      this.hasMore = next !== null;
      this.isRead = true;
      this.problem = '';
    } catch (error) {
      this.problem = wordsFor(error);
    }
  }

  /** After a reconnect the list starts again, because reviews may have been decided meanwhile. */
  async #readAgain(): Promise<void> {
    const { selected } = this;
    this.#next = null;
    this.queue = [];
    await this.readMore();
    if (this.queue.some(({ id }) => id === selected)) this.selected = selected;
  }

  /** Reads the title of a case's event, for the page. */
  async readTitle(eventId: string): Promise<void> {
    if (this.titles.has(eventId)) return;
    try {
      const { event } = await eventState(eventId, this.#abort.signal);
      this.titles = new Map([...this.titles, [eventId, event.title]]);
    } catch {
      // The page shows the event's id instead.
    }
  }

  #refused(review: Case, error: unknown): void {
    if (error instanceof Refused && error.error.code === 'conflict' && error.error.decision) {
      this.#drop(review.id);
      const decided = error.error.decision === 'approve' ? 'approved' : 'rejected';
      this.word = `Another reviewer was first: the ${review.points} points for ${review.player.name} were ${decided}.`;
    } else {
      this.problem = wordsFor(error);
    }
  }

  #add(cases: readonly Case[]): void {
    this.queue = withCases(this.queue, cases);
    this.selected ??= this.queue[0]?.id ?? null;
  }

  #drop(id: string): void {
    this.selected = selectionAfter(this.queue, this.selected, id);
    this.queue = withoutCase(this.queue, id);
  }
}
