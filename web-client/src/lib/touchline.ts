// Watches events over Socket.IO: joins, recovers after a break, detects gaps, and reports the state of each watched event
// and its crowd. A hidden page gets no reports.
import type { Event } from '../protocol/Event';
import type { EventDeleted } from '../protocol/EventDeleted';
import { listUpdates } from './api';
import { Connection } from './connection';
import { crowdAfterBoard, crowdAfterDeleted, crowdAfterJoin, crowdAfterMessage, crowdAfterPoints, crowdAfterPulse, crowdAfterResent } from './crowd';
import type { Crowd } from './crowd';
import { afterHistory, afterJoin, afterPulse, afterScore, missingHistory, sinceOf } from './feed';
import type { Outcome } from './feed';
import { retryDelay } from './link';
import type { Session } from './session.svelte';
import { newWatch, watchedOf } from './watched';
import type { Listener, Watch } from './watched';
import type { Answer, ErrorBody, JoinAnswer } from './wire';

/** How often, at most, the player's rank is requested. It changes with everybody's points. */
const PLACE_EVERY_MS = 5_000;

/** The time in which a join's messages arrive. Later ones are still shown. */
const RESENT_WITHIN_MS = 2_000;

export class Touchline {
  readonly connection: Connection;
  readonly #watches = new Map<string, Watch>();

  constructor(session: Session) {
    this.connection = new Connection(session, {
      up: () => this.#each((watch) => this.#join(watch)),
      down: () => this.#each((watch) => this.#lost(watch)),
    });
    this.#listen();
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.#each((watch) => this.#tell(watch));
    });
  }

  /** The time by the server's clock, in milliseconds since the epoch. */
  now(): number {
    return this.connection.now();
  }

  /** Joins the event and reports every change, until the returned function is called. */
  watch(eventId: string, listener: Listener): () => void {
    const watch = newWatch(eventId, listener);
    this.#watches.set(eventId, watch);
    if (this.connection.connected) this.#join(watch);
    else this.connection.connect();
    return () => {
      clearTimeout(watch.retry);
      clearTimeout(watch.placeTimer);
      clearTimeout(watch.resentTimer);
      if (!this.#isWatched(watch)) return;
      this.#watches.delete(eventId);
      this.connection.tell('leave', { eventId });
    };
  }

  #listen(): void {
    const { socket } = this.connection;
    socket.on('score', (data, meta) => {
      const watch = this.#joined(meta.eventId);
      if (!watch) return;
      if (meta.kind === 'snapshot') {
        watch.asked = false;
        watch.history = 'wanted';
      }
      this.#take(watch, afterScore(watch.feed, data, meta));
    });
    socket.on('pulse', (pulse) => {
      const watch = this.#joined(pulse.eventId);
      if (!watch) return;
      watch.viewers = pulse.viewers;
      watch.crowd = crowdAfterPulse(watch.crowd, pulse);
      // While it stays the same object, pages do not read it again.
      if (watch.event && watch.event.status !== pulse.status) watch.event = { ...watch.event, status: pulse.status };
      this.#take(watch, afterPulse(watch.feed, pulse));
    });
    socket.on('event', (event: Event | EventDeleted) => {
      const watch = this.#watches.get(event.eventId);
      if (!watch) return;
      if ('deleted' in event) {
        const refusal: ErrorBody = { code: 'not_found', message: 'The event was deleted.' };
        watch.link = { ...watch.link, joined: false, refusal };
      } else watch.event = { ...watch.event, ...event };
      this.#tell(watch);
    });
    socket.on('reaction', (reaction, { eventId }) => {
      if (!document.hidden) this.#joined(eventId)?.listener.reaction?.(reaction);
    });
    socket.on('message', (message, { eventId }) => this.#crowd(eventId, (crowd) => crowdAfterMessage(crowd, message)));
    socket.on('message:deleted', ({ messageId }, { eventId }) =>
      this.#crowd(eventId, (crowd) => crowdAfterDeleted(crowd, messageId)),
    );
    socket.on('leaderboard', (board) => {
      if (board.eventId === null) return;
      this.#crowd(board.eventId, (crowd) => crowdAfterBoard(crowd, board));
      this.#placeSoon(this.#joined(board.eventId));
    });
    socket.on('points', (change) => {
      this.#crowd(change.eventId, (crowd) => crowdAfterPoints(crowd, change));
      this.#watches.get(change.eventId)?.listener.points?.(change);
    });
  }

  async #join(watch: Watch): Promise<void> {
    const { eventId } = watch;
    const id = this.connection.session.guest;
    const since = sinceOf(watch.feed);
    let answer: Answer<JoinAnswer>;
    try {
      answer = await this.connection.ask('join', since ? { eventId, id, since } : { eventId, id });
    } catch {
      // A new connection joins again. If only the answer was lost, join again here.
      this.#later(watch, 0, () => this.#join(watch));
      return;
    }
    if (!this.#isWatched(watch) || !this.connection.connected) return;
    if (answer.ok) {
      watch.link = { joined: true, everJoined: true, refusal: null };
      watch.event = answer.event;
      watch.viewers = answer.viewers;
      watch.feed = afterJoin(watch.feed, answer);
      // The signed-in user may have changed, and the rank with them.
      watch.crowd = { ...crowdAfterJoin(watch.crowd), you: null };
      watch.asked = false;
      clearTimeout(watch.resentTimer);
      watch.resentTimer = setTimeout(() => this.#crowd(eventId, crowdAfterResent), RESENT_WITHIN_MS);
      this.#askPlace(watch);
    } else {
      const { error } = answer;
      const delay = retryDelay(error);
      if (delay === null) watch.link = { ...watch.link, joined: false, refusal: error };
      else this.#later(watch, delay, () => this.#join(watch));
    }
    this.#tell(watch);
  }

  #take(watch: Watch, { feed, verdict }: Outcome): void {
    watch.feed = feed;
    if (verdict === 'gap' && !watch.asked) this.#ask(watch);
    this.#tell(watch);
  }

  /** Requests the whole state again. */
  async #ask(watch: Watch): Promise<void> {
    watch.asked = true;
    let delay: number | null = 0;
    try {
      const answer = await this.connection.ask('score', { eventId: watch.eventId });
      delay = answer.ok ? null : retryDelay(answer.error);
      if (!answer.ok && delay === null) this.#later(watch, 0, () => this.#join(watch));
    } catch {
      delay = 0;
    }
    if (delay !== null) this.#later(watch, delay, () => this.#ask(watch));
  }

  /** Requests the top ten and the player's rank, which a join does not include. */
  async #askPlace(watch: Watch): Promise<void> {
    try {
      const answer = await this.connection.ask('leaderboard', { eventId: watch.eventId });
      if (answer.ok) this.#crowd(watch.eventId, (crowd) => crowdAfterBoard(crowd, answer));
    } catch {
      // The next join requests it again.
    }
  }

  /** Requests the rank after the board changed, because it may have changed too. */
  #placeSoon(watch: Watch | undefined): void {
    if (!watch || watch.placeTimer !== undefined || this.connection.session.token === null) return;
    watch.placeTimer = setTimeout(() => {
      watch.placeTimer = undefined;
      if (this.#isWatched(watch) && !document.hidden) this.#askPlace(watch);
    }, PLACE_EVERY_MS);
  }

  /** Reads the last part of the log, once for each snapshot that left a gap in the list. */
  async #readHistory(watch: Watch): Promise<void> {
    const { feed } = watch;
    const after = missingHistory(feed);
    if (watch.history !== 'wanted' || after === null || feed.promised !== null) return;
    watch.history = 'loading';
    try {
      const log = await listUpdates(watch.eventId, after, feed.seq - after);
      watch.feed = afterHistory(watch.feed, log.epoch, log.updates);
    } catch {
      // The state is complete without the log; the list then starts with live updates.
    }
    if (watch.history === 'loading') watch.history = 'settled';
    this.#tell(watch);
  }

  #lost(watch: Watch): void {
    clearTimeout(watch.retry);
    watch.asked = false;
    watch.link = { ...watch.link, joined: false };
    this.#tell(watch);
  }

  /** Calls `act` after the delay, if the event is still watched and the socket connected. */
  #later(watch: Watch, delayMs: number, act: () => void): void {
    clearTimeout(watch.retry);
    watch.retry = setTimeout(() => {
      if (this.#isWatched(watch) && this.connection.connected) act();
    }, delayMs);
  }

  /** The watch, if it has joined. Messages before the answer to `join` belong to an earlier membership. */
  #joined(eventId: string): Watch | undefined {
    const watch = this.#watches.get(eventId);
    return watch?.link.joined ? watch : undefined;
  }

  #crowd(eventId: string, change: (crowd: Crowd) => Crowd): void {
    const watch = this.#joined(eventId);
    if (!watch) return;
    watch.crowd = change(watch.crowd);
    this.#tell(watch);
  }

  #each(act: (watch: Watch) => void): void {
    for (const watch of this.#watches.values()) act(watch);
  }

  #isWatched(watch: Watch): boolean {
    return this.#watches.get(watch.eventId) === watch;
  }

  #tell(watch: Watch): void {
    if (!this.#isWatched(watch) || document.hidden) return;
    watch.listener.state(watchedOf(watch));
    this.#readHistory(watch);
  }
}
