// The one client of the namespace /admin, which scorers, reviewers and administrators work through: it
// connects with a token, asks with a deadline, keeps the heartbeat, and says when the connection is lost.
import { io, type Socket } from 'socket.io-client';
import type { Action } from '../protocol/Action';
import type { Case } from '../protocol/Case';
import type { CrowdStats } from '../protocol/CrowdStats';
import type { Decision } from '../protocol/Decision';
import type { ErrorBody } from '../protocol/ErrorBody';
import type { Event } from '../protocol/Event';
import type { EventSummary } from '../protocol/EventSummary';
import type { OperatorsAnswer } from '../protocol/OperatorsAnswer';
import type { ReviewStatus } from '../protocol/ReviewStatus';
import type { Role } from '../protocol/Role';
import type { StatsAnswer } from '../protocol/StatsAnswer';
import type { Status } from '../protocol/Status';
import { allEvents, type EventsPage } from './pages';
import { session } from './session.svelte';
import type { Answer, JsonObject, Position, ServerMessages } from './wire';

const HEARTBEAT_MS = 25_000;
const ANSWER_WITHIN_MS = 10_000;
/** After the server has ended the connection, which the library takes as final. */
const CONNECT_AGAIN_MS = 3_000;

/** What an administrator sets of an event; `startsAt` and `competitors` may be taken away by null. */
export interface EventFields {
  sport: string;
  title: string;
  startsAt: number | null;
  competitors: unknown;
  actions: Action[];
  messages: boolean;
}

type Published = Position & { duplicate: boolean };

/** Each message of /admin: its payload, and what is answered beside `ok`. */
export interface DeskCalls {
  'event:create': [Partial<EventFields> & { eventId?: string; sport: string; title: string }, { event: Event }];
  'event:update': [Partial<EventFields> & { eventId: string }, { event: Event }];
  'event:status': [{ eventId: string; status: Status }, { event: Event }];
  'event:assign': [{ eventId: string; email: string }, object];
  'event:unassign': [{ eventId: string; email: string }, object];
  'event:list': [{ status?: Status; after?: string }, EventsPage];
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

/** What was sent may or may not have arrived: only the same `opId` again can tell. */
export class Unanswered extends Error {}

/** The server said no. */
export class Refused extends Error {
  readonly error: ErrorBody;

  constructor(error: ErrorBody) {
    super(error.message);
    this.error = error;
  }
}

/** `refused`: this token is not let in, and trying again would not help. */
export type DeskState = 'connecting' | 'open' | 'lost' | 'refused';

/** What a page wants to hear of; each is called from the socket's own callbacks. */
export interface DeskListener {
  state?: (state: DeskState, refusal: string | null) => void;
  score?: ServerMessages['score'];
  pulse?: ServerMessages['pulse'];
  'review:new'?: ServerMessages['review:new'];
  'review:decided'?: ServerMessages['review:decided'];
}

/** Refusals of a connection that stay as they are until somebody signs in anew. */
const final = new Set(['unauthenticated', 'forbidden', 'session_replaced']);

/** What a page needs of a desk; tests have their own. */
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
      this.#beat();
    });
    socket.on('disconnect', (reason) => {
      tell('lost');
      if (reason === 'io server disconnect') this.#connectAgain();
    });
    socket.on('session:replaced', ({ at, device }) => session.end(token, { at, device: device.name }));
    socket.on('connect_error', ({ message }) => {
      if (final.has(message)) {
        tell('refused', message);
        // The page then says what to do; what waits to be sent waits for the next login.
        if (message === 'forbidden') session.refresh();
        else session.end(token, message === 'session_replaced' ? { at: null, device: null } : null);
        return;
      }
      tell(this.#wasOpen ? 'lost' : 'connecting');
      if (!socket.active) this.#connectAgain();
    });
    for (const name of ['score', 'pulse', 'review:new', 'review:decided'] as const) {
      const heard = listener[name];
      if (heard) socket.on(name, heard as (...args: unknown[]) => void);
    }
    this.#beating = setInterval(() => this.#beat(), HEARTBEAT_MS);
    document.addEventListener('visibilitychange', this.#wake);
  }

  /** All events, in as many pages as it takes. */
  listEvents(): Promise<EventSummary[]> {
    return allEvents((after) => this.ask('event:list', after === null ? {} : { after }));
  }

  /** The answer without `ok`. Fails with `Refused`, or with `Unanswered` where there is none in time. */
  async ask<Name extends keyof DeskCalls>(name: Name, payload: DeskCalls[Name][0]): Promise<DeskCalls[Name][1]> {
    if (!this.#socket.connected) throw new Unanswered('There is no connection to the server.');
    let answer: Answer<DeskCalls[Name][1]>;
    try {
      answer = await this.#socket.timeout(ANSWER_WITHIN_MS).emitWithAck(name, payload);
    } catch {
      throw new Unanswered('The server did not answer.');
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

  // A page that wakes up finds out at once whether its connection outlived the sleep.
  readonly #wake = () => {
    if (!document.hidden) this.#beat();
  };

  /** No answer means a dead connection; closing the transport, unlike the socket, makes the library reconnect. */
  async #beat(): Promise<void> {
    const { engine } = this.#socket.io;
    if (!this.#socket.connected) return;
    try {
      await this.ask('ping', {});
    } catch (error) {
      if (error instanceof Unanswered && this.#socket.io.engine === engine) engine.close();
    }
  }

  #connectAgain(): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#socket.connect(), CONNECT_AGAIN_MS);
  }
}

/** An error in words for the person at the desk. */
export function wordsFor(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
