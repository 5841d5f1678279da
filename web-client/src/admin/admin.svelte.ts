// The state of the administrator's desk: the events and operators that the server has now.
import { Desk, wordsFor, type DeskCalls, type DeskState, type EventFields } from '../lib/desk';
import { eventState } from '../lib/api';
import type { EventsPage } from '../lib/pages';
import type { EventInfo, EventSummary, Role, Status, User } from '../lib/wire';
import type { Competition } from '../protocol/Competition';

/** Events in a page of the list. */
const PAGE = 50;
/** The most events that are read at once. */
const MOST = 500;

export class AdminState {
  events = $state.raw<EventSummary[] | null>(null);
  /** Where the next page of events starts; null on the last page. */
  next = $state<string | null>(null);
  /** The competitions of all events that were listed, by id. */
  competitions = $state.raw<ReadonlyMap<string, Competition>>(new Map());
  operators = $state.raw<User[] | null>(null);
  connection = $state<DeskState>('connecting');
  refusal = $state<string | null>(null);
  /** The last message to the person: what was done, or why it failed. */
  word = $state.raw<{ text: string; isProblem: boolean }>({ text: '', isProblem: false });

  readonly #desk: Desk;
  #search = '';

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
      const limit = Math.min(Math.max(PAGE, this.events?.length ?? 0), MOST);
      const [page, { operators }] = await Promise.all([this.#page(limit), this.ask('operator:list', {})]);
      this.#show(page);
      this.operators = operators;
    } catch (error) {
      this.word = { text: wordsFor(error), isProblem: true };
    }
  }

  /** Lists the events that contain the text. */
  async search(text: string): Promise<void> {
    this.#search = text.trim();
    try {
      const page = await this.#page(PAGE);
      if (this.#search === text.trim()) this.#show(page);
    } catch (error) {
      this.word = { text: wordsFor(error), isProblem: true };
    }
  }

  /** Adds the next page to the list. */
  async more(): Promise<void> {
    const { events, next } = this;
    if (next === null || events === null) return;
    try {
      const page = await this.#page(PAGE, next);
      if (this.next === next) this.#show({ ...page, events: [...events, ...page.events] });
    } catch (error) {
      this.word = { text: wordsFor(error), isProblem: true };
    }
  }

  /** An event by its id, which may be archived; null if there is none. */
  async find(eventId: string): Promise<EventInfo | null> {
    try {
      return (await eventState(eventId, AbortSignal.timeout(15_000))).event;
    } catch (error) {
      this.word = { text: wordsFor(error), isProblem: true };
      return null;
    }
  }

  /** Changes the status, archives the event or takes it back. Returns the changed event; null if it failed. */
  async change(eventId: string, to: Status | 'archive' | 'unarchive', done: string): Promise<EventInfo | null> {
    let event: EventInfo | null = null;
    await this.#act(async () => {
      const answer = to === 'archive' || to === 'unarchive' ? this.ask(`event:${to}`, { eventId }) : this.ask('event:status', { eventId, status: to });
      ({ event } = await answer);
    }, done);
    return event;
  }

  /** Deletes an event for good. Returns whether it succeeded. */
  async remove(eventId: string, confirm: string, done: string): Promise<boolean> {
    return this.#act(() => this.ask('event:delete', { eventId, confirm }), done);
  }

  #page(limit: number, after: string | null = null): Promise<EventsPage> {
    const q = this.#search === '' ? {} : { q: this.#search };
    return this.#desk.ask('event:list', { ...q, limit, ...(after === null ? {} : { after }) });
  }

  #show({ events, next }: EventsPage): void {
    this.events = events;
    this.next = next ?? null;
    const found = events.flatMap(({ competition }) => (competition ? [[competition.id, competition] as const] : []));
    this.competitions = new Map([...this.competitions, ...found]);
  }

  /** Creates an event, or changes the given one. Returns its id, or why it failed. */
  async save(event: EventInfo | null, fields: EventFields, eventId: string): Promise<{ eventId: string } | { problem: string }> {
    try {
      const { startsAt, competitors, venue, competition, format, messages, ...rest } = fields;
      const answer = event
        ? await this.ask('event:update', { eventId: event.eventId, ...fields })
        : await this.ask('event:create', {
            ...rest,
            ...(eventId === '' ? {} : { eventId }),
            ...(startsAt === null ? {} : { startsAt }),
            ...(competitors === null ? {} : { competitors }),
            ...(venue === null ? {} : { venue }),
            ...(competition === null ? {} : { competition }),
            ...(format === null ? {} : { format }),
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
