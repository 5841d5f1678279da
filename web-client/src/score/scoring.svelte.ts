// The state of one event at a scorer's desk, including entries that wait to be sent, other scorers' updates, and refused
// entries. Everything that a scorer does goes through here.
import { Desk, Refused, wordsFor, type DeskState } from '../lib/desk';
import { isSame } from '../lib/diff';
import { ApiError } from '../lib/http';
import { inTurn } from '../lib/inTurn';
import { mergePatch } from '../lib/merge';
import { lockOf, Outbox, type Draft, type Entry, type Tap } from '../lib/outbox';
import type { ErrorBody, EventInfo, LoggedUpdate, Status, Viewers } from '../lib/wire';
import { calledIn, correctionOf, type Repair } from './correction';
import { isClock, lastEntered } from './counted';
import { isHeld } from './goLive';
import { expected, isWhole, noHistory, notIn, readEvent, readHistory, readWhole, withUpdate, type History } from './history';
import { rebase, type Plan } from './rebase';
import { refusalOf } from './refusal';
import { draftOf, NotAllowed, type Rules } from './rules';
import { Sender } from './sender';
import { rulesFor } from './sports';

const READ_AGAIN_MS = 3_000;

/** An entry that the server refused. */
export interface Blocked {
  entry: Entry;
  error: ErrorBody;
}

export class Scoring {
  event = $state.raw<EventInfo | null>(null);
  viewers = $state.raw<Viewers | null>(null);
  history = $state.raw<History>(noHistory);
  /** Entries that the server has not answered yet, oldest first. */
  pending = $state.raw<Entry[]>([]);
  blocked = $state.raw<Blocked | null>(null);
  connection = $state<DeskState>('connecting');
  refusal = $state<string | null>(null);
  /** Why the event can't be shown; null if it can. */
  failure = $state<string | null>(null);
  /** The last message to the scorer: what was done, or why it failed. */
  notice = $state.raw<{ text: string; isProblem: boolean } | null>(null);
  /** Updates by other scorers since the page opened, oldest first. */
  others = $state.raw<LoggedUpdate[]>([]);

  /** Entries that are not in the log yet. */
  readonly #waiting = $derived(notIn(this.history, this.pending));
  /** The state with waiting entries applied. */
  readonly state = $derived(this.#waiting.reduce((state, { data }) => mergePatch(state, data), this.history.data));
  readonly sport = $derived(this.event?.sport ?? '');
  readonly rules: Rules = $derived(rulesFor(this.sport));
  /** The log with waiting entries, under the `seq`s that they are expected to get. */
  readonly log = $derived([...this.history.log, ...expected(this.#waiting, this.history.seq)]);

  readonly #eventId: string;
  readonly #desk: Desk;
  #outbox: Outbox | null = null;
  /** Settles once the outbox is open or could not be opened. A tap may come before. */
  readonly #opened: Promise<void>;
  #sender: Sender | null = null;
  #isClosed = false;
  #reading: Promise<void> | null = null;
  #isStale = false;
  /** The server has no such event. */
  #isGone = false;
  /** Entries are made one after another, each on the state that the one before leaves. Refusals are handled in between. */
  readonly #inTurn = inTurn();
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(token: string, owner: string, eventId: string) {
    this.#eventId = eventId;
    this.#desk = new Desk(token, {
      state: (state, refusal) => this.#connected(state, refusal),
      score: (data, meta) => {
        if (meta.eventId !== eventId) return;
        if (meta.kind === 'snapshot') return this.#read();
        const { seq, kind, at, voids, reason } = meta;
        this.#take(meta.epoch, { seq, kind, data, at, ...(voids ? { voids } : {}), ...(reason ? { reason } : {}) });
      },
      event: (event) => {
        if (event.eventId === eventId && Object.hasOwn(event, 'deleted')) this.#read();
      },
      pulse: (pulse) => {
        if (pulse.eventId !== eventId || this.event === null) return;
        this.viewers = pulse.viewers;
        this.#know({ ...this.event, status: pulse.status });
      },
    });
    this.#opened = this.#open(owner);
    this.#read();
  }

  /** Not a derived value: those are stale once the page is closed, and this is read after waiting for answers. */
  get isOnline(): boolean {
    return this.connection === 'open';
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#again);
    this.#sender?.stop();
    this.#desk.close();
    this.#outbox?.close();
  }

  /** Enters a tap. Returns whether it was possible. */
  async tap(tap: Tap): Promise<boolean> {
    return this.#inTurn(() => this.#enter(() => draftOf(this.rules, this.state, tap)));
  }

  /** Takes back what was entered last, an entry or a correction: removes it if it was not sent yet, corrects it otherwise. */
  async undo(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isClosed) return;
      const last = lastEntered(this.log);
      if (last === null) return this.#say('There is nothing to undo.');
      const name = calledIn(this.rules, this.log, last.seq);
      const waiting = this.#waiting.at(-1);
      const isWaiting = waiting !== undefined && last.seq === this.log.at(-1)?.seq;
      if (isWaiting && (await this.#outbox?.takeBack(waiting.id))) await this.#refresh();
      else {
        const repair = { seq: last.seq, instead: null, reason: 'Entered by mistake', isUndo: true };
        if (!(await this.#enter(() => correctionOf(this.rules, this.log, repair), () => this.#readWhole()))) return;
      }
      this.#say(`Undone: ${name}`);
    });
  }

  /** Prepares a correction without entering it, to preview its changes. */
  async plan(repair: Repair): Promise<Draft> {
    await this.#readWhole();
    this.#checkOpen();
    return correctionOf(this.rules, this.log, repair);
  }

  /** Enters a correction. If its effect is another than that of `seen`, the scorer has to look again. */
  async correct(repair: Repair, seen?: Draft): Promise<boolean> {
    const make = () => {
      const draft = correctionOf(this.rules, this.log, repair);
      if (seen && !isSame(seen.data, draft.data)) throw new NotAllowed('The score has changed meanwhile. Preview the changes again.');
      return draft;
    };
    return this.#inTurn(() => this.#enter(make, () => this.#readWhole()));
  }

  async setStatus(status: Status): Promise<boolean> {
    try {
      const { event } = await this.#desk.ask('event:status', { eventId: this.#eventId, status });
      this.#know(event);
      // A read that began before the change may still bring the old status.
      if (this.#reading) this.#read();
      this.notice = null;
      return true;
    } catch (error) {
      const refusal = error instanceof Refused && error.error.code === 'forbidden' ? refusalOf(error.error) : null;
      if (error instanceof Refused && error.error.code === 'not_found') this.#read();
      this.#say(refusal ? `${refusal.title}. ${refusal.advice}` : wordsFor(error), true);
      return false;
    }
  }

  /** Plans how to enter the refused entry, and those after it, on the current state. */
  async planAgain(): Promise<Plan> {
    await this.#read();
    await this.#refresh();
    if (this.pending.some(({ voids }) => voids !== null)) await this.#readWhole();
    this.#checkOpen();
    return rebase(this.rules, this.history, this.pending);
  }

  /** Replaces all waiting entries with `drafts`, made on the update `base`; an empty list discards them. */
  async resolve(drafts: Draft[], base = this.history.seq): Promise<void> {
    return this.#inTurn(() => this.#replace(drafts, base));
  }

  async #replace(drafts: Draft[], base: number): Promise<void> {
    if (this.#isClosed) return;
    await this.#outbox?.replace(drafts, base);
    this.blocked = null;
    await this.#refresh();
    this.#sender?.unblock();
  }

  async #open(owner: string): Promise<void> {
    try {
      this.#outbox = await Outbox.open(owner, this.#eventId);
      this.#outbox.title = this.event?.title ?? null;
    } catch {
      this.failure = 'This browser blocks storage, so entries could get lost. Use a normal (not private) window, or another browser.';
      return;
    }
    if (this.#isClosed) return this.#outbox.close();
    this.#sender = new Sender(
      this.#desk,
      this.#outbox,
      {
        queue: (entries) => this.#queued(entries),
        holds: (entry) => isHeld(entry, this.event?.status ?? null, this.#isGone),
        settled: (entry, { epoch, seq }) => this.#settled(entry, epoch, seq),
        blocked: (entry, error) => {
          this.#inTurn(() => this.#refused(entry, error));
        },
      },
      lockOf(owner, this.#eventId),
    );
    await this.#refresh();
    this.#sender.connected(this.isOnline);
  }

  /** Takes the event as it is now. Entries that waited for its status are sent. */
  #know(event: EventInfo): void {
    const isNews = event.status !== this.event?.status;
    this.event = event;
    if (this.#outbox) this.#outbox.title = event.title;
    if (isNews) this.#sender?.send();
  }

  #connected(state: DeskState, refusal: string | null): void {
    this.connection = state;
    this.refusal = refusal;
    if (this.isOnline) this.#read();
    this.#sender?.connected(this.isOnline);
  }

  /** After `close`, the outbox is closed and derived values are stale. Whatever awaited something checks this before it goes on. */
  #checkOpen(): void {
    if (this.#isClosed) throw new NotAllowed('This desk was closed.');
  }

  /** Makes an entry and puts it into the outbox. `prepare` runs before; nothing changes between `make` and its result's base. */
  async #enter(make: () => Draft, prepare?: () => Promise<void>): Promise<boolean> {
    try {
      await this.#opened;
      if (this.blocked) throw new NotAllowed('First decide what to do with the refused entries above.');
      if (!this.#outbox || this.event === null) throw new NotAllowed('The event is still loading. Try again in a moment.');
      await prepare?.();
      this.#checkOpen();
      const base = this.history.seq + this.#waiting.length;
      await this.#outbox.add(make(), base);
      this.notice = null;
      await this.#refresh();
      this.#sender?.send();
      return true;
    } catch (error) {
      this.#say(wordsFor(error), true);
      return false;
    }
  }

  /** Handles a refusal. If only the clock advanced meanwhile, enters everything again; otherwise asks the scorer. */
  async #refused(entry: Entry, error: ErrorBody): Promise<void> {
    try {
      if (await this.#advanced(entry, error)) return;
    } catch {
      // Without the log the scorer decides.
    }
    this.blocked = { entry, error };
  }

  /** Whether only the clock advanced. Then all waiting entries are made again. */
  async #advanced(entry: Entry, error: ErrorBody): Promise<boolean> {
    await this.#read();
    this.#checkOpen();
    const since = this.history.log.filter(({ seq }) => seq > (entry.base ?? 0));
    const isOurClock = this.pending.every(({ tap }) => tap?.[0] === 'minute');
    if (error.seq === undefined || since.length === 0 || !(isOurClock || since.every(isClock))) return false;
    const plan = await this.planAgain();
    if (plan.impossible.length > 0) return false;
    await this.#replace(plan.drafts, plan.base);
    return true;
  }

  #settled({ data, voids, reason, at }: Entry, epoch: string, seq: number): void {
    const kind = voids === null ? 'update' : 'correction';
    this.#take(epoch, { seq, kind, data, at, ...(voids ? { voids } : {}), ...(reason ? { reason } : {}) });
  }

  #take(epoch: string, update: LoggedUpdate): void {
    const { seq } = this.history;
    const next = withUpdate(this.history, epoch, update);
    if (next === null) {
      this.#read();
      return;
    }
    if (update.seq > seq && !this.#isOurs(update)) this.others = [...this.others, update].slice(-20);
    this.history = next;
  }

  /** Whether an update is one of this desk's: they arrive as messages, often before their answers. */
  #isOurs(update: LoggedUpdate): boolean {
    return this.pending.some(({ data }) => isSame(data, update.data));
  }

  /** Reads the event again: at the start, after a break, and after a gap. */
  #read(): Promise<void> {
    if (this.#reading) this.#isStale = true;
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** Reads until no further read was requested meanwhile, because that one may be newer. */
  async #readAll(): Promise<void> {
    do {
      this.#isStale = false;
      await this.#readOnce();
    } while (this.#isStale && !this.#isClosed);
  }

  async #readOnce(): Promise<void> {
    clearTimeout(this.#again);
    try {
      const found = await readEvent(this.#eventId);
      const history = await readHistory(this.#eventId, found, this.history);
      this.#know(found.event);
      this.viewers = found.viewers;
      this.failure = null;
      if (history.epoch === this.history.epoch && history.seq < this.history.seq) return;
      if (this.history.epoch !== '') {
        const added = history.log.filter(({ seq }) => seq > this.history.seq && history.epoch === this.history.epoch);
        this.others = [...this.others, ...added.filter((update) => !this.#isOurs(update))].slice(-20);
      }
      this.history = history;
    } catch (error) {
      const isGone = error instanceof ApiError && error.code === 'not_found';
      if (isGone && !this.#isGone) {
        this.#isGone = true;
        this.#sender?.send();
      }
      if (isGone && this.event !== null) {
        [this.event, this.failure] = [null, 'This match was removed.'];
        return;
      }
      if (this.event === null) this.failure = wordsFor(error);
      if (!this.#isClosed) this.#again = setTimeout(() => this.#read(), READ_AGAIN_MS);
    }
  }

  async #readWhole(): Promise<void> {
    const { history } = this;
    if (isWhole(history)) return;
    const whole = await readWhole(this.#eventId, history);
    // Keep the updates that arrived meanwhile.
    const later = this.history.log.filter(({ seq }) => seq > whole.seq);
    this.history = { ...this.history, log: [...whole.log, ...later] };
  }

  async #refresh(): Promise<void> {
    if (this.#outbox && !this.#isClosed) this.#queued(await this.#outbox.list());
  }

  /** The sender reports the queue often. One that is the same again must not cost a new state and log. */
  #queued(entries: Entry[]): void {
    if (!isSame(entries, this.pending)) this.pending = entries;
  }

  #say(text: string, isProblem = false): void {
    this.notice = { text, isProblem };
  }
}
