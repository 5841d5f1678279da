// The client of the namespace /admin, for scorers, reviewers and administrators. It connects with a token, waits for
// answers with a deadline, sends heartbeats, and reports the state of the connection.
import { io, type Socket } from 'socket.io-client';
import type { Action } from '../protocol/Action';
import type { Case } from '../protocol/Case';
import type { Competition } from '../protocol/Competition';
import type { CrowdStats } from '../protocol/CrowdStats';
import type { Decision } from '../protocol/Decision';
import type { ErrorBody } from '../protocol/ErrorBody';
import type { Event } from '../protocol/Event';
import type { OperatorsAnswer } from '../protocol/OperatorsAnswer';
import type { ReviewStatus } from '../protocol/ReviewStatus';
import type { Role } from '../protocol/Role';
import type { StatsAnswer } from '../protocol/StatsAnswer';
import type { Status } from '../protocol/Status';
import { ApiError } from './http';
import type { EventsPage } from './pages';
import { problemWords } from './problem';
import { isTimeExact, learnServerTime } from './serverTime';
import { session } from './session.svelte';
import { steadyNow } from './steady';
import type { Answer, JsonObject, Position, ServerMessages } from './wire';

const HEARTBEAT_MS = 25_000;
const ANSWER_WITHIN_MS = 10_000;
/** After a slow answer to a ping, the server's time is asked for again this many times, after a wait. */
const ASKED_AGAIN = 3;
const ASK_AGAIN_MS = 2_000;
/** The wait before reconnecting after the server closed the connection; the library does not reconnect then. */
const CONNECT_AGAIN_MS = 3_000;

/** The fields of an event that an administrator sets. Null removes a field that may be missing. */
export interface EventFields {
  venue: string | null;
  competition: Competition | null;
  sport: string;
  title: string;
  startsAt: number | null;
  competitors: unknown;
  /** The rules of the sport, as data. */
  format: unknown;
  actions: Action[];
  messages: boolean;
}

type Published = Position & { duplicate: boolean };

/** Each message of /admin: its payload, and its answer without `ok`. */
export interface DeskCalls {
  'event:create': [Partial<EventFields> & { eventId?: string; sport: string; title: string }, { event: Event }];
  'event:update': [Partial<EventFields> & { eventId: string }, { event: Event }];
  'event:status': [{ eventId: string; status: Status }, { event: Event }];
  'event:archive': [{ eventId: string }, { event: Event }];
  'event:unarchive': [{ eventId: string }, { event: Event }];
  'event:delete': [{ eventId: string; confirm: string }, object];
  'event:assign': [{ eventId: string; email: string }, object];
  'event:unassign': [{ eventId: string; email: string }, object];
  'event:list': [
    { status?: Status[]; q?: string; from?: number; to?: number; limit?: number; after?: string; mine?: boolean },
    EventsPage,
  ];
  score: [{ eventId: string; data: JsonObject; opId: string; baseSeq: number }, Published];
  'score:correct': [
    { eventId: string; voids: number[]; data: JsonObject; reason: string; opId: string; baseSeq: number },
    Published,
  ];
  'review:list': [{ eventId?: string; status?: ReviewStatus; after?: string }, { reviews: Case[]; next: string | null }];
  'review:decide': [{ reviewId: string; decision: Decision; note?: string }, { review: Case }];
  'role:grant': [{ email: string; role: Role }, object];
  'role:revoke': [{ email: string; role: Role }, object];
  'operator:list': [{ eventId?: string }, OperatorsAnswer];
  stats: [{ eventId?: string }, StatsAnswer & Partial<CrowdStats>];
  ping: [Record<string, never>, { now: number }];
}

/** No answer came, so the message may or may not have arrived. Sending the same `opId` again is safe. */
export class Unanswered extends Error {}

/** The server refused the message. */
export class Refused extends Error {
  readonly error: ErrorBody;

  constructor(error: ErrorBody) {
    super(error.message);
    this.error = error;
  }
}

/** `refused`: the server rejects this token, and retrying would not help. */
export type DeskState = 'connecting' | 'open' | 'lost' | 'refused';

/** The messages that a page handles. Each handler runs in the socket's callback. */
export interface DeskListener {
  state?: (state: DeskState, refusal: string | null) => void;
  score?: ServerMessages['score'];
  pulse?: ServerMessages['pulse'];
  event?: ServerMessages['event'];
  'review:new'?: ServerMessages['review:new'];
  'review:decided'?: ServerMessages['review:decided'];
}

/** Connection errors that last until the user signs in again. */
const final = new Set(['unauthenticated', 'forbidden', 'session_replaced']);

/** The part of a desk that senders use; tests replace it. */
export type Asking = Pick<Desk, 'ask'>;

export class Desk {
  readonly #socket: Socket;
  readonly #beating: ReturnType<typeof setInterval>;
  #again: ReturnType<typeof setTimeout> | undefined;
  #wasOpen = false;

  constructor(token: string, listener: DeskListener) {
    const socket: Socket = io('/admin', {
      auth: { token },
      forceNew: true,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
    });
    this.#socket = socket;
    const tell = (state: DeskState, refusal: string | null = null) => listener.state?.(state, refusal);
    socket.on('connect', () => {
      this.#wasOpen = true;
      tell('open');
      this.#beat(ASKED_AGAIN);
    });
    socket.on('disconnect', (reason) => {
      tell('lost');
      if (reason === 'io server disconnect') this.#connectAgain();
    });
    socket.on('session:replaced', ({ at, device }) => session.end(token, { at, device: device.name }));
    socket.on('connect_error', ({ message }) => {
      if (final.has(message)) {
        tell('refused', message);
        // The page says what to do. Entries in the outbox wait for the next login.
        if (message === 'forbidden') session.refresh();
        else session.end(token, message === 'session_replaced' ? { at: null, device: null } : null);
        return;
      }
      tell(this.#wasOpen ? 'lost' : 'connecting');
      if (!socket.active) this.#connectAgain();
    });
    for (const name of ['score', 'pulse', 'event', 'review:new', 'review:decided'] as const) {
      const heard = listener[name];
      if (heard) socket.on(name, heard as (...args: unknown[]) => void);
    }
    this.#beating = setInterval(() => this.#beat(), HEARTBEAT_MS);
    document.addEventListener('visibilitychange', this.#wake);
  }

  /** Sends a message and returns the answer without `ok`. Rejects with `Refused`, or with `Unanswered` if no answer comes in time. */
  async ask<Name extends keyof DeskCalls>(name: Name, payload: DeskCalls[Name][0]): Promise<DeskCalls[Name][1]> {
    if (!this.#socket.connected) throw new Unanswered('You are offline. Try again once you are connected.');
    let answer: Answer<DeskCalls[Name][1]>;
    try {
      answer = await this.#socket.timeout(ANSWER_WITHIN_MS).emitWithAck(name, payload);
    } catch {
      throw new Unanswered('The server did not answer. Try again.');
    }
    if (answer.ok) return answer;
    throw new Refused(answer.error);
  }

  close(): void {
    clearInterval(this.#beating);
    clearTimeout(this.#again);
    document.removeEventListener('visibilitychange', this.#wake);
    this.#socket.offAny();
    this.#socket.off();
    this.#socket.close();
  }

  // When the page becomes visible, check at once whether the connection survived.
  readonly #wake = () => {
    if (!document.hidden) this.#beat();
  };

  /** Sends a heartbeat and reads the server's time, by which the desk's clocks run. No answer means a dead connection: closing the transport, not the socket, makes the library reconnect. */
  async #beat(again = 0): Promise<void> {
    const { engine } = this.#socket.io;
    if (!this.#socket.connected) return;
    const sentAt = steadyNow();
    try {
      const { now } = await this.ask('ping', {});
      learnServerTime(now, sentAt);
      if (again > 0 && !isTimeExact()) setTimeout(() => this.#beat(again - 1), ASK_AGAIN_MS);
    } catch (error) {
      if (error instanceof Unanswered && this.#socket.io.engine === engine) engine.close();
    }
  }

  #connectAgain(): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#socket.connect(), CONNECT_AGAIN_MS);
  }
}

/** A sentence for the person at the desk. */
export function wordsFor(error: unknown): string {
  if (error instanceof Refused) return problemWords(error.error);
  if (error instanceof ApiError) return problemWords(error.body);
  return error instanceof Error ? error.message : String(error);
}
