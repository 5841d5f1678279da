// The state of one event at a scorer's desk, including entries that wait to be sent, other scorers' updates, and refused
// entries. Everything that a scorer does goes through here.
import { Desk, Refused, wordsFor, type DeskState } from '../lib/desk';
import { isSame } from '../lib/diff';
import { inTurn } from '../lib/inTurn';
import { mergePatch } from '../lib/merge';
import { lockOf, Outbox, type Draft, type Entry, type Tap } from '../lib/outbox';
import type { ErrorBody, EventInfo, LoggedUpdate, Status, Viewers } from '../lib/wire';
import { calledIn, correctionOf, type Repair } from './correction';
import { isClock, lastEntered } from './counted';
import { Follower } from './follower.svelte';
import { isHeld } from './goLive';
import { expected, notIn, updateOf, type History } from './history';
import { rebase, type Plan } from './rebase';
import { refusalOf } from './refusal';
import { draftOf, NotAllowed, type Rules } from './rules';
import { Sender } from './sender';
import { consoleFor, rulesOf, type ConsoleName } from './sports';

/** An entry that the server refused. */
export interface Blocked {
  entry: Entry;
  error: ErrorBody;
}

export class Scoring {
  /** Entries that the server has not answered yet, oldest first. */
  pending = $state.raw<Entry[]>([]);
  blocked = $state.raw<Blocked | null>(null);
  connection = $state<DeskState>('connecting');
  refusal = $state<string | null>(null);
  /** The last message to the scorer: what was done, or why it failed. */
  notice = $state.raw<{ text: string; isProblem: boolean } | null>(null);
  /** Entries that are not in the log yet. */
  readonly #waiting = $derived(notIn(this.history, this.pending));
  /** The state with waiting entries applied. */
  readonly state = $derived(this.#waiting.reduce((state, { data }) => mergePatch(state, data), this.history.data));
  readonly sport = $derived(this.event?.sport ?? '');
  readonly console: ConsoleName = $derived(consoleFor({ sport: this.sport, format: this.event?.format }, this.state));
  readonly rules: Rules = $derived(rulesOf(this.console));
  /** The log with waiting entries, under the `seq`s that they are expected to get. */
  readonly log = $derived([...this.history.log, ...expected(this.#waiting, this.history.seq)]);

  readonly #eventId: string;
  readonly #follower: Follower;
  readonly #desk: Desk;
  #outbox: Outbox | null = null;
  /** Settles once the outbox is open or could not be opened. A tap may come before. */
  readonly #opened: Promise<void>;
  #sender: Sender | null = null;
  #isClosed = false;
  /** Entries are made one after another, each on the state that the one before leaves. Refusals are handled in between. */
  readonly #inTurn = inTurn();
  #storageFailure = $state<string | null>(null);

  constructor(token: string, owner: string, eventId: string) {
    this.#eventId = eventId;
    this.#follower = new Follower(eventId, {
      known: (event, isNews) => {
        if (this.#outbox) this.#outbox.title = event.title;
        // Entries may have waited for the status.
        if (isNews) this.#sender?.send();
      },
      gone: () => this.#sender?.send(),
      isOurs: (update) => this.pending.some(({ data }) => isSame(data, update.data)),
    });
    this.#desk = new Desk(token, { state: (state, refusal) => this.#connected(state, refusal), ...this.#follower.messages });
    this.#opened = this.#open(owner);
    this.#follower.read();
  }

  get event(): EventInfo | null {
    return this.#follower.event;
  }

  get viewers(): Viewers | null {
    return this.#follower.viewers;
  }

  get history(): History {
    return this.#follower.history;
  }

  /** Updates by other scorers since the page opened, oldest first. */
  get others(): LoggedUpdate[] {
    return this.#follower.others;
  }

  /** Why the event can't be shown or scored; null if it can. */
  get failure(): string | null {
    return this.#follower.failure ?? this.#storageFailure;
  }

  /** Not a derived value: those are stale once the page is closed, and this is read after waiting for answers. */
  get isOnline(): boolean {
    return this.connection === 'open';
  }

  close(): void {
    this.#isClosed = true;
    this.#follower.close();
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
        if (!(await this.#enter(() => correctionOf(this.rules, this.log, repair), () => this.#follower.readWhole()))) return;
      }
      this.#say(`Undone: ${name}`);
    });
  }

  /** Prepares a correction without entering it, to preview its changes. */
  async plan(repair: Repair): Promise<Draft> {
    await this.#follower.readWhole();
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
    return this.#inTurn(() => this.#enter(make, () => this.#follower.readWhole()));
  }

  async setStatus(status: Status): Promise<boolean> {
    try {
      const { event } = await this.#desk.ask('event:status', { eventId: this.#eventId, status });
      this.#follower.became(event);
      this.notice = null;
      return true;
    } catch (error) {
      const refusal = error instanceof Refused && error.error.code === 'forbidden' ? refusalOf(error.error) : null;
      if (error instanceof Refused && error.error.code === 'not_found') this.#follower.read();
      this.#say(refusal ? `${refusal.title}. ${refusal.advice}` : wordsFor(error), true);
      return false;
    }
  }

  /** Plans how to enter the refused entry, and those after it, on the current state. */
  async planAgain(): Promise<Plan> {
    await this.#follower.read();
    await this.#refresh();
    if (this.pending.some(({ voids }) => voids !== null)) await this.#follower.readWhole();
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
      this.#storageFailure = 'This browser blocks storage, so entries could get lost. Use a normal (not private) window, or another browser.';
      return;
    }
    if (this.#isClosed) return this.#outbox.close();
    this.#sender = new Sender(
      this.#desk,
      this.#outbox,
      {
        queue: (entries) => this.#queued(entries),
        holds: (entry) => isHeld(entry, this.event?.status ?? null, this.#follower.isGone),
        settled: (entry, { epoch, seq }) => this.#follower.take(epoch, updateOf(entry, seq)),
        blocked: (entry, error) => {
          this.#inTurn(() => this.#refused(entry, error));
        },
      },
      lockOf(owner, this.#eventId),
    );
    await this.#refresh();
    this.#sender.connected(this.isOnline);
  }

  #connected(state: DeskState, refusal: string | null): void {
    this.connection = state;
    this.refusal = refusal;
    if (this.isOnline) this.#follower.read();
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
    await this.#follower.read();
    this.#checkOpen();
    const since = this.history.log.filter(({ seq }) => seq > (entry.base ?? 0));
    const isOurClock = this.pending.every(({ data, voids }) => voids === null && isClock({ kind: 'update', data }));
    if (error.seq === undefined || since.length === 0 || !(isOurClock || since.every(isClock))) return false;
    const plan = await this.planAgain();
    if (plan.impossible.length > 0) return false;
    await this.#replace(plan.drafts, plan.base);
    return true;
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
