// All sports of the families, by each of their formats: whatever is tapped, undone and corrected, updates and figures hold together.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tap } from '../lib/outbox';
import { readEntries, readList, readObject } from '../lib/read';
import type { JsonObject } from '../lib/wire';
import { definitions } from '../sports/definitions';
import type { Format } from '../sports/definitions/definition';
import { families } from '../sports/families/families';
import { matchOf, offerOf } from '../sports/families/sets/match';
import { lastEntered } from './counted';
import { nextAttempt, nextJump } from './placings/turn';
import { offersFor } from './points/result';
import { replay } from './replay';
import { COMMENTARY, NotAllowed } from './rules';
import { nextServer } from './sets/serve';
import { figuresOf, Sheet } from './sheet.testing';
import { rulesOf } from './sports';

const formats: Format[] = definitions.flatMap(({ format, variants = [] }) => [format, ...variants.map((variant) => variant.format)]);

const move = fc.record({
  act: fc.constantFrom('tap', 'tap', 'tap', 'tap', 'tap', 'tap', 'undo', 'correct', 'remove', 'format'),
  pick: fc.nat(999),
  side: fc.constantFrom('home', 'away'),
  a: fc.nat(30),
  b: fc.nat(30),
  text: fc.constantFrom('Reds', 'Greens', '🏐'.repeat(200), 'x'.repeat(300), '\u202eblues', 'z\u0301'.repeat(90)),
  at: fc.nat(7_200_000),
  flag: fc.boolean(),
});
type Move = typeof move extends fc.Arbitrary<infer One> ? One : never;

function startOf(format: Format): Tap {
  if (format.family === 'plain') return ['start', { format, sides: ['Reds', 'Blues', 'Whites'] }];
  if (format.family === 'placings') return ['start', { format, entries: ['Ann', 'Bea', 'Cat'].map((name, index) => ({ name, lane: String(index + 1), team: 'Reds' })) }];
  return ['start', { format, home: 'Reds', away: 'Blues', at: 0 }];
}

/** The taps that a move may stand for, those of the game itself several times. */
const taps: Record<Format['family'], (state: JsonObject, move: Move) => Tap[]> = {
  sets: (state, { side, a, b, text, flag }) => {
    const match = matchOf(state);
    const offer = match && offerOf(match);
    const taken: Tap[] = offer === null ? [['begin', { server: (match && nextServer(match)) ?? side }]] : [[offer.kind === 'match' ? 'result' : offer.kind, { to: offer.side }]];
    const point: Tap = ['point', { to: side }];
    return [
      point, point, point, point, ...taken, ...taken, ...taken,
      ['point', { to: side, points: 1 + (a % 12) }], ['timeout', { side }], ['serve', { side, server: 1 + (a % 2) }], ['ends', {}], ['set', { to: side, awarded: true }],
      ['game', { to: side, awarded: flag }], ['score', { set: 1 + (a % 3), home: a, away: b }], ['rename', { side, to: text }], ['result', { how: flag ? 'walkover' : 'abandoned', winner: side }],
    ];
  },
  points: (state, { side, a, b, text, at, flag }) => {
    const { keys, counters, penalties } = readObject(state['format']);
    const named = (list: unknown) => readObject(readList(list)[a % Math.max(1, readList(list).length)])['name'];
    const score: Tap = ['score', { side, key: named(keys), at, ...(flag ? { who: text } : {}) }];
    const offers = offersFor(state, at).map(({ tap: [kind, detail] }): Tap => [kind, { ...detail, at }]);
    return [
      score, score, score, score, ...offers, ...offers, ['clock', { running: flag, value: a * 60_000, at }], ['end', { at }], ['shot', { side, scored: flag }],
      ['count', { side, counter: readEntries(counters)[a % 3]?.[0], ...(flag ? {} : { by: -1 }), at }], ['penalty', { side, name: named(penalties), who: text, at }],
      ['back', { number: 1, at }], ['attack', { side, at }], ['players', { side, count: a % 8, at }], ['set', { home: a, away: b, at }], ['rename', { side, to: text }],
    ];
  },
  plain: (_state, { a, b, text, at, flag }) => {
    const side = String(1 + (a % 4));
    const add: Tap = ['add', { side, by: b % 3 === 0 ? -1 : b % 3 }];
    return [add, add, add, ['set', { side, score: b }], ['side', { name: text }], ['period', { text }], ['rename', { side, to: text }], ['result', { how: flag ? 'score' : '', text, at }], ['clock', { running: flag, value: a, at }]];
  },
  placings: (state, { a, b, text, at, flag }) => {
    const entry = String(1 + (a % 4));
    const [jump, turn] = [nextJump(state), nextAttempt(state)];
    const made = ['o', 'x', 'x', '-', 'r'][b % 5];
    const game: Tap = jump
      ? ['attempt', { entry: jump.entry.key, [jump.jumpOff ? 'jumpOff' : 'height']: jump.height.key, mark: made }]
      : ['attempt', { entry: turn?.entry.key ?? entry, number: String(turn?.number ?? 1 + (b % 6)), mark: ['8.10', 'x', '-', '120', 'x98'][b % 5], wind: '+2.1' }];
    const mark: Tap = ['mark', { entry, mark: ['9.79', '9.784', '2:03.45', '1:02:03'][b % 4] }];
    return [
      game, game, game, mark, mark, ['height', { height: (1 + a / 20).toFixed(2), jumpOff: flag }], ['status', { entry, status: ['DNS', 'DQ', 'WD', ''][b % 4], reason: text }],
      ['entry', { name: text, heat: String(b % 3) }], ['edit', { entry, name: text, team: text, note: text }], ['wind', { wind: '-1.3' }], ['period', { text }], ['result', { how: flag ? 'marks' : '', text, at }],
    ];
  },
};

function tapOf(state: JsonObject, { family }: Format, chosen: Move): Tap {
  const all = taps[family](state, chosen);
  return all[chosen.pick % all.length] ?? ['unknown'];
}

/** Does what a move says. Throws `NotAllowed`. */
function act(sheet: Sheet, format: Format, chosen: Move): void {
  const target = 2 + (chosen.b % Math.max(1, sheet.log.length));
  if (chosen.act === 'tap') sheet.play(tapOf(sheet.state, format, chosen));
  else if (chosen.act === 'undo') sheet.undo();
  else if (chosen.act === 'format') sheet.correct(1, startOf(formats.filter(({ family }) => family === format.family)[chosen.a] ?? format));
  else sheet.correct(target, chosen.act === 'remove' ? null : tapOf(sheet.state, format, chosen));
}

/** All texts of a JSON value. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function expectWhole({ rules, log, state }: Sheet, format: Format): void {
  const { data = {}, tap = null } = { data: log.at(-1)?.data, tap: log.at(-1)?.data['tap'] as Tap | undefined };
  expect(data[COMMENTARY]).toMatch(/\S/);
  for (const text of [...textsOf(data), ...(tap ? [rules.words(tap)] : [])]) expect(text).not.toMatch(/undefined|NaN|\[object|Infinity|\p{Surrogate}/u);
  if (state['format'] === undefined) return;
  expect(families[format.family]?.fits(state)).toBe(true);
  const summary = readObject(state['summary']);
  expect(new TextEncoder().encode(JSON.stringify(summary)).length).toBeLessThanOrEqual(4_096);
  expect(readList(summary['sides']).length).toBeGreaterThanOrEqual(2);
}

test('in every format of every sport, random entries make whole updates, replay to the same figures, and can all be undone', () => {
  const played = fc.record({ format: fc.constantFrom(...formats), moves: fc.array(move, { minLength: 10, maxLength: 30 }) });
  fc.assert(
    fc.property(played, ({ format, moves }) => {
      const rules = rulesOf(format.family);
      const sheet = new Sheet(rules).play(startOf(format));
      for (const one of moves) {
        try {
          act(sheet, format, one);
        } catch (error) {
          if (!(error instanceof NotAllowed)) throw error;
        }
        expectWhole(sheet, format);
      }
      // A member of null is none.
      const plain = (state: JsonObject): unknown => JSON.parse(JSON.stringify(figuresOf(state), (_name, value: unknown) => value ?? undefined));
      expect(plain(replay(rules, sheet.log))).toEqual(plain(sheet.state));
      while (lastEntered(sheet.log) !== null) sheet.undo();
      expect(figuresOf(sheet.state)).toEqual({});
    }),
    { numRuns: 15 },
  );
}, 60_000);
