// One event at a desk, as the server has it: read over HTTP at the start, after a break and after a gap, and kept current by
// messages.
import { wordsFor, type DeskListener } from '../lib/desk';
import { ApiError } from '../lib/http';
import type { EventInfo, LoggedUpdate, Viewers } from '../lib/wire';
import { isWhole, noHistory, readEvent, readHistory, readWhole, withUpdate, type History } from './history';

const READ_AGAIN_MS = 3_000;
/** How many updates of other desks are kept. */
const MOST_OTHERS = 20;

export interface FollowerListener {
  /** The event as it is now. `isNews`: its status is another one. */
  known: (event: EventInfo, isNews: boolean) => void;
  /** The server has no such event. */
  gone: () => void;
  /** Whether an update is one of this desk's: they arrive as messages, often before their answers. */
  isOurs: (update: LoggedUpdate) => boolean;
}

export class Follower {
  /** Null until it is read, and once it is gone. */
  event = $state.raw<EventInfo | null>(null);
  viewers = $state.raw<Viewers | null>(null);
  history = $state.raw<History>(noHistory);
  /** Why the event can't be shown; null if it can. */
  failure = $state<string | null>(null);
  /** Updates by other scorers since the page opened, oldest first. */
  others = $state.raw<LoggedUpdate[]>([]);
  isGone = false;

  readonly #eventId: string;
  readonly #listener: FollowerListener;
  #isClosed = false;
  #reading: Promise<void> | null = null;
  #isStale = false;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(eventId: string, listener: FollowerListener) {
    this.#eventId = eventId;
    this.#listener = listener;
  }

  /** The messages of a desk's connection that tell of the event. */
  get messages(): Pick<DeskListener, 'score' | 'event' | 'pulse'> {
    return {
      score: (data, meta) => {
        if (meta.eventId !== this.#eventId) return;
        if (meta.kind === 'snapshot') return this.read();
        const { seq, kind, at, voids, reason } = meta;
        this.take(meta.epoch, { seq, kind, data, at, ...(voids ? { voids } : {}), ...(reason ? { reason } : {}) });
      },
      event: (event) => {
        if (event.eventId === this.#eventId && Object.hasOwn(event, 'deleted')) this.read();
      },
      pulse: (pulse) => {
        if (pulse.eventId !== this.#eventId || this.event === null) return;
        this.viewers = pulse.viewers;
        this.#know({ ...this.event, status: pulse.status });
      },
    };
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#again);
  }

  /** Takes the event from the answer to a change. */
  became(event: EventInfo): void {
    this.#know(event);
    // A read that began before the change may still bring the old status.
    if (this.#reading) this.read();
  }

  take(epoch: string, update: LoggedUpdate): void {
    const { seq } = this.history;
    const next = withUpdate(this.history, epoch, update);
    if (next === null) {
      this.read();
      return;
    }
    if (update.seq > seq) this.#hear([update]);
    this.history = next;
  }

  /** Reads the event again. */
  read(): Promise<void> {
    if (this.#reading) this.#isStale = true;
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** Completes the log back to the first update. */
  async readWhole(): Promise<void> {
    const { history } = this;
    if (isWhole(history)) return;
    const whole = await readWhole(this.#eventId, history);
    // Keep the updates that arrived meanwhile.
    const later = this.history.log.filter(({ seq }) => seq > whole.seq);
    this.history = { ...this.history, log: [...whole.log, ...later] };
  }

  #know(event: EventInfo): void {
    const isNews = event.status !== this.event?.status;
    this.event = event;
    this.#listener.known(event, isNews);
  }

  #hear(updates: readonly LoggedUpdate[]): void {
    const theirs = updates.filter((update) => !this.#listener.isOurs(update));
    if (theirs.length > 0) this.others = [...this.others, ...theirs].slice(-MOST_OTHERS);
  }

  /** Reads until no further read was requested meanwhile, because that one may be newer. */
  async #readAll(): Promise<void> {
    do {
      this.#isStale = false;
      await this.#readOnce();
    } while (this.#isStale && !this.#isClosed);
  }

  async #readOnce(): Promise<void> {
    clearTimeout(this.#again);
    try {
      const found = await readEvent(this.#eventId);
      const history = await readHistory(this.#eventId, found, this.history);
      this.#know(found.event);
      this.viewers = found.viewers;
      this.failure = null;
      if (history.epoch === this.history.epoch && history.seq < this.history.seq) return;
      if (history.epoch === this.history.epoch) this.#hear(history.log.filter(({ seq }) => seq > this.history.seq));
      this.history = history;
    } catch (error) {
      const isGone = error instanceof ApiError && error.code === 'not_found';
      if (isGone && !this.isGone) {
        this.isGone = true;
        this.#listener.gone();
      }
      if (isGone && this.event !== null) {
        [this.event, this.failure] = [null, 'This match was removed.'];
        return;
      }
      if (this.event === null) this.failure = wordsFor(error);
      if (!this.#isClosed) this.#again = setTimeout(() => this.read(), READ_AGAIN_MS);
    }
  }
}
