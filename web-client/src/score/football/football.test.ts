// Football by the console's taps: cards, own goals, the clock, shoot-outs and endings.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergePatch } from '../../lib/merge';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { entryWords, readFootball } from '../../sports/football';
import { minuteAt } from '../../sports/footballClock';
import { readShootOut } from '../../sports/shootOut';
import { clockWords, footballSummary, readSummary } from '../../sports/summary';
import { correctionOf } from '../correction';
import { replay } from '../replay';
import { draftOf, NotAllowed, UnknownTap } from '../rules';
import { footballRules, resultOf, suggestedResult } from './rules';

const play = (...taps: Tap[]) => taps.reduce<JsonObject>((state, tap) => footballRules.play(state, tap), {});
const start: Tap[] = [['start', { home: 'Reds', away: 'Blues' }], ['period', { name: 'First half', at: 0 }]];
const yellow = (player: string | null, minute: string, more: JsonObject = { counted: true }): Tap => [
  'yellow', { team: 'home', minute, ...(player === null ? {} : { player }), ...more },
];
const types = (state: JsonObject) => Object.values(state['timeline'] as Record<string, JsonObject>).map(({ type }) => type);

/** The log that a desk writes with these taps. */
function logOf(...taps: Tap[]) {
  let state: JsonObject = {};
  return taps.map((tap, index) => {
    const { data, at } = draftOf(footballRules, state, tap, 0);
    state = mergePatch(state, data);
    return { seq: index + 1, kind: 'update' as const, data, at };
  });
}

describe('cards', () => {
  test.each<[string, Tap[], string[]]>([
    ['a second yellow card of a player is a red card', [yellow('Ann', '10'), yellow('Ann', '60')], ['yellow', 'yellow-red']],
    ['names are compared without case and spaces around them', [yellow('Ann', '10'), yellow(' ANN ', '60')], ['yellow', 'yellow-red']],
    ['two players have one each', [yellow('Ann', '10'), yellow('Bea', '60')], ['yellow', 'yellow']],
    ['players without a name are not taken for one', [yellow(null, '10'), yellow(null, '60')], ['yellow', 'yellow']],
    ['a player of the other team has the same name', [yellow('Ann', '10'), ['yellow', { team: 'away', player: 'Ann', minute: '60', counted: true }]], ['yellow', 'yellow']],
    ['taps of 0.1.0 stay two yellow cards', [yellow('Ann', '10', {}), yellow('Ann', '60', {})], ['yellow', 'yellow']],
  ])('%s', (_name, taps, expected) => {
    expect(types(play(...start, ...taps))).toEqual(expected);
  });

  test('the second one is told as such, in the commentary and on the timeline', () => {
    const state = play(...start, yellow('Ann', '10'), yellow('Ann', '60'));
    expect(state['commentary']).toBe("60' Second yellow card for Ann (Reds): sent off.");
    const [latest] = readFootball(state)?.timeline ?? [];
    expect(latest && [latest.incident, entryWords(latest)]).toEqual(['second', { who: 'Ann', what: ['Second yellow card, red card', 'Reds'] }]);
  });

  test('without the first one, the second is the first', () => {
    const log = logOf(...start, yellow('Ann', '10'), yellow('Ann', '60'));
    const { data, voids } = correctionOf(footballRules, log, { seq: 3, instead: null, reason: 'Wrong player' });
    const corrected = [...log, { seq: 5, kind: 'correction' as const, data, at: 0, voids: voids ?? [], reason: 'Wrong player' }];
    expect(types(replay(footballRules, corrected))).toEqual(['yellow']);
  });
});

describe('goals and changes in words', () => {
  const own: Tap = ['goal', { team: 'home', player: 'Zoe', detail: 'own goal', own: true, minute: '33' }];
  test('an own goal names the team that it counts for, and the player’s', () => {
    const state = play(...start, own);
    expect(state['commentary']).toBe("33' Own goal by Zoe (Blues), it counts for Reds. Reds 1, Blues 0.");
    const [line] = readFootball(state)?.timeline ?? [];
    expect(line && entryWords(line)).toEqual({ who: 'Zoe', what: ['Own goal by Blues', 'counts for Reds'] });
  });

  test('an own goal of 0.1.0 keeps its commentary', () => {
    const old: Tap = ['goal', { team: 'home', player: 'Zoe', detail: 'own goal', minute: '33' }];
    expect(play(...start, old)['commentary']).toBe("33' GOAL for Reds! Zoe (own goal). Reds 1, Blues 0.");
  });

  test.each<[Tap, { who: string; what: string[] }]>([
    [['substitution', { team: 'away', player: 'Ida', off: 'Zoe', minute: '70' }], { who: 'Ida comes on for Zoe', what: ['Substitution', 'Blues'] }],
    [['substitution', { team: 'away', minute: '70' }], { who: 'Substitution', what: ['Blues'] }],
    [['goal', { team: 'home', player: 'Ann', detail: 'penalty', minute: '5' }], { who: 'Ann', what: ['Goal', 'Reds', 'penalty'] }],
    [['red', { team: 'home', minute: '5' }], { who: 'Red card', what: ['Reds'] }],
  ])('%j', (tap, words) => {
    const [line] = readFootball(play(...start, tap))?.timeline ?? [];
    expect(line && entryWords(line)).toEqual(words);
  });

  test('another app’s own words are kept', () => {
    const board = readFootball({ home: { goals: 1 }, away: { goals: 0 }, timeline: { 1: { type: 'Goal of the month', team: 'X', player: 'P' } } });
    expect(board?.timeline.map(entryWords)).toEqual([{ who: 'P', what: ['Goal of the month', 'X'] }]);
  });
});

describe('the clock', () => {
  test('of a summary shows minutes, with added time', () => {
    const summary = readSummary(footballSummary(play(...start)));
    expect(summary && [0, 46.5, 22.9].map((minutes) => clockWords('Football', summary, minutes * 60_000))).toEqual(['1′', '45+2′', '23′']);
    expect(summary && clockWords('hockey', summary, 60_000)).toBe('1:00');
  });

  test('that stands shows the minutes played', () => {
    const summary = { sides: [], clock: { running: false, at: 0, value: 45 * 60_000, direction: 'up' as const } };
    expect(clockWords('football', summary, 1e12)).toBe('45′');
  });

  test.each([
    ['23', 23 * 60_000],
    ['45+2', 47 * 60_000],
  ])('is set to minute %s', (minute, passed) => {
    const at = 1_000_000_000;
    const state = play(...start, ['clock', { minute, at }]);
    expect([minuteAt(state, at), state['minute'], state['beganAt']]).toEqual([minute, minute, at - passed + 60_000]);
  });

  test.each([
    ['a word', 'half'],
    ['a minute of the first half in the second', '30'],
    ['nothing', ''],
  ])('is not set to %s', (_name, minute) => {
    expect(() => play(...start, ['period', { name: 'Second half', at: 0 }], ['clock', { minute, at: 9 }])).toThrow(NotAllowed);
  });

  test('has no minute in a pause, not even the last incident’s', () => {
    const pause = play(...start, ['goal', { team: 'home', minute: '12' }], ['period', { name: 'Half-time' }]);
    expect([minuteAt(pause, 9e9), footballSummary(pause)?.note, footballSummary(pause)?.clock]).toEqual([null, undefined, undefined]);
  });

  test('of a desk of 0.1.0 is the minute that it sends', () => {
    const state = play(start[0] as Tap, ['period', { name: 'First half' }], ['minute', { minute: '23' }]);
    expect([minuteAt(state, 9e9), readFootball(state)?.minute, footballSummary(state)?.note]).toEqual([null, '23', '23′']);
  });
});

describe('a shoot-out', () => {
  /** In the order of kicking: H and A score, h and a miss. */
  const shootOuts: [string, string, string, boolean][] = [
    ['of the final of 2022', 'AHaHaHAH', 'home 4–2', false],
    ['of the final of 2006', 'HAHaHAHAH', 'home 5–3', false],
    ['of the final of 1994', 'haHAHAhAh', 'away 2–3', false],
    ['of Morocco and Spain in 2022', 'HaHahaH', 'home 3–0', false],
    ['of Germany and France in 1982', 'AHAHAhaHAHaH', 'home 5–4', true],
    ['of Sweden and Romania in 1994', 'hAHAHAHaHAHa', 'home 5–4', true],
  ];

  const kicks = (letters: string): Tap[] =>
    [...letters].map((letter) => [
      'kick',
      { team: letter.toUpperCase() === 'H' ? 'home' : 'away', how: letter === letter.toUpperCase() ? 'scored' : 'saved', player: `P${letter}` },
    ]);
  const inShootOut = (letters: string) => play(...start, ['period', { name: 'Penalty shoot-out' }], ...kicks(letters));

  test.each(shootOuts)('%s is decided by its last kick, and by none before', (_name, letters, result, sudden) => {
    for (let count = 1; count < letters.length; count += 1) {
      const before = readShootOut(inShootOut(letters.slice(0, count)));
      expect([before?.winner, before?.next]).toEqual([null, letters[count]?.toUpperCase() === 'H' ? 'home' : 'away']);
    }
    const end = readShootOut(inShootOut(letters));
    expect([`${end?.winner} ${end?.home}–${end?.away}`, end?.sudden, end?.next]).toEqual([result, sudden, null]);
  });

  test('has a row for each kick, with the score after it', () => {
    const { kicks: rows = [] } = readShootOut(inShootOut('AHa')) ?? {};
    expect(rows.map(({ round, side, player, outcome, home, away }) => [round, side, player, outcome, `${home}–${away}`])).toEqual([
      [1, 'away', 'PA', 'scored', '0–1'],
      [1, 'home', 'PH', 'scored', '1–1'],
      [2, 'away', 'Pa', 'saved', '1–1'],
    ]);
  });

  test('is told kick by kick, to its end', () => {
    expect(inShootOut('A')['commentary']).toBe('PA (Blues) scores. Reds 0, Blues 1 on penalties.');
    const end = inShootOut('AHaHaHAH');
    expect(end['commentary']).toBe('PH (Reds) scores. Reds 4, Blues 2 on penalties. Reds win the shoot-out.');
    expect(resultOf(end)).toBe('Reds won 4–2 on penalties after a 0–0 draw');
  });

  test('kicks of 0.1.0 keep their words and count', () => {
    const state = play(...start, ['period', { name: 'Penalty shoot-out' }], ['kick', { team: 'home', scored: true }], ['kick', { team: 'away', scored: false }]);
    expect(state['commentary']).toBe('Blues does not score.');
    expect(readShootOut(state)).toMatchObject({ home: 1, away: 0, next: 'home' });
  });

  test('says that sudden death has come', () => {
    expect([readShootOut(inShootOut('HAHAHAHAH'))?.sudden, readShootOut(inShootOut('HAHAHAHAHA'))?.sudden]).toEqual([false, true]);
  });

  test('is none without kicks, and of entries of other shapes', () => {
    expect(readShootOut(play(...start))).toBeNull();
    expect(readShootOut({ timeline: { 1: { type: 'shootout-goal' }, 2: { type: 7 }, 3: null } })).toBeNull();
  });
});

describe('an ending', () => {
  const goal: Tap = ['goal', { team: 'home', minute: '3' }];
  test.each<[string, Tap[], string, 'home' | 'away', string | null, string]>([
    ['by the score', [goal], 'score', 'home', null, 'Reds won 1–0'],
    ['after extra time', [['period', { name: 'Extra time, second half', at: 0 }], goal], 'score', 'home', null, 'Reds won 1–0 after extra time'],
    ['abandoned', [goal], 'abandoned', 'home', '63', 'Abandoned in minute 63 at 1–0'],
    ['abandoned before it began', [], 'abandoned', 'home', null, 'Abandoned at 0–0'],
    ['conceded', [goal], 'conceded', 'away', null, 'Blues conceded the match to Reds'],
  ])('%s is suggested in words', (_name, taps, how, side, minute, words) => {
    expect(suggestedResult(play(...start, ...taps), how, side, minute)).toBe(words);
  });

  test.each([
    ['abandoned', 'Abandoned'],
    ['conceded', 'Conceded'],
    ['constructor', 'Full time'],
    [undefined, 'Full time'],
  ])('%s is the period %s, and no clock runs', (how, period) => {
    const state = play(...start, ['result', { text: 'The end', ...(how ? { how } : {}) }]);
    expect([state['period'], state['result'], footballSummary(state)?.clock]).toEqual([period, 'The end', undefined]);
  });
});

test('an entry that the rules do not know is named as such', () => {
  expect(() => play(...start, ['corner', { team: 'home' }])).toThrow(UnknownTap);
});

test('a corrected match is the match played so from the start', () => {
  const side = fc.constantFrom('home', 'away');
  const player = fc.constantFrom('Ann', 'Bea', 'Cat');
  const minute = fc.integer({ min: 1, max: 45 }).map(String);
  const incident: fc.Arbitrary<Tap> = fc.oneof(
    fc.record({ team: side, player, minute, counted: fc.constant(true) }).map((detail): Tap => ['yellow', detail]),
    fc.record({ team: side, player, minute }).map((detail): Tap => ['goal', detail]),
    fc.record({ team: side, player, minute, own: fc.constant(true), detail: fc.constant('own goal') }).map((detail): Tap => ['goal', detail]),
    fc.record({ team: side, how: fc.constantFrom('scored', 'saved', 'missed') }).map((detail): Tap => ['kick', detail]),
    fc.record({ minute, at: fc.integer({ min: 0, max: 1e9 }) }).map((detail): Tap => ['clock', detail]),
    fc.record({ kind: fc.constant('player'), team: side, from: player, to: fc.constantFrom('Dot', 'Eve') }).map((detail): Tap => ['rename', detail]),
    fc.record({ kind: fc.constant('team'), team: fc.constant('home'), from: fc.constant('Reds'), to: fc.constantFrom('Rovers', 'Greens') }).map((detail): Tap => ['rename', detail]),
    fc.record({ team: side, players: fc.array(player) }).map((detail): Tap => ['squad', detail]),
  );
  const played = fc.array(incident, { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(played, fc.nat(), fc.option(incident), (taps, at, instead) => {
      const index = at % taps.length;
      const log = logOf(...start, ...taps);
      const { data } = correctionOf(footballRules, log, { seq: start.length + index + 1, instead, reason: 'Wrong' });
      const state = log.reduce<JsonObject>((now, update) => mergePatch(now, update.data), {});
      const right = play(...start, ...taps.slice(0, index), ...(instead === null ? [] : [instead]), ...taps.slice(index + 1));
      const { commentary: _words, tap: _tap, summary, ...corrected } = mergePatch(state, data);
      const { commentary: _same, ...expected } = right;
      expect([corrected, summary]).toEqual([expected, footballSummary(right)]);
    }),
    { numRuns: 60 },
  );
}, 60_000);
