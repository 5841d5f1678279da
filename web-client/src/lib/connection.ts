// The Socket.IO connection of the signed-in user or guest. It reconnects after every break, sends heartbeats, and ends
// the session when the server does.
import { io, type Socket } from 'socket.io-client';
import { isTimeExact, learnServerTime, serverNow } from './serverTime';
import type { Session } from './session.svelte';
import { steadyNow } from './steady';
import type { Answer, ClientMessages, ServerMessages } from './wire';

const HEARTBEAT_MS = 25_000;
const ANSWER_WITHIN_MS = 10_000;
/** After a slow answer to a ping, the server's time is asked for again this many times, after a wait. */
const ASKED_AGAIN = 3;
const ASK_AGAIN_MS = 2_000;
/** The wait before reconnecting after the server closed the connection; the library does not reconnect then. */
const CONNECT_AGAIN_MS = 5_000;

type Payload<Name extends keyof ClientMessages> = Parameters<ClientMessages[Name]>[0];
/** The type of a message's acknowledgement. */
export type AnswerTo<Name extends keyof ClientMessages> =
  Parameters<ClientMessages[Name]> extends [unknown, (answer: infer Given) => void] ? Given : never;

export class Connection {
  readonly socket: Socket<ServerMessages, ClientMessages>;
  readonly session: Session;
  /** The token that the connection was made with. */
  #token: string | null = null;

  constructor(session: Session, { up, down }: { up: () => void; down: () => void }) {
    this.session = session;
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
    this.socket = socket;
    socket.on('connect', () => {
      // The user signed in or out while the socket connected.
      if (this.changeUser()) return;
      this.#beat(ASKED_AGAIN);
      up();
    });
    socket.on('disconnect', (reason) => {
      down();
      if (reason === 'io server disconnect') this.#connectAgain();
    });
    socket.on('connect_error', (error) => {
      if (socket.active) return;
      // The server rejected the token: end the session and keep watching as a guest.
      const ended = this.#token;
      if (error.message === 'session_replaced') session.end(ended, { at: null, device: null });
      else if (error.message === 'unauthenticated') session.end(ended);
      if (ended !== null && session.token !== ended) socket.connect();
      else this.#connectAgain();
    });
    socket.on('session:replaced', ({ at, device }) => session.end(this.#token, { at, device: device.name }));
    setInterval(() => this.#beat(), HEARTBEAT_MS);
    // When the page becomes visible, check at once whether the connection survived.
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.#beat();
    });
  }

  get connected(): boolean {
    return this.socket.connected;
  }

  connect(): void {
    this.socket.connect();
  }

  /** Reconnects if the signed-in user has changed, and returns whether it did. The shown state stays; `since` recovers it. */
  changeUser(): boolean {
    if (this.session.token === this.#token || !this.connected) return false;
    this.socket.disconnect().connect();
    return true;
  }

  /** The time by the server's clock, in milliseconds since the epoch. */
  now(): number {
    return serverNow();
  }

  /** Sends a message and returns the answer. Rejects if there is none in time, or while disconnected. */
  async ask<Name extends keyof ClientMessages>(name: Name, payload: Payload<Name>): Promise<AnswerTo<Name>> {
    if (!this.connected) throw new Error('not connected');
    // The library's types for acknowledgements do not work with a generic message name.
    const socket = this.socket.timeout(ANSWER_WITHIN_MS) as unknown as {
      emitWithAck: (name: string, payload: unknown) => Promise<AnswerTo<Name>>;
    };
    return socket.emitWithAck(name, payload);
  }

  /** Sends a message and ignores the answer. */
  tell<Name extends keyof ClientMessages>(name: Name, payload: Payload<Name>): void {
    this.ask(name, payload).catch(() => {
      // The connection broke; `disconnect` reports it.
    });
  }

  /** Sends a heartbeat and reads the server's time. No answer means a dead connection. */
  async #beat(again = 0): Promise<void> {
    if (!this.connected) return;
    const manager = this.socket.io;
    const { engine } = manager;
    const sentAt = steadyNow();
    try {
      const answer: Answer<{ now: number }> = await this.ask('ping', {});
      if (answer.ok) learnServerTime(answer.now, sentAt);
      if (again > 0 && !isTimeExact()) setTimeout(() => this.#beat(again - 1), ASK_AGAIN_MS);
    } catch {
      // Close the transport, not the socket: the library then reconnects.
      if (manager.engine === engine) engine.close();
    }
  }

  #connectAgain(): void {
    setTimeout(() => this.socket.connect(), CONNECT_AGAIN_MS);
  }
}
