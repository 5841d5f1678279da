// The state of the administrator's desk: the events and operators that the server has now.
import { Desk, wordsFor, type DeskCalls, type DeskState, type EventFields } from '../lib/desk';
import { inListOrder } from '../lib/eventOrder';
import type { EventInfo, EventSummary, Role, User } from '../lib/wire';

export class AdminState {
  events = $state.raw<EventSummary[] | null>(null);
  operators = $state.raw<User[] | null>(null);
  connection = $state<DeskState>('connecting');
  refusal = $state<string | null>(null);
  /** The last message to the person: what was done, or why it failed. */
  word = $state.raw<{ text: string; isProblem: boolean }>({ text: '', isProblem: false });

  readonly #desk: Desk;

  constructor(token: string) {
    this.#desk = new Desk(token, {
      state: (state, refusal) => {
        [this.connection, this.refusal] = [state, refusal];
        if (state === 'open') this.refresh();
      },
    });
  }

  close(): void {
    this.#desk.close();
  }

  ask<Name extends keyof DeskCalls>(name: Name, payload: DeskCalls[Name][0]): Promise<DeskCalls[Name][1]> {
    return this.#desk.ask(name, payload);
  }

  async refresh(): Promise<void> {
    try {
      const [events, { operators }] = await Promise.all([this.#desk.listEvents(), this.ask('operator:list', {})]);
      this.events = inListOrder(events);
      this.operators = operators;
    } catch (error) {
      this.word = { text: wordsFor(error), isProblem: true };
    }
  }

  /** Creates an event, or changes the given one. Returns its id, or why it failed. */
  async save(event: EventInfo | null, fields: EventFields, eventId: string): Promise<{ eventId: string } | { problem: string }> {
    try {
      const { startsAt, competitors, messages, ...rest } = fields;
      const answer = event
        ? await this.ask('event:update', { eventId: event.eventId, ...fields })
        : await this.ask('event:create', {
            ...rest,
            ...(eventId === '' ? {} : { eventId }),
            ...(startsAt === null ? {} : { startsAt }),
            ...(competitors === null ? {} : { competitors }),
          });
      // A new event allows messages; turning them off takes an update.
      if (!event && !messages) await this.ask('event:update', { eventId: answer.event.eventId, messages });
      await this.refresh();
      return { eventId: answer.event.eventId };
    } catch (error) {
      return { problem: wordsFor(error) };
    }
  }

  /** Returns whether it succeeded. `word` says so, or why not. */
  async act(name: 'role:grant' | 'role:revoke', payload: { email: string; role: Role }, done: string): Promise<boolean> {
    return this.#act(() => this.ask(name, payload), done);
  }

  async assign(name: 'event:assign' | 'event:unassign', payload: { eventId: string; email: string }, done: string): Promise<boolean> {
    return this.#act(() => this.ask(name, payload), done);
  }

  async #act(ask: () => Promise<unknown>, done: string): Promise<boolean> {
    try {
      await ask();
      await this.refresh();
      this.word = { text: done, isProblem: false };
      return true;
    } catch (error) {
      this.word = { text: wordsFor(error), isProblem: true };
      return false;
    }
  }
}
