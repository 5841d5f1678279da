// A desk without a server, for tests: entries are in the log at once.
import { expect } from 'vitest';
import { mergePatch } from '../lib/merge';
import type { Draft, Tap } from '../lib/outbox';
import type { JsonObject, LoggedUpdate } from '../lib/wire';
import { correctionOf, type Repair } from './correction';
import { lastEntered } from './counted';
import { updateOf } from './history';
import { Asking, replay } from './replay';
import { COMMENTARY, draftOf, without, type Rules } from './rules';

export class Sheet {
  log: LoggedUpdate[] = [];
  state: JsonObject = {};

  constructor(readonly rules: Rules) {}

  play(...taps: Tap[]): this {
    for (const tap of taps) this.enter(draftOf(this.rules, this.state, tap));
    return this;
  }

  /** Corrects an update. `answer` answers each question. */
  correct(seq: number, instead: Tap | null, answer?: (asking: Asking) => Tap[]): Draft {
    let repair: Repair = { seq, instead, reason: 'a mistake' };
    for (;;) {
      try {
        return this.enter(correctionOf(this.rules, this.log, repair));
      } catch (error) {
        if (!(error instanceof Asking) || answer === undefined) throw error;
        repair = { ...repair, answers: new Map([...(repair.answers ?? []), [error.seq, error.answered(answer(error))]]) };
      }
    }
  }

  undo(): boolean {
    const last = lastEntered(this.log);
    if (last !== null) this.enter(correctionOf(this.rules, this.log, { seq: last.seq, instead: null, reason: 'Entered by mistake', isUndo: true }));
    return last !== null;
  }

  enter(draft: Draft): Draft {
    this.log.push(updateOf(draft, this.log.length + 1));
    this.state = mergePatch(this.state, draft.data);
    return draft;
  }
}

/** A state without what was told last: a correction has words of its own. */
export function figuresOf(state: JsonObject): JsonObject {
  const { [COMMENTARY]: _, ...figures } = without(state);
  return figures;
}

/** Asserts that a sheet's state equals that of a match without mistakes. */
export function expectAsIf(sheet: Sheet, ...taps: Tap[]): void {
  const right = new Sheet(sheet.rules).play(...taps);
  expect(figuresOf(sheet.state)).toEqual(figuresOf(right.state));
  expect(figuresOf(replay(sheet.rules, sheet.log))).toEqual(figuresOf(right.state));
}
