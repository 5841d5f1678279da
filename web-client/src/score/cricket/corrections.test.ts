// Whatever is entered, corrected and undone, the figures add up, and they are those of the corrected match played from the
// start. What cannot be played is refused, and changes nothing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { counted } from '../counted';
import { Asking, replay } from '../replay';
import { NotAllowed } from '../rules';
import { figuresOf, Sheet } from '../sheet.testing';
import { isInningsOver, isOverToCome, pairOf, readCard, type Card } from './card';
import { AgainstRules } from './check';
import { contradiction } from './invariants';
import { isLogged, playedAs, playedInOrder } from './model.testing';
import { Scorer, type Match } from './recorded.testing';
import { cricketRules } from './rules';

// `make soak` sets SOAK (vite.config.ts).
const isSoak = import.meta.env['VITE_SOAK'] === '1';
const MINUTES = 60_000;
// The reason of a failure, not only the numbers that lead to it.
fc.configureGlobal({ includeErrorInReport: true });

/** A match, what it should be, and how it was before each entry. */
class Double {
  readonly sheet = new Sheet(cricketRules);
  /** The taps that count, by the `seq` of their updates. */
  taps = new Map<number, Tap[]>();
  readonly #before: ReadonlyMap<number, Tap[]>[] = [];

  get next(): number {
    return this.sheet.log.length + 1;
  }

  enter(tap: Tap): void {
    const before = new Map(this.taps);
    const { state } = this.sheet;
    this.sheet.play(tap);
    const taps = counted(this.sheet.log).at(-1)?.taps ?? [];
    for (const one of taps) playedAs(state, one);
    this.taps.set(this.next - 1, taps);
    this.#before.push(before);
  }

  /** Corrects an entry. Returns whether that was possible. */
  correct(seq: number, instead: Tap | null, answer: (asking: Asking) => Tap[]): boolean {
    const { state } = this.sheet;
    const before = new Map(this.taps);
    const after = new Map(before);
    const inserted = after.get(seq)?.slice(0, -1) ?? [];
    after.set(seq, [...inserted, ...(instead ? [instead] : [])]);
    let questions = 0;
    try {
      this.sheet.correct(seq, instead, (asking) => {
        if (++questions > 3) throw new NotAllowed('The scorer gives up.');
        const taps = answer(asking);
        after.set(asking.seq, asking.answered(taps));
        return taps;
      });
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
      // Refused: nothing has changed. The rules would have refused it from the start, or something depends on the entry.
      expect(this.sheet.state).toBe(state);
      if (questions === 0 && !/can't be removed/.test(error.message)) expect(playedInOrder([...after.values()].flat()), error.message).toBeNull();
      return false;
    }
    const right = playedInOrder([...after.values()].flat());
    expect(right && figuresOf(right)).toEqual(figuresOf(this.sheet.state));
    for (const { update, taps } of counted(this.sheet.log)) {
      const entered = after.get(update.seq);
      for (const [index, logged] of (taps ?? []).entries()) if (entered?.[index]) isLogged(entered[index], logged);
      if (entered) after.set(update.seq, taps ?? []);
    }
    this.#before.push(before);
    this.taps = after;
    return true;
  }

  undo(): void {
    const before = this.#before.pop();
    expect(this.sheet.undo()).toBe(before !== undefined);
    if (before) this.taps = new Map(before);
  }

  check(): void {
    const { state, log } = this.sheet;
    expect(contradiction(state)).toBeNull();
    expect(figuresOf(replay(cricketRules, log))).toEqual(figuresOf(state));
    const right = playedInOrder([...this.taps.values()].flat());
    expect(right && figuresOf(right)).toEqual(figuresOf(state));
  }
}

/** Chooses among what is possible, by numbers that come from fast-check. */
type Choose = <T>(list: readonly T[]) => T;

function chooser(numbers: readonly number[]): Choose {
  let place = 0;
  return (list) => list[(numbers[place++ % numbers.length] ?? 0) % list.length] as (typeof list)[number];
}

const north = ['Ann', 'Bea', 'Cat', 'Dot', 'Eve', 'Fay'];
const south = ['Zoe', 'Yan', 'Xia', 'Wes', 'Vic', 'Uma'];

function startOf(choose: Choose): Tap {
  const [overs, players] = [choose([2, 3, 4]), choose([3, 4, 6])];
  return ['start', { batting: 'North', bowling: 'South', overs, players, striker: 'Ann', partner: 'Bea', bowler: 'Zoe', freeHits: choose([true, false]) }];
}

/** A ball as scorers enter them, wickets included. */
function ballOf(card: Card, choose: Choose): Tap {
  const runs = choose([0, 0, 0, 1, 1, 1, 2, 3, 4, 6]);
  const kind = choose<JsonObject>([{}, {}, {}, {}, {}, { fault: 'wide' }, { fault: 'noBall' }, { off: 'byes' }, { off: 'legByes' }]);
  if (choose([0, 1, 2, 3, 4, 5, 6, 7]) === 0) return ['ball', { wicket: wicketOf(card, choose) }];
  return ['ball', { ...(runs > 0 ? { runs } : {}), ...((runs === 4 || runs === 6) && choose([true, false]) ? { boundary: true } : {}), ...kind }];
}

function wicketOf(card: Card, choose: Choose): JsonObject {
  const team = card.batting === 'North' ? north : south;
  const free = team.filter((name) => !card.batters.get(name)?.out && name !== card.striker && name !== card.partner);
  const how = choose(['bowled', 'caught', 'runOut', 'stumped']);
  const more = how === 'runOut' ? { who: choose(['striker', 'partner']), end: choose(['striker', 'bowler']) } : {};
  const isLast = card.wickets + 1 >= card.players - 1;
  return { how, ...more, ...(isLast || free.length === 0 || choose([0, 1, 2, 3, 4, 5, 6, 7]) === 0 ? {} : { next: choose(free) }) };
}

/** The next tap of a match. */
function tapOn(card: Card, choose: Choose): Tap {
  const [batting, bowling] = card.batting === 'North' ? [north, south] : [south, north];
  if (isInningsOver(card)) {
    if (card.innings === 2) return choose<Tap>([['result', { text: 'No result' }], ['result', {}], ballOf(card, choose)]);
    if (choose([0, 1, 2, 3]) === 0) return ['target', { runs: card.runs + choose([-3, 1, 4]), overs: choose([1, 2, 3]) }];
    return ['innings', { striker: bowling[0], partner: bowling[1], bowler: batting[0] }];
  }
  if (isOverToCome(card)) return choose([0, 1, 2, 3, 4, 5]) === 0 ? ['ball', { more: true }] : ['over', { bowler: choose(bowling.filter((name) => name !== card.bowler)) }];
  if (pairOf(card).length < 2) return ['comesIn', { next: choose(batting) }];
  const kind = choose(['ball', 'ball', 'ball', 'ball', 'ball', 'ball', 'ball', 'ball', 'ball', 'swap', 'penalty', 'called', 'retire', 'rain']);
  if (kind === 'rain') return choose<Tap>([['close', { how: 'rain' }], ['limit', { overs: choose([1, 2, 3]) }], ['target', { runs: choose([5, 10, 20]), overs: choose([1, 2, 3]) }], ballOf(card, choose)]);
  if (kind === 'swap') return ['swap', {}];
  if (kind === 'penalty') return ['penalty', { to: choose(['batting', 'bowling']), runs: 5 }];
  if (kind === 'called' && card.thisOver.length > 3) return ['over', { bowler: choose(bowling.filter((name) => name !== card.bowler)), called: true }];
  if (kind === 'retire') {
    const [next] = batting.filter((name) => !card.batters.has(name));
    if (next) return ['retire', { who: choose([card.striker ?? '', card.partner ?? '']), next }];
  }
  return ballOf(card, choose);
}

/** What happened instead of an entry, as a scorer may say. */
function insteadOf(tap: Tap | undefined, card: Card, choose: Choose): Tap | null {
  const team = card.bowling === 'South' ? south : north;
  if (tap?.[0] === 'over') return choose([null, ['over', { bowler: choose(team) }]]);
  if (tap?.[0] === 'ball') return choose<Tap | null>([null, ['ball', { fault: 'wide' }], ['ball', { fault: 'noBall' }], ['ball', {}], ['ball', { runs: 1 }], ballOf(card, choose)]);
  return null;
}

function answerOf(choose: Choose): (asking: Asking) => Tap[] {
  return ({ question: { choices, name } }) => {
    const ways = [...choices.map(({ taps }) => taps), ...(name ? south.map((bowler) => name.taps(bowler)) : [])];
    return choose(ways);
  };
}

/** Enters what happens next; what the rules refuse now and then against them. */
function enterNext(match: Double, card: Card, choose: Choose): void {
  const tap = tapOn(card, choose);
  try {
    match.enter(tap);
  } catch (error) {
    if (!(error instanceof NotAllowed)) throw error;
    if (!(error instanceof AgainstRules) || choose([true, false])) return;
    enterAnyway(match, tap);
  }
}

function enterAnyway(match: Double, [kind, detail]: Tap): void {
  try {
    match.enter([kind, { ...detail, anyway: 'The umpire saw it' }]);
  } catch (error) {
    if (!(error instanceof NotAllowed)) throw error;
  }
}

function playMatch(numbers: readonly number[], corrections: number): void {
  const choose = chooser(numbers);
  const match = new Double();
  match.enter(startOf(choose));
  const length = 10 + choose([0, 10, 20, 30, 40]);
  const every = Math.max(1, Math.floor(length / corrections));
  for (let step = 1; step <= length; step++) {
    const card = readCard(match.sheet.state);
    if (card === null) throw new Error('The match is gone.');
    enterNext(match, card, choose);
    if (step % every === 0) {
      const seq = choose([...match.taps].filter(([, taps]) => taps.length > 0).map(([one]) => one));
      match.correct(seq, insteadOf(match.taps.get(seq)?.at(-1), card, choose), answerOf(choose));
      match.check();
      if (choose([0, 1, 2, 3]) === 0) {
        match.undo();
        match.check();
      }
    }
  }
  match.check();
}

describe('a match with corrections', () => {
  test('of any kind comes out right, or they are refused', () => {
    fc.assert(fc.property(fc.array(fc.nat({ max: 1_000 }), { minLength: 20, maxLength: 300 }), (numbers) => playMatch(numbers, 3)), {
      numRuns: isSoak ? 10_000 : 30,
    });
  }, 60 * MINUTES);

  test('goes back to nothing by undoing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1_000 }), { minLength: 20, maxLength: 60 }), (numbers) => {
        const choose = chooser(numbers);
        const match = new Double();
        match.enter(startOf(choose));
        for (let step = 0; step < 12; step++) {
          const card = readCard(match.sheet.state);
          if (card) enterNext(match, card, choose);
          if (card && step % 4 === 3) match.correct(choose([...match.taps].filter(([, taps]) => taps.length > 0).map(([one]) => one)), insteadOf(['ball'], card, choose), answerOf(choose));
        }
        while (match.taps.size > 0) {
          match.undo();
          match.check();
        }
        expect(figuresOf(match.sheet.state)).toEqual({});
      }),
      { numRuns: isSoak ? 1_000 : 6 },
    );
  }, 60 * MINUTES);
});

const files = import.meta.glob<Match>('../../../../tests/cases/cricket/*.json', { eager: true, import: 'default' });
const matches = Object.entries(files).map(([path, match]): [string, Match] => [`${path.slice(-7, -5)}: ${match.why}`, match]);

describe('corrections in a real match', () => {
  test.each(matches)('%s', (_name, file) => {
    const recorded = new Double();
    const enter = (tap: Tap) => {
      recorded.enter(tap);
      expect(contradiction(recorded.sheet.state)).toBeNull();
      return recorded.sheet.state;
    };
    new Scorer(file, enter).scoreAll();
    const log = [...recorded.sheet.log];
    const taps = new Map(recorded.taps);
    const { state } = recorded.sheet;
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 10_000 }), { minLength: 12, maxLength: 12 }), (numbers) => {
        const choose = chooser(numbers);
        const match = new Double();
        [match.sheet.log, match.sheet.state, match.taps] = [[...log], state, new Map(taps)];
        const seq = choose([...taps.keys()]);
        const card = readCard(state);
        if (card === null || !match.correct(seq, insteadOf(taps.get(seq)?.at(-1), card, choose), answerOf(choose))) return;
        expect(contradiction(match.sheet.state)).toBeNull();
        match.undo();
        expect(figuresOf(match.sheet.state)).toEqual(figuresOf(state));
      }),
      { numRuns: isSoak ? 40 : 1 },
    );
  }, 60 * MINUTES);
});
