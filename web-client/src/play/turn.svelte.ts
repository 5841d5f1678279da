// One action of a player: from the ticket to the points. The server decides; here stands what to show.
import { waiting } from '../lib/age';
import type { Action, ActionCompleted, ActionStarted, Answer, ErrorBody } from '../lib/wire';

export type Stage =
  /** Nothing is under way. */
  | { name: 'idle' }
  /** A ticket was given, and the player is at it. */
  | { name: 'playing'; ticket: string; readyAt: number }
  /** The player was right: the points can be fetched from `readyAt` on. */
  | { name: 'right'; ticket: string; readyAt: number };

export interface Server {
  start: (action: string) => Promise<Answer<ActionStarted>>;
  complete: (ticket: string) => Promise<Answer<ActionCompleted>>;
  /** Milliseconds, by a clock that is never set. */
  now: () => number;
}

export class Turn {
  stage = $state.raw<Stage>({ name: 'idle' });
  /** Until when nothing can be started or fetched, by the clock of `now`. */
  restUntil = $state(0);
  /** What came of the last step, for the player to read. */
  word = $state('');
  busy = $state(false);

  readonly action: Action;
  readonly #server: Server;

  constructor(action: Action, server: Server) {
    this.action = action;
    this.#server = server;
  }

  /** Asks for a ticket. True if the player may begin. */
  async start(): Promise<boolean> {
    const answer = await this.#ask(() => this.#server.start(this.action.name));
    if (!answer?.ok) return false;
    this.stage = { name: 'playing', ticket: answer.ticket, readyAt: this.#server.now() + answer.minMs };
    this.word = '';
    return true;
  }

  right(): void {
    if (this.stage.name === 'playing') this.stage = { ...this.stage, name: 'right' };
  }

  /** Leaves the ticket to run out. */
  wrong(word: string): void {
    this.stage = { name: 'idle' };
    this.word = word;
  }

  /** Redeems the ticket. */
  async collect(): Promise<void> {
    const { stage } = this;
    if (stage.name !== 'right') return;
    const answer = await this.#ask(() => this.#server.complete(stage.ticket));
    if (!answer) return;
    if (!answer.ok) {
      // What is only too early can be fetched later; everything else is over.
      if (answer.error.code !== 'rate_limited') this.stage = { name: 'idle' };
      return;
    }
    this.stage = { name: 'idle' };
    this.restUntil = this.#server.now() + this.action.cooldownMs;
    this.word = answer.status === 'counted' ? `${answer.points} points are yours.` : heldInWords(answer.points);
  }

  async #ask<T>(send: () => Promise<Answer<T>>): Promise<Answer<T> | null> {
    if (this.busy) return null;
    this.busy = true;
    try {
      const answer = await send();
      if (!answer.ok) this.#refused(answer.error);
      return answer;
    } catch {
      this.word = 'No answer from the server. Try again.';
      return null;
    } finally {
      this.busy = false;
    }
  }

  #refused(error: ErrorBody): void {
    this.word = refusalInWords(error);
    if (error.retryAfterMs !== undefined) this.restUntil = this.#server.now() + error.retryAfterMs;
  }
}

export function heldInWords(points: number): string {
  return `${points} points are held: a person looks at them first. If they are approved, they count from now.`;
}

function refusalInWords({ code, message, retryAfterMs }: ErrorBody): string {
  switch (code) {
    case 'rate_limited':
      return retryAfterMs !== undefined && retryAfterMs > 3_600_000
        ? 'That is all for today. Come back tomorrow.'
        : `A moment: go on ${waiting(retryAfterMs)}.`;
    case 'event_ended':
      return 'The event has ended: there are no more points in it.';
    case 'conflict':
      return 'The event is not under way just now.';
    case 'expired':
      return 'Too late: this had to be fetched sooner.';
    case 'already_used':
      return 'These points were fetched already.';
    case 'unauthenticated':
    case 'forbidden':
      return 'You are not signed in here any more. Sign in, and play again.';
    default:
      return message;
  }
}
