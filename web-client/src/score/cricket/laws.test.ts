// Dismissals, runs, ends of a match, and the umpire’s word: a table of cases for each rule.
import { describe, expect, test } from 'vitest';
import { mergePatch } from '../../lib/merge';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { draftOf, NotAllowed } from '../rules';
import { readCard } from './card';
import { AgainstRules } from './check';
import { after, ball, balls, begin, bowled, first, found, out, over, second, tap } from './entering.testing';
import { resultOf } from './result';
import { cricketRules } from './rules';
import type { Details } from './taps';

const result = (state: JsonObject) => {
  const card = readCard(state);
  return card && resultOf(card);
};

describe('a dismissal', () => {
  test.each<[string, Tap[], [string, string, number, number, string, string]]>([
    ['obstructing the field, after a run', [ball({ runs: 1, wicket: { how: 'obstructing', next: 'Cat' } })], ['Ann', 'obstructing the field', 1, 0, 'Bea', 'Cat']],
    ['obstructing, the partner', [ball({ wicket: { how: 'obstructing', who: 'partner', next: 'Cat' } })], ['Bea', 'obstructing the field', 1, 0, 'Ann', 'Cat']],
    ['obstructing, off a no-ball', [ball({ fault: 'noBall', wicket: { how: 'obstructing', next: 'Cat' } })], ['Ann', 'obstructing the field', 1, 0, 'Cat', 'Bea']],
    ['hit the ball twice', [ball({ wicket: { how: 'hitTwice', next: 'Cat' } })], ['Ann', 'hit the ball twice', 1, 0, 'Cat', 'Bea']],
    ['hit the ball twice, on a free hit', [ball({ fault: 'noBall' }), ball({ wicket: { how: 'hitTwice', next: 'Cat' } })], ['Ann', 'hit the ball twice', 1, 0, 'Cat', 'Bea']],
    ['retired out', [out('Cat')], ['Ann', 'retired out', 1, 0, 'Cat', 'Bea']],
    ['timed out', [bowled('Cat'), tap('out', { who: 'Cat', how: 'timedOut', next: 'Dan' })], ['Cat', 'timed out', 2, 1, 'Dan', 'Bea']],
    ['retired out, of a batter who retired before', [tap('retire', { who: 'Ann', next: 'Cat' }), out()], ['Ann', 'retired out', 1, 0, 'Cat', 'Bea']],
    ['of the batter whom the scorer saw, whoever is on strike', [ball({ wicket: { how: 'bowled', out: 'Bea', next: 'Cat' } })], ['Bea', 'b Zoe', 1, 1, 'Cat', 'Ann']],
  ])('%s', (_name, taps, [who, how, wickets, credited, striker, partner]) => {
    const state = after(begin(), ...taps);
    expect(found(state, `batters.${who}.how`, `batters.${who}.out`, 'wickets', 'bowlers.Zoe.wickets')).toEqual([how, true, wickets, credited]);
    expect(found(state, 'striker', 'partner', `fall.${wickets}.batter`)).toEqual([striker, partner, who]);
  });

  test.each<[string, Tap[], string]>([
    ['timed out, of a batter who has faced', [ball(), out('Cat', 'timedOut')], 'faced a ball'],
    ['retired out, of nobody who batted', [tap('out', { who: 'Dan', how: 'retiredOut' })], 'has not batted'],
    ['absent, of a batter at the wicket', [out(undefined, 'absent')], 'is batting'],
    ['of a batter who is out', [bowled('Cat'), out('Dan')], 'out already'],
    ['of a batter who is not in', [ball({ wicket: { how: 'bowled', out: 'Eve', next: 'Cat' } })], 'not batting'],
    ['hit the ball twice off a wide', [ball({ fault: 'wide', wicket: { how: 'hitTwice', next: 'Cat' } })], 'Off a wide'],
  ])('but not %s', (_name, taps, why) => {
    expect(() => after(begin(), ...taps)).toThrow(why);
  });

  test('of a batter who retired and does not come back ends the innings earlier', () => {
    const state = after(begin(), tap('retire', { who: 'Ann', next: 'Cat' }), out(undefined, 'absent'), bowled('Dan'), bowled());
    expect(found(state, 'wickets', 'striker', 'batters.Ann.how')).toEqual([2, undefined, 'retired, not out']);
  });
});

describe('runs', () => {
  test.each<[string, Tap[], JsonObject]>([
    ['eight by overthrows', [ball({ runs: 8 })], { runs: 8, striker: 'Ann', batters: { Ann: { runs: 8, fours: 0, sixes: 0 } } }],
    ['byes off a no-ball', [ball({ fault: 'noBall', off: 'byes', runs: 2 })], { runs: 3, extras: { noBalls: 1, byes: 2 }, bowlers: { Zoe: { runs: 1 } } }],
    ['leg byes off a no-ball', [ball({ fault: 'noBall', off: 'legByes', runs: 1 })], { runs: 2, extras: { noBalls: 1, legByes: 1 }, striker: 'Bea', batters: { Ann: { runs: 0, balls: 1 } } }],
    ['five penalty runs to the batting side', [tap('penalty', { to: 'batting', runs: 5 })],
      { runs: 5, over: '0.0', extras: { penalties: 5 }, bowlers: { Zoe: { runs: 0 } }, commentary: '5 penalty runs to North.' }],
    ['five penalty runs to the bowling side, before it bats', [tap('penalty', { to: 'bowling' }), ...first, second()], { runs: 5, target: 13, extras: { penalties: 5 } }],
    ['five penalty runs to the bowling side, after it batted', [...first, second(), tap('penalty', { to: 'bowling' })],
      { runs: 0, target: 18, first: { runs: 17 }, cards: { 1: { runs: 17, extras: { penalties: 5 } } } }],
  ])('%s', (_name, taps, expected) => {
    expect(after(begin(), ...taps)).toMatchObject(expected);
  });

  test.each<[string, Partial<Details['start']>, unknown]>([
    ['follow a no-ball where the match has free hits', { freeHits: true }, true],
    ['follow one in a match of an older desk', {}, true],
    ['do not follow one where the match has none', { freeHits: false, overs: 0 }, false],
  ])('free hits %s', (_name, more, expected) => {
    const state = after(begin(more), ball({ fault: 'noBall' }));
    expect(state['freeHit']).toBe(expected);
    if (expected === false) expect(cricketRules.play(state, bowled('Cat'))['wickets']).toBe(1);
  });
});

describe('a match ends', () => {
  test.each<[string, Details['result'], string, JsonObject]>([
    ['abandoned', { how: 'abandoned' }, 'The match was abandoned', { how: 'abandoned' }],
    ['without a result', { how: 'noResult' }, 'No result', { how: 'noResult' }],
    ['as a tie', { how: 'tie' }, 'The match is tied', { how: 'tie' }],
    ['conceded', { how: 'conceded', winner: 'South' }, 'South won; North conceded the match', { how: 'conceded', winner: 'South' }],
    ['in the scorer’s words', { text: 'No result (rain)' }, 'No result (rain)', { how: 'noResult' }],
    ['in the scorer’s words, as awarded', { text: 'Awarded to South', how: 'won', winner: 'South' }, 'Awarded to South', { how: 'won', winner: 'South' }],
  ])('%s', (_name, detail, text, outcome) => {
    expect(after(begin(), ball(), tap('result', detail))).toMatchObject({ result: text, outcome, commentary: `${text}.` });
  });

  test('and takes no over, strike or dismissal after that', () => {
    const ended = [begin(), ...balls(6), tap('result', { how: 'abandoned' })];
    for (const late of [over('Yan'), tap('swap', {}), out('Cat'), ball(), tap('close', { how: 'rain' })]) expect(() => after(...ended, late)).toThrow('The match is over.');
  });

  test('conceded only to one of its sides', () => {
    expect(() => after(begin(), tap('result', { how: 'conceded' }))).toThrow('Select the side');
    expect(() => after(begin(), tap('result', { how: 'conceded', winner: 'West' }))).toThrow('do not play');
  });

  test('by a revised target, with its method', () => {
    const chase = [begin(), ...first, second(), ...balls(6, { runs: 1 })];
    const target = tap('target', { runs: 5, overs: 1, method: 'DLS' });
    expect(after(...chase, target, tap('result', {}))).toMatchObject({ result: 'South won by 3 wickets (DLS)', outcome: { method: 'DLS' } });
    expect(result(after(...chase, tap('close', { how: 'rain' })))).toBeNull();
    expect(result(after(...chase, tap('target', { runs: 9, method: 'DLS' }), tap('close', { how: 'rain' })))).toBe('North won by 2 runs (DLS)');
  });
});

describe('the umpire’s word', () => {
  test.each<[string, Tap[], Tap, JsonObject]>([
    ['on a ball after the innings', [...first], ball({ runs: 1 }), { runs: 13, over: '2.0' }],
    ['on a dismissal', [], ball({ fault: 'noBall', wicket: { how: 'bowled', next: 'Cat' } }), { wickets: 1, batters: { Ann: { how: 'b Zoe' } } }],
    ['on runs with a wicket', [], ball({ runs: 1, wicket: { how: 'caught', by: 'Yan', next: 'Cat' } }), { runs: 1, wickets: 1 }],
    ['on the runs of a ball', [], ball({ runs: 13 }), { runs: 13 }],
    ['on the bowler', [...balls(6)], over('Zoe'), { bowler: 'Zoe', thisOver: [] }],
    ['on the end of an over', [ball()], over('Yan'), { over: '1.0', balls: 1, bowler: 'Yan' }],
    ['on a batter who does not come', [], bowled(), { wickets: 1, partner: 'Bea' }],
  ])('%s', (_name, before, refused, expected) => {
    const state = after(begin(), ...before);
    expect(() => cricketRules.play(state, refused)).toThrow(AgainstRules);
    const taken = draftOf(cricketRules, state, [refused[0], { ...refused[1], anyway: 'The umpire saw it' }]);
    const next = mergePatch(state, taken.data);
    expect(next).toMatchObject(expected);
    expect(next['commentary']).toMatch(/ Umpire: The umpire saw it\.$/);
  });

  test('changes nothing where the rules agree', () => {
    const plain = after(begin(), ball({ runs: 1 }));
    const { tap: _, ...same } = after(begin(), ball({ runs: 1 }, 'To be sure'));
    expect({ ...same, tap: plain['tap'] }).toEqual(plain);
  });

  test('cannot bring back who is out, but a plain entry can say anything', () => {
    const state = after(begin(), bowled('Cat'));
    const back = ball({ wicket: { how: 'bowled', next: 'Ann' } }, 'She plays on');
    expect(() => cricketRules.play(state, back)).toThrow(NotAllowed);
    const plain = tap('plain', { patch: { runs: 7, striker: 'Ann', note: null, tap: 1 }, text: 'Ann plays on.' });
    const next = mergePatch(state, draftOf(cricketRules, state, plain).data);
    expect(next).toMatchObject({ runs: 7, striker: 'Ann', commentary: 'Ann plays on.', tap: plain });
    expect(cricketRules.play(next, ball({ runs: 1 }))['runs']).toBe(8);
  });

  test('fills an end that was left vacant', () => {
    const state = after(begin(), tap('ball', { wicket: { how: 'bowled' }, anyway: 'Next batter unknown' }), tap('comesIn', { next: 'Cat' }), ball({ runs: 1 }));
    expect(found(state, 'striker', 'partner', 'batters.Cat.runs')).toEqual(['Bea', 'Cat', 1]);
  });

  test('does not dismiss a batter twice', () => {
    const state = after(begin({ players: 2 }), ball({ wicket: { how: 'bowled' } }));
    expect(() => cricketRules.play(state, ball({ wicket: { how: 'bowled' } }, 'Not out before'))).toThrow('Ann is out already.');
  });

  test('does not take the match away', () => {
    const state = after(begin());
    expect(() => cricketRules.play(state, tap('plain', { patch: { runs: null }, text: 'Gone' }))).toThrow('remove the score');
    expect(() => cricketRules.play(state, ['plain', { patch: [], text: 'Nothing' }])).not.toThrow();
    expect(() => cricketRules.play(state, ['plain', { patch: { runs: 1 } }])).toThrow('Enter the words.');
  });
});

test('every tap has words', () => {
  const words = (kind: string, detail?: JsonObject) => cricketRules.words(detail ? [kind, detail] : [kind]);
  expect([
    words('over', { bowler: 'Yan', called: true }), words('over', { called: true }), words('bowler', { bowler: 'Yan' }), words('bowler', { bowler: 'Yan', over: 3 }),
    words('out', { who: 'Ann', how: 'timedOut' }), words('penalty', { to: 'bowling' }), words('target', { runs: 9, overs: 5 }), words('limit', { overs: 0 }),
    words('close', { how: 'declared' }), words('innings', { super: true }), words('rename', { from: 'A', to: 'B' }), words('plain', { text: 'Tea' }), words('__proto__'),
  ]).toEqual([
    'Over called; new over: Yan', 'Over called', 'Bowler replaced: Yan', 'Over 3 was bowled by Yan', 'Ann timed out', '5 penalty runs to the bowling side', 'Target 9 in 5 overs',
    'No limit of overs', 'Declaration', 'Super over', 'B, not A', 'Tea', '__proto__',
  ]);
});

test.each([{}, { batting: 1, bowling: [], runs: '0' }, { batting: 'N', bowling: 'S', runs: 0, progress: [1], fall: 'x', cards: { 1: 2 }, ends: null, owed: 7, stand: [], revised: { target: {} } }])(
  'a state of any shape is read without an error: %j',
  (state) => {
    expect(() => readCard(state)).not.toThrow();
    expect(() => cricketRules.play(state, tap('over', { bowler: 'Yan' }))).not.toThrow(TypeError);
  },
);
