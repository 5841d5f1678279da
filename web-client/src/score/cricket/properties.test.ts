// Random matches with every kind of tap: whatever is taken, the figures of an innings agree with each other.
import { expect, test } from 'vitest';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { NotAllowed, without } from '../rules';
import { isInningsOver, readCard, type Card } from './card';
import { oversOf } from './figures';
import { begin, tap } from './entering.testing';
import { cricketRules } from './rules';

/** The same numbers in each run: a linear congruential generator. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

class Chance {
  readonly #next: () => number;
  constructor(seed: number) {
    this.#next = numbersFrom(seed);
  }
  is(share: number): boolean {
    return this.#next() < share;
  }
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }
  of<T>(...list: T[]): T {
    return list[this.below(list.length)] as T;
  }
  some(share: number, members: JsonObject): JsonObject {
    return this.is(share) ? members : {};
  }
}

const playersOf = (team: string) => Array.from({ length: 6 }, (_, index) => `${team[0]}${index}`);

function anyBall(chance: Chance, card: Card): Tap {
  const batter = () => chance.of(...playersOf(card.batting));
  const wicket = {
    how: chance.of('bowled', 'caught', 'lbw', 'runOut', 'stumped', 'hitWicket', 'obstructing', 'hitTwice'),
    ...chance.some(0.95, { next: batter() }),
    ...chance.some(0.5, { by: chance.of(...playersOf(card.bowling)) }),
    ...chance.some(0.3, { who: 'partner' }),
    ...chance.some(0.3, { end: chance.of('striker', 'bowler') }),
    ...chance.some(0.1, { out: batter() }),
  };
  return ['ball', {
    ...chance.some(0.5, { runs: chance.below(9) }),
    ...chance.some(0.2, { boundary: true }),
    ...chance.some(0.2, { fault: chance.of('wide', 'noBall') }),
    ...chance.some(0.2, { off: chance.of('byes', 'legByes') }),
    ...chance.some(0.15, { wicket }),
    ...chance.some(0.1, { more: true }),
  }];
}

function anyTap(chance: Chance, card: Card): Tap {
  const [batter, bowler] = [() => chance.of(...playersOf(card.batting)), () => chance.of(...playersOf(card.bowling))];
  const opening = (batting: string, bowling: string) => ({ striker: `${batting[0]}0`, partner: `${batting[0]}1`, bowler: `${bowling[0]}${chance.below(3)}` });
  if (isInningsOver(card) && chance.is(0.7)) {
    const again = chance.is(0.2);
    const [batting, bowling] = again ? [card.batting, card.bowling] : [card.bowling, card.batting];
    return tap('innings', { ...opening(batting, bowling), batting, ...(chance.is(0.3) ? { super: true } : {}), ...(again ? { followOn: true } : {}) });
  }
  const isVacant = card.striker === null || card.partner === null;
  if (isVacant && chance.is(0.5)) return tap('comesIn', { next: batter() });
  const kind = chance.below(60);
  switch (kind) {
    case 0: return tap('swap', {});
    case 1: return tap('retire', { who: batter(), next: batter() });
    case 2: return tap('out', { who: batter(), how: chance.of('timedOut', 'retiredOut', 'absent'), next: batter() });
    case 3: return tap('penalty', { to: chance.of('batting', 'bowling') });
    case 4: return tap('target', { runs: 1 + chance.below(30), ...(chance.is(0.5) ? { overs: chance.below(4) } : {}) });
    case 5: return tap('limit', { overs: chance.below(5) });
    case 6: return tap('close', { how: chance.of('declared', 'rain', 'captain') });
    case 7: return tap('squad', { team: card.batting, players: [batter()] });
    case 8: case 9: return tap('bowler', { bowler: bowler() });
    case 10: case 11: return tap('bowler', { bowler: bowler(), over: 1 + chance.below(4) });
    case 12: case 13: return tap('over', { bowler: bowler(), called: true });
    case 14: return tap('result', chance.is(0.5) ? {} : { how: chance.of('tie', 'noResult') });
    case 15: return chance.is(0.5) ? tap('rename', { kind: 'player', team: card.bowling, from: bowler(), to: bowler() }) : tap('rename', { kind: 'player', team: card.batting, from: batter(), to: batter() });
    case 16: return tap('over', { called: true });
    default: return chance.is(0.2) ? tap('over', { bowler: bowler() }) : anyBall(chance, card);
  }
}

/** What contradicts itself in an innings; nothing in a right one. */
function contradictions(card: Card): string[] {
  const { batters, bowlers, extras, fall, progress } = card;
  const sum = <T>(list: Iterable<T>, value: (one: T) => number) => [...list].reduce((total, one) => total + value(one), 0);
  const checks: [string, number, number][] = [
    ['runs', sum(batters.values(), ({ runs }) => runs) + sum(Object.values(extras), (runs) => runs), card.runs],
    ['bowlers', sum(bowlers.values(), ({ runs }) => runs), card.runs - extras.byes - extras.legByes - extras.penalties],
    ['legal balls', sum(bowlers.values(), ({ legal }) => legal), card.legal],
    ['balls', sum(bowlers.values(), ({ balls }) => balls), card.balls],
    ['wickets', [...batters.values()].filter(({ out }) => out).length, card.wickets],
    ['fall', fall.size, card.wickets],
    ['overs: wickets', sum(progress.values(), ({ wickets }) => wickets), card.wickets],
  ];
  return checks.filter(([, found, expected]) => found !== expected).map(([name, found, expected]) => `${name}: ${found}, not ${expected}`);
}

function playRandomly(seed: number): { taps: Tap[]; taken: number; kinds: Set<string>; wrong: string[] } {
  const chance = new Chance(seed);
  const start = begin({ overs: chance.of(0, 1, 2, 3), players: 6, striker: 'N0', partner: 'N1', bowler: 'S0', ballsInOver: chance.of(5, 6, 6), inningsEach: chance.of(1, 2), freeHits: chance.is(0.5) });
  let state = without(cricketRules.play({}, start));
  const taps = [start];
  const kinds = new Set<string>();
  for (let count = 0; count < 120; count += 1) {
    const card = readCard(state);
    if (card === null) return { taps, taken: 0, kinds, wrong: ['no match'] };
    const [kind, detail = {}] = anyTap(chance, card);
    const next: Tap = [kind, { ...detail, ...chance.some(0.05, { anyway: 'The umpire' }) }];
    try {
      state = without(cricketRules.play(state, next));
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
      continue;
    }
    taps.push(next);
    kinds.add(kind);
    const after = readCard(state);
    const wrong = after === null ? ['no match'] : contradictions(after);
    if (after !== null && oversOf(after.balls, after.ballsInOver) !== state['over']) wrong.push('over');
    if (wrong.length > 0) return { taps, taken: taps.length, kinds, wrong };
  }
  return { taps, taken: taps.length, kinds, wrong: [] };
}

test('in random matches with every kind of tap the figures agree after each', () => {
  const kinds = new Set<string>();
  for (let seed = 1; seed <= 100; seed += 1) {
    const played = playRandomly(seed * 7_919);
    expect({ wrong: played.wrong, taps: played.wrong.length > 0 ? played.taps : [] }).toEqual({ wrong: [], taps: [] });
    for (const kind of played.kinds) kinds.add(kind);
  }
  expect([...kinds].sort()).toEqual(['ball', 'bowler', 'close', 'comesIn', 'innings', 'limit', 'out', 'over', 'penalty', 'rename', 'result', 'retire', 'squad', 'swap', 'target']);
}, 60_000);
