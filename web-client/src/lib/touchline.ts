// The one module that talks to the server over Socket.IO: it connects, joins, recovers after a break,
// notices gaps, keeps the heartbeat, and reports what it knows of each watched event.
import { io, type Socket } from 'socket.io-client';
import { listUpdates } from './api';
import { afterHistory, afterJoin, afterPulse, afterScore, emptyFeed, missingHistory, sinceOf } from './feed';
import type { Feed, Outcome } from './feed';
import { phaseOf, retryDelay } from './link';
import type { Link, Phase } from './link';
import type { Session } from './session.svelte';
import type { Answer, ClientMessages, ErrorBody, EventInfo, JoinAnswer, ServerMessages, Viewers } from './wire';

const HEARTBEAT_MS = 25_000;
const ANSWER_WITHIN_MS = 10_000;
/** After the server has ended the connection, which the library takes as final. */
const CONNECT_AGAIN_MS = 5_000;

/** What a page is told of the event it watches. */
export interface Watched {
  feed: Feed;
  phase: Phase;
  event: EventInfo | null;
  viewers: Viewers | null;
  refusal: ErrorBody | null;
}

interface Watch {
  eventId: string;
  feed: Feed;
  link: Link;
  event: EventInfo | null;
  viewers: Viewers | null;
  /** The state was asked for and is not here yet. */
  asked: boolean;
  /** The list of updates: to be read where it is not whole, being read, or left as it is. */
  history: 'wanted' | 'loading' | 'settled';
  retry: ReturnType<typeof setTimeout> | undefined;
  tell: (watched: Watched) => void;
}

export class Touchline {
  readonly #session: Session;
  readonly #socket: Socket<ServerMessages, ClientMessages>;
  readonly #watches = new Map<string, Watch>();
  /** The server's clock minus ours, in milliseconds; 0 until the first answer to `ping`. */
  #clockOffset = 0;

  /** The token that the connection was made with. */
  #token: string | null = null;

  constructor(session: Session) {
    this.#session = session;
    const socket: Socket<ServerMessages, ClientMessages> = io({
      autoConnect: false,
      auth: (give) => {
        this.#token = session.token;
        give(session.token === null ? {} : { token: session.token });
      },
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnectionDelayMax: 5_000,
    });
    this.#socket = socket;
    socket.on('connect', () => {
      // Somebody signed in or out while the connection was made.
      if (this.changeUser()) return;
      this.#beat();
      for (const watch of this.#watches.values()) this.#join(watch);
    });
    socket.on('disconnect', (reason) => {
      for (const watch of this.#watches.values()) this.#lost(watch);
      if (reason === 'io server disconnect') this.#connectAgain();
    });
    socket.on('connect_error', (error) => {
      if (socket.active) return;
      // The token was refused: the session is over, and the event goes on for a guest.
      const ended = this.#token;
      if (error.message === 'session_replaced') session.end(ended, { at: null, device: null });
      else if (error.message === 'unauthenticated') session.end(ended);
      if (ended !== null && session.token !== ended) socket.connect();
      else this.#connectAgain();
    });
    socket.on('session:replaced', ({ at, device }) => session.end(this.#token, { at, device: device.name }));
    socket.on('score', (data, meta) => {
      const watch = this.#watches.get(meta.eventId);
      // Before `join` is answered, only what an earlier stay in the room left behind can arrive.
      if (!watch?.link.joined) return;
      if (meta.kind === 'snapshot') {
        watch.asked = false;
        watch.history = 'wanted';
      }
      this.#take(watch, afterScore(watch.feed, data, meta));
    });
    socket.on('pulse', (pulse) => {
      const watch = this.#watches.get(pulse.eventId);
      if (!watch?.link.joined) return;
      watch.viewers = pulse.viewers;
      if (watch.event) watch.event = { ...watch.event, status: pulse.status };
      this.#take(watch, afterPulse(watch.feed, pulse));
    });
    socket.on('event', (event) => {
      const watch = this.#watches.get(event.eventId);
      if (!watch) return;
      watch.event = { ...watch.event, ...event };
      this.#tell(watch);
    });
    setInterval(() => this.#beat(), HEARTBEAT_MS);
    // A page that wakes up finds out at once whether its connection outlived the sleep.
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.#beat();
    });
  }

  /** Connects anew where somebody else is signed in now; what is shown stays, and is recovered by `since`. */
  changeUser(): boolean {
    if (this.#session.token === this.#token || !this.#socket.connected) return false;
    this.#socket.disconnect().connect();
    return true;
  }

  /** The time by the server's clock, in milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.#clockOffset;
  }

  /** Joins the event and tells of every change, until the returned function is called. */
  watch(eventId: string, tell: (watched: Watched) => void): () => void {
    const watch: Watch = {
      eventId,
      feed: emptyFeed,
      link: { joined: false, everJoined: false, refusal: null },
      event: null,
      viewers: null,
      asked: false,
      history: 'wanted',
      retry: undefined,
      tell,
    };
    this.#watches.set(eventId, watch);
    if (this.#socket.connected) this.#join(watch);
    else this.#socket.connect();
    return () => {
      clearTimeout(watch.retry);
      if (!this.#isWatched(watch)) return;
      this.#watches.delete(eventId);
      if (this.#socket.connected) this.#socket.emit('leave', { eventId });
    };
  }

  async #join(watch: Watch): Promise<void> {
    const { eventId } = watch;
    const since = sinceOf(watch.feed);
    let answer: Answer<JoinAnswer>;
    try {
      const id = this.#session.guest;
      answer = await this.#within().emitWithAck('join', since ? { eventId, id, since } : { eventId, id });
    } catch {
      // A lost connection joins again by itself; a connection that only swallowed the answer does not.
      this.#later(watch, 0, () => this.#join(watch));
      return;
    }
    if (!this.#isWatched(watch) || !this.#socket.connected) return;
    if (answer.ok) {
      watch.link = { joined: true, everJoined: true, refusal: null };
      watch.event = answer.event;
      watch.viewers = answer.viewers;
      watch.feed = afterJoin(watch.feed, answer);
      watch.asked = false;
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

  /** Asks for the whole state again. */
  async #ask(watch: Watch): Promise<void> {
    watch.asked = true;
    let delay: number | null = 0;
    try {
      const answer = await this.#within().emitWithAck('score', { eventId: watch.eventId });
      delay = answer.ok ? null : retryDelay(answer.error);
      if (!answer.ok && delay === null) this.#later(watch, 0, () => this.#join(watch));
    } catch {
      delay = 0;
    }
    if (delay !== null) this.#later(watch, delay, () => this.#ask(watch));
  }

  /** Reads the last part of the log, once for each snapshot that left a hole in the list. */
  async #readHistory(watch: Watch): Promise<void> {
    const { feed } = watch;
    const after = missingHistory(feed);
    if (watch.history !== 'wanted' || after === null || feed.promised !== null) return;
    watch.history = 'loading';
    try {
      const log = await listUpdates(watch.eventId, after, feed.seq - after);
      watch.feed = afterHistory(watch.feed, log.epoch, log.updates);
    } catch {
      // The state is whole without it: the list then starts with what comes live.
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

  /** Says that we are here, and learns the server's time; no answer means a dead connection. */
  async #beat(): Promise<void> {
    const { connected, io: manager } = this.#socket;
    if (!connected) return;
    const engine = manager.engine;
    const sentAt = Date.now();
    try {
      const answer = await this.#within().emitWithAck('ping', {});
      if (answer.ok) this.#clockOffset = answer.now - (sentAt + Date.now()) / 2;
    } catch {
      // Closing the transport, unlike the socket, makes the library reconnect.
      if (manager.engine === engine) engine.close();
    }
  }

  #within() {
    return this.#socket.timeout(ANSWER_WITHIN_MS);
  }

  /** Does it after the delay, if the event is then still watched over a live connection. */
  #later(watch: Watch, delayMs: number, act: () => void): void {
    clearTimeout(watch.retry);
    watch.retry = setTimeout(() => {
      if (this.#isWatched(watch) && this.#socket.connected) act();
    }, delayMs);
  }

  #connectAgain(): void {
    setTimeout(() => this.#socket.connect(), CONNECT_AGAIN_MS);
  }

  #isWatched(watch: Watch): boolean {
    return this.#watches.get(watch.eventId) === watch;
  }

  #tell(watch: Watch): void {
    if (!this.#isWatched(watch)) return;
    const { feed, link, event, viewers } = watch;
    watch.tell({ feed, event, viewers, refusal: link.refusal, phase: phaseOf(link, feed, event?.status) });
    this.#readHistory(watch);
  }
}
