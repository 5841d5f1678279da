// Records a match for the demo: what the desk's rules make of the taps, as messages of /admin with their times (demo/README.md).
import { patchBetween } from '../lib/diff';
import { isObject, mergePatch } from '../lib/merge';
import type { Draft, Tap } from '../lib/outbox';
import { readObject } from '../lib/read';
import type { JsonObject, LoggedUpdate } from '../lib/wire';
import { correctionOf } from '../score/correction';
import { updateOf } from '../score/history';
import { COMMENTARY, draftOf, MARK, TAP, without, type Rules } from '../score/rules';
import { SUMMARY } from '../sports/summary';

export interface Line {
  /** Milliseconds after the line before. */
  after: number;
  message: 'event:create' | 'event:status' | 'score' | 'score:correct';
  payload: JsonObject;
}

export interface RecordedEvent {
  eventId: string;
  sport: string;
  title: string;
  competitors: readonly { name: string; short: string; color: string }[];
  actions: readonly JsonObject[];
}

/** The server's time at which a match begins. Any will do: the player replaces it. */
const BEGAN = Date.UTC(2026, 0, 1);

export class Recorder {
  /** The server's time. */
  now = BEGAN;
  state: JsonObject = {};
  readonly #eventId: string;
  readonly #rules: Rules;
  readonly #head: Line[];
  readonly #lines: Line[] = [];
  readonly #log: LoggedUpdate[] = [];
  /** All members that the match has had. */
  readonly #members = new Set<string>();

  constructor(rules: Rules, event: RecordedEvent) {
    this.#rules = rules;
    this.#eventId = event.eventId;
    this.#head = [
      { after: 0, message: 'event:create', payload: { ...event } },
      { after: 0, message: 'event:status', payload: { eventId: event.eventId, status: 'live' } },
    ];
  }

  /** Enters a tap `after` some milliseconds. Earlier taps of the same moment, such as of the clock, go with it. */
  enter(after: number, ...taps: Tap[]): void {
    let { state } = this;
    const drafts = taps.map((tap) => {
      const draft = draftOf(this.#rules, state, tap, this.now);
      state = without(mergePatch(state, draft.data));
      return draft;
    });
    const last = drafts.at(-1);
    if (last === undefined) return;
    const told = Object.fromEntries([MARK, COMMENTARY, TAP].flatMap((name) => (Object.hasOwn(last.data, name) ? [[name, last.data[name]]] : [])));
    this.#add(after, { ...last, data: { ...patchBetween(this.state, state), ...told } });
  }

  /** Puts the last entry right: another tap than it says. */
  correct(after: number, instead: Tap, reason: string): void {
    const named = this.#rules.record?.(this.state, instead) ?? instead;
    this.#add(after, correctionOf(this.#rules, this.#log, { seq: this.#log.length, instead: named, reason }, this.now));
  }

  /** The recording, as the lines of its file. */
  get text(): string {
    const cleared = Object.fromEntries([...this.#members].map((name) => [name, null]));
    const lines: Line[] = [
      ...this.#head,
      { after: 0, message: 'score', payload: { eventId: this.#eventId, data: cleared } },
      ...this.#lines,
      { after: 0, message: 'event:status', payload: { eventId: this.#eventId, status: 'ended' } },
    ];
    return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
  }

  /** The taps are for corrections here; the recording goes without them. */
  #add(after: number, draft: Draft): void {
    const { [TAP]: _, ...data } = draft.data;
    this.state = without(mergePatch(this.state, data));
    for (const name of Object.keys(data)) this.#members.add(name);
    this.#log.push(updateOf(draft, this.#log.length + 1));
    const { voids, reason } = draft;
    const message = voids === null ? 'score' : 'score:correct';
    this.#lines.push({ after, message, payload: { eventId: this.#eventId, data: timeless(data), ...(reason === null ? {} : { reason }) } });
    this.now += after;
  }
}

/** The update without the times of its clocks, which the player adds. */
function timeless(data: JsonObject): JsonObject {
  const { clock, [SUMMARY]: summary, ...rest } = data;
  const within = readObject(summary)['clock'];
  return {
    ...rest,
    ...(clock === undefined ? {} : { clock: unstamped(clock) }),
    ...(summary === undefined ? {} : { [SUMMARY]: isObject(within) ? { ...readObject(summary), clock: unstamped(within) } : summary }),
  };
}

function unstamped(clock: unknown): unknown {
  if (!isObject(clock)) return clock;
  const { at: _, ...rest } = clock;
  return rest;
}
