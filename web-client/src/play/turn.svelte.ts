// One action of a player, from the ticket to the points. The server decides; this is the state to show.
import { waiting } from '../lib/age';
import { problemWords } from '../lib/problem';
import type { Action, ActionCompleted, ActionStarted, Answer, ErrorBody } from '../lib/wire';

export type Stage =
  /** Nothing has started. */
  | { name: 'idle' }
  /** The player has a ticket and is playing. */
  | { name: 'playing'; ticket: string; readyAt: number }
  /** The player was right. The points can be collected from `readyAt` on. */
  | { name: 'right'; ticket: string; readyAt: number };

export interface Server {
  start: (action: string) => Promise<Answer<ActionStarted>>;
  complete: (ticket: string) => Promise<Answer<ActionCompleted>>;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}

export class Turn {
  stage = $state.raw<Stage>({ name: 'idle' });
  /** The time, by the clock of `now`, until which nothing can be started or collected. */
  restUntil = $state(0);
  /** The result of the last step, for the player. */
  word = $state('');
  busy = $state(false);

  readonly action: Action;
  readonly #server: Server;

  constructor(action: Action, server: Server) {
    this.action = action;
    this.#server = server;
  }

  /** Asks for a ticket. Returns true if the player can begin. */
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

  /** Ends the turn; the ticket expires unused. */
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
      // Points that are only too early can be collected later; any other refusal ends the turn.
      if (answer.error.code !== 'rate_limited') this.stage = { name: 'idle' };
      return;
    }
    this.stage = { name: 'idle' };
    this.restUntil = this.#server.now() + this.action.cooldownMs;
    this.word = answer.status === 'counted' ? `You earned ${answer.points} points.` : heldInWords(answer.points);
  }

  async #ask<T>(send: () => Promise<Answer<T>>): Promise<Answer<T> | null> {
    if (this.busy) return null;
    this.busy = true;
    try {
      const answer = await send();
      if (!answer.ok) this.#refused(answer.error);
      return answer;
    } catch {
      this.word = 'The server did not answer. Try again.';
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
  return `${points} points are held for review. If they are approved, they count from now.`;
}

function refusalInWords(error: ErrorBody): string {
  const { code, retryAfterMs } = error;
  switch (code) {
    case 'rate_limited':
      return retryAfterMs !== undefined && retryAfterMs > 3_600_000
        ? 'You reached the limit for today. Come back tomorrow.'
        : `Too fast. Try again${waiting(retryAfterMs, ' ') || ' later'}.`;
    case 'event_ended':
      return 'The event has ended, so it gives no more points.';
    case 'conflict':
      return 'The event is not live right now. Try again when it is.';
    case 'expired':
      return 'Too late: the points had to be collected sooner. Play again.';
    case 'already_used':
      return 'You already collected these points.';
    case 'unauthenticated':
    case 'forbidden':
      return 'You were signed out. Sign in and play again.';
    default:
      return problemWords(error);
  }
}
