// Other names for players and teams, in all places where they stand, also after corrections.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { footballLine, readFootball } from '../../sports/football';
import { figuresOf, Sheet } from '../sheet.testing';
import { footballRules } from './rules';

const play = (...taps: Tap[]) => taps.reduce<JsonObject>((state, tap) => footballRules.play(state, tap), {});
const begin: Tap = ['start', { home: 'Reds', away: 'Blues', squads: { Reds: ['Tim', 'Ann'], Blues: ['Tim'] } }];
const goal = (player: string, more: JsonObject = {}): Tap => ['goal', { team: 'home', player, minute: '9', ...more }];
const own: JsonObject = { detail: 'own goal', own: true };
const yellow = (player: string, minute = '10'): Tap => ['yellow', { team: 'home', player, minute, counted: true }];
const player = (from: string, to: string, team: string | null = 'home'): Tap => ['rename', { kind: 'player', ...(team === null ? {} : { team }), from, to }];
const team = (from: string, to: string, more: JsonObject = { team: 'home' }): Tap => ['rename', { kind: 'team', from, to, ...more }];

describe('a name', () => {
  test.each<[string, Tap[], JsonObject]>([
    ['of a scorer', [goal('Tim'), player('Tim', 'Kim')], { timeline: { '0001': { player: 'Kim' } }, squads: { Reds: ['Kim', 'Ann'], Blues: ['Tim'] }, commentary: 'Name corrected: Kim, not Tim.' }],
    ['with other case', [goal(' TIM'), player('Tim', 'Kim')], { timeline: { '0001': { player: 'Kim' } } }],
    ['of a player taken off', [['substitution', { team: 'home', player: 'Bea', off: 'Tim', minute: '5' }], player('Tim', 'Kim')], { timeline: { '0001': { player: 'Bea', off: 'Kim' } } }],
    ['of the other team’s player of that name stays', [['goal', { team: 'away', player: 'Tim', minute: '5' }], player('Tim', 'Kim')], { timeline: { '0001': { player: 'Tim' } } }],
    ['of both teams’ players', [['goal', { team: 'away', player: 'Tim', minute: '5' }], player('Tim', 'Kim', null)], { timeline: { '0001': { player: 'Kim' } }, squads: { Blues: ['Kim'] } }],
    ['of an own goal belongs to the other team', [goal('Tim', own), player('Tim', 'Kim'), player('Tim', 'Jim', 'away')], { timeline: { '0001': { player: 'Jim' } } }],
    ['of a kicker', [['period', { name: 'Penalty shoot-out' }], ['kick', { team: 'home', how: 'saved', player: 'Tim' }], player('Tim', 'Kim')], { timeline: { '0001': { player: 'Kim' } } }],
    ['that is in the squad already', [player('Tim', 'Ann')], { squads: { Reds: ['Ann'] } }],
    ['that nobody has', [player('Zed', 'Kim')], { squads: { Reds: ['Tim', 'Ann'] } }],
    ['of a team', [team('Reds', 'Rovers')], { home: { name: 'Rovers' }, squads: { Rovers: ['Tim', 'Ann'], Blues: ['Tim'] } }],
    ['of a team without its side', [team('Blues', 'Azure', {})], { away: { name: 'Azure' } }],
    ['of a team in the result', [goal('Tim'), ['result', { text: 'Reds won 1–0 (Redsea)' }], team('Reds', 'Rovers')], { result: 'Rovers won 1–0 (Redsea)' }],
    ['of players', [['squad', { team: 'away', players: ['Zoe', ' Yan ', 'Zoe', 7, null] }]], { squads: { Blues: ['Zoe', 'Yan', '7'] } }],
    ['of the venue', [['venue', { text: ' Town Park ' }]], { venue: 'Town Park', commentary: 'Venue: Town Park.' }],
  ])('%s', (_name, taps, expected) => {
    expect(play(begin, ...taps)).toMatchObject(expected);
  });

  test('of a team within the other team’s name stays in the result', () => {
    const state = play(['start', { home: 'North', away: 'North End' }], ['result', { text: 'North End won, North lost' }], team('North', 'South'));
    expect(state['result']).toBe('North End won, South lost');
  });

  test('that another app wrote for the team changes in the timeline', () => {
    const state = { home: { name: 'Reds', goals: 1 }, away: { name: 'Blues', goals: 0 }, timeline: { 1: { type: 'goal', team: 'Reds', player: 'Tim' }, 2: null } };
    const after = footballRules.play(footballRules.play(state, team('Reds', 'Rovers')), player('Tim', 'Kim'));
    expect(after['timeline']).toEqual({ 1: { type: 'goal', team: 'Rovers', player: 'Kim' }, 2: null });
    expect(Object.keys(footballRules.play({ home: { goals: 0 }, away: { goals: 0 } }, player('Tim', 'Kim')))).toEqual(['home', 'away', 'commentary']);
  });

  test.each<[string, Tap, string]>([
    ['the other team’s', team('Reds', 'Blues'), 'different names'],
    ['the same', player('Tim', 'Tim'), 'the same'],
    ['nothing', player('Tim', ' '), 'right name'],
    ['of no team', team('Greens', 'Whites', {}), 'do not play'],
    ['of a third side', player('Tim', 'Kim', 'middle'), 'Select a team'],
    ['of no venue', ['venue', {}], 'Enter the venue'],
  ])('that is %s is refused', (_name, tap, why) => {
    expect(() => play(begin, tap)).toThrow(why);
  });

  test('makes two cards of one player a second yellow card', () => {
    const state = play(begin, yellow('Tim'), yellow('Kim', '20'), player('Tim', 'Kim'));
    expect(readFootball(state)?.timeline.map(({ player: who, incident }) => [who, incident])).toEqual([['Kim', 'second'], ['Kim', 'yellow']]);
    expect(state['commentary']).toBe('Name corrected: Kim, not Tim. It is the second yellow card for Kim: sent off.');
  });
});

describe('in a log', () => {
  const sheet = () => new Sheet(footballRules).play(begin, goal('Tim'), player('Tim', 'Kim'), team('Reds', 'Rovers'), goal('Kim', { minute: '20' }));
  const scorers = ({ state }: Sheet) => readFootball(state)?.timeline.map(({ player: who, team: side }) => `${who}, ${side}`);

  test('is in the summary, and told without the minute of the goal', () => {
    const { log, state } = sheet();
    expect(state['summary']).toMatchObject({ sides: [{ name: 'Rovers', score: '2' }, { name: 'Blues', score: '0' }] });
    expect(log.slice(2, 4).map(({ data }) => footballLine(data))).toEqual([
      { mark: null, text: 'Name corrected: Kim, not Tim.' },
      { mark: null, text: 'Name corrected: Rovers, not Reds.' },
    ]);
  });

  test('stays when an entry before it is corrected', () => {
    const corrected = sheet();
    corrected.correct(2, goal('Tim', { minute: '8' }));
    expect(scorers(corrected)).toEqual(['Kim, Rovers', 'Kim, Rovers']);
    corrected.correct(2, null);
    expect(scorers(corrected)).toEqual(['Kim, Rovers']);
  });

  test('is taken back by Undo, everywhere', () => {
    const undone = sheet();
    undone.undo();
    undone.undo();
    expect([scorers(undone), undone.state['home']]).toEqual([['Kim, Reds'], { name: 'Reds', goals: 1 }]);
    expect(undone.state['commentary']).toBe('Correction: Rovers, not Reds, taken back.');
    undone.undo();
    expect([scorers(undone), undone.state['squads']]).toEqual([['Tim, Reds'], { Reds: ['Tim', 'Ann'], Blues: ['Tim'] }]);
    expect(figuresOf(undone.state)).toEqual(figuresOf(new Sheet(footballRules).play(begin, goal('Tim')).state));
  });

  test('is another after a correction', () => {
    const corrected = sheet();
    corrected.correct(3, player('Tim', 'Jim'));
    expect(scorers(corrected)).toEqual(['Kim, Rovers', 'Jim, Rovers']);
  });
});

test('a match with a name corrected is the match entered with the right name', () => {
  const side = fc.constantFrom('home', 'away');
  const name = fc.constantFrom('Tim', 'Kim', 'Ann');
  const minute = fc.integer({ min: 1, max: 90 }).map(String);
  const entry: fc.Arbitrary<Tap> = fc.oneof(
    fc.record({ team: side, player: name, minute, counted: fc.constant(true) }).map((detail): Tap => ['yellow', detail]),
    fc.record({ team: side, player: name, minute }).map((detail): Tap => ['goal', detail]),
    fc.record({ team: side, player: name, minute }).map((detail): Tap => ['goal', { ...detail, ...own }]),
    fc.record({ team: side, player: name, off: name, minute }).map((detail): Tap => ['substitution', detail]),
    fc.record({ team: side, player: name, how: fc.constantFrom('scored', 'saved') }).map((detail): Tap => ['kick', detail]),
  );
  const right = ([kind, detail = {}]: Tap): Tap => {
    const isTheirs = (detail['own'] === true) !== (detail['team'] === 'home');
    const named = ['player', 'off'].filter((field) => isTheirs && detail[field] === 'Tim').map((field) => [field, 'Kim']);
    return [kind, { ...detail, ...Object.fromEntries(named) }];
  };
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 30 }), (taps) => {
      const renamed = play(['start', { home: 'Reds', away: 'Blues' }], ...taps, player('Tim', 'Kim'), team('Reds', 'Rovers'));
      const expected = play(['start', { home: 'Rovers', away: 'Blues' }], ...taps.map(right));
      expect({ ...renamed, commentary: '' }).toEqual({ ...expected, commentary: '' });
    }),
    { numRuns: 200 },
  );
});
