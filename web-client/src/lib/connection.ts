// One Socket.IO connection as whoever is signed in: made again after every break, with a heartbeat, and
// told when the session behind it ends.
import { io, type Socket } from 'socket.io-client';
import type { Session } from './session.svelte';
import { steadyNow } from './steady';
import type { Answer, ClientMessages, ServerMessages } from './wire';

const HEARTBEAT_MS = 25_000;
const ANSWER_WITHIN_MS = 10_000;
/** After the server has ended the connection, which the library takes as final. */
const CONNECT_AGAIN_MS = 5_000;

type Payload<Name extends keyof ClientMessages> = Parameters<ClientMessages[Name]>[0];
/** What the acknowledgement of a message is. */
export type AnswerTo<Name extends keyof ClientMessages> =
  Parameters<ClientMessages[Name]> extends [unknown, (answer: infer Given) => void] ? Given : never;

export class Connection {
  readonly socket: Socket<ServerMessages, ClientMessages>;
  readonly session: Session;
  /** The token that the connection was made with. */
  #token: string | null = null;
  /** The server's clock minus our steady one, in milliseconds; until the first answer to `ping`, the device's. */
  #clockOffset = Date.now() - steadyNow();

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
      // Somebody signed in or out while the connection was made.
      if (this.changeUser()) return;
      this.#beat();
      up();
    });
    socket.on('disconnect', (reason) => {
      down();
      if (reason === 'io server disconnect') this.#connectAgain();
    });
    socket.on('connect_error', (error) => {
      if (socket.active) return;
      // The token was refused: the session is over, and watching goes on as a guest.
      const ended = this.#token;
      if (error.message === 'session_replaced') session.end(ended, { at: null, device: null });
      else if (error.message === 'unauthenticated') session.end(ended);
      if (ended !== null && session.token !== ended) socket.connect();
      else this.#connectAgain();
    });
    socket.on('session:replaced', ({ at, device }) => session.end(this.#token, { at, device: device.name }));
    setInterval(() => this.#beat(), HEARTBEAT_MS);
    // A page that wakes up finds out at once whether its connection outlived the sleep.
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

  /** Connects anew where somebody else is signed in now; what is shown stays, and is recovered by `since`. */
  changeUser(): boolean {
    if (this.session.token === this.#token || !this.connected) return false;
    this.socket.disconnect().connect();
    return true;
  }

  /** The time by the server's clock, in milliseconds since the epoch. */
  now(): number {
    return steadyNow() + this.#clockOffset;
  }

  /** Sends a message and gives its answer; fails where none comes in time. Nothing is sent while disconnected. */
  async ask<Name extends keyof ClientMessages>(name: Name, payload: Payload<Name>): Promise<AnswerTo<Name>> {
    if (!this.connected) throw new Error('not connected');
    // The library types an acknowledgement's arguments one by one, which a generic name is beyond.
    const socket = this.socket.timeout(ANSWER_WITHIN_MS) as unknown as {
      emitWithAck: (name: string, payload: unknown) => Promise<AnswerTo<Name>>;
    };
    return socket.emitWithAck(name, payload);
  }

  /** Sends a message whose answer nobody waits for. */
  tell<Name extends keyof ClientMessages>(name: Name, payload: Payload<Name>): void {
    this.ask(name, payload).catch(() => {
      // The connection broke; it will be known by itself.
    });
  }

  /** Says that we are here, and learns the server's time; no answer means a dead connection. */
  async #beat(): Promise<void> {
    if (!this.connected) return;
    const manager = this.socket.io;
    const { engine } = manager;
    const sentAt = steadyNow();
    try {
      const answer: Answer<{ now: number }> = await this.ask('ping', {});
      if (answer.ok) this.#clockOffset = answer.now - (sentAt + steadyNow()) / 2;
    } catch {
      // Closing the transport, unlike the socket, makes the library reconnect.
      if (manager.engine === engine) engine.close();
    }
  }

  #connectAgain(): void {
    setTimeout(() => this.socket.connect(), CONNECT_AGAIN_MS);
  }
}
