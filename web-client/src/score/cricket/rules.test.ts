import { describe, expect, test } from 'vitest';
import { readCricket } from '../../sports/cricket';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { NotAllowed } from '../rules';
import { cricketRules } from './rules';

const start: Tap = [
  'start',
  { batting: 'North', bowling: 'South', overs: 2, players: 4, striker: 'Ann', partner: 'Bea', bowler: 'Zoe', toss: 'North won the toss.' },
];
const ball = (detail: JsonObject = {}): Tap => ['ball', detail];
const play = (...taps: Tap[]): JsonObject => taps.reduce<JsonObject>((state, tap) => cricketRules.play(state, tap), {});
const after = (...taps: Tap[]) => play(start, ...taps);
const six = (detail: JsonObject = {}): Tap[] => Array.from({ length: 6 }, () => ball(detail));
const out = (how: string, more: JsonObject = {}) => ball({ wicket: { how, ...more } });
const member = (state: JsonObject, ...path: string[]) =>
  path.reduce<unknown>((value, name) => (value as JsonObject | undefined)?.[name], state);

describe('a ball', () => {
  // The striker's runs and balls; the bowler's runs and overs; wides, no-balls, byes, leg byes; the next striker.
  const cases: [string, JsonObject, number, [number, number], [number, string], [number, number, number, number], string][] = [
    ['without a run', {}, 0, [0, 1], [0, '0.1'], [0, 0, 0, 0], 'Ann'],
    ['for a run', { runs: 1 }, 1, [1, 1], [1, '0.1'], [0, 0, 0, 0], 'Bea'],
    ['for four run', { runs: 4 }, 4, [4, 1], [4, '0.1'], [0, 0, 0, 0], 'Ann'],
    ['for a boundary', { runs: 4, boundary: true }, 4, [4, 1], [4, '0.1'], [0, 0, 0, 0], 'Ann'],
    ['that is wide', { fault: 'wide' }, 1, [0, 0], [1, '0.0'], [1, 0, 0, 0], 'Ann'],
    ['that is wide, with a run', { fault: 'wide', runs: 1 }, 2, [0, 0], [2, '0.0'], [2, 0, 0, 0], 'Bea'],
    ['that is a no-ball', { fault: 'noBall' }, 1, [0, 1], [1, '0.0'], [0, 1, 0, 0], 'Ann'],
    ['that is a no-ball hit for six', { fault: 'noBall', runs: 6, boundary: true }, 7, [6, 1], [7, '0.0'], [0, 1, 0, 0], 'Ann'],
    ['that is a no-ball, with byes', { fault: 'noBall', runs: 2, off: 'byes' }, 3, [0, 1], [1, '0.0'], [0, 1, 2, 0], 'Ann'],
    ['for a bye', { runs: 1, off: 'byes' }, 1, [0, 1], [0, '0.1'], [0, 0, 1, 0], 'Bea'],
    ['for leg byes', { runs: 2, off: 'legByes' }, 2, [0, 1], [0, '0.1'], [0, 0, 0, 2], 'Ann'],
  ];
  test.each(cases)('%s', (_name, detail, runs, batter, bowler, extras, striker) => {
    const state = after(ball(detail));
    const found = (...path: string[]) => member(state, ...path);
    expect([found('runs'), found('striker')]).toEqual([runs, striker]);
    expect([found('batters', 'Ann', 'runs'), found('batters', 'Ann', 'balls')]).toEqual(batter);
    expect([found('bowlers', 'Zoe', 'runs'), found('bowlers', 'Zoe', 'overs')]).toEqual(bowler);
    expect(['wides', 'noBalls', 'byes', 'legByes'].map((name) => found('extras', name))).toEqual(extras);
  });

  test('is told in the usual words', () => {
    expect(after(ball({ runs: 4, boundary: true }))['commentary']).toBe('0.1 Zoe to Ann: FOUR.');
    expect(after(ball({ fault: 'wide', runs: 4 }))['ball']).toMatchObject({ n: 1, over: '0.1', runs: 5, kind: 'wide', text: 'Zoe to Ann: 5 wides.' });
    expect(after(out('caught', { by: 'Zoe', next: 'Cat' }))['commentary']).toBe('0.1 Zoe to Ann: no run, OUT! Ann c & b Zoe 0 (1).');
    expect(after(ball(), ball({ fault: 'noBall', runs: 2 }), ball({ runs: 1, off: 'legByes' }))['thisOver']).toEqual(['0', '2nb', '1lb']);
  });
});

describe('a wicket', () => {
  test.each<[string, JsonObject, JsonObject, string, string, string, number]>([
    ['bowled', { how: 'bowled', next: 'Cat' }, {}, 'Ann', 'Cat', 'Bea', 1],
    ['caught', { how: 'caught', by: 'Yan', next: 'Cat' }, {}, 'Ann', 'Cat', 'Bea', 1],
    ['run out, the striker, at the other end', { how: 'runOut', end: 'bowler', next: 'Cat' }, {}, 'Ann', 'Bea', 'Cat', 0],
    ['run out, the partner, on the second run', { how: 'runOut', who: 'partner', end: 'bowler', next: 'Cat' }, { runs: 1 }, 'Bea', 'Ann', 'Cat', 0],
    ['stumped off a wide', { how: 'stumped', by: 'Kim', next: 'Cat' }, { fault: 'wide' }, 'Ann', 'Cat', 'Bea', 1],
  ])('%s', (_name, wicket, detail, gone, striker, partner, credited) => {
    const state = after(ball({ ...detail, wicket }));
    expect(state['wickets']).toBe(1);
    expect(member(state, 'batters', gone, 'out')).toBe(true);
    expect(member(state, 'bowlers', 'Zoe', 'wickets')).toBe(credited);
    expect([state['striker'], state['partner']]).toEqual([striker, partner]);
  });

  test.each<[string, Tap[]]>([
    ['without a next batter', [out('bowled')]],
    ['with a next batter who is out', [out('bowled', { next: 'Cat' }), out('bowled', { next: 'Ann' })]],
    ['with a next batter who is in', [out('bowled', { next: 'Bea' })]],
    ['bowled off a no-ball', [ball({ fault: 'noBall', wicket: { how: 'bowled', next: 'Cat' } })]],
    ['caught on a free hit', [ball({ fault: 'noBall' }), out('caught', { next: 'Cat' })]],
    ['caught on a free hit that a wide prolonged', [ball({ fault: 'noBall' }), ball({ fault: 'wide' }), out('caught', { next: 'Cat' })]],
    ['lbw off a wide', [ball({ fault: 'wide', wicket: { how: 'lbw', next: 'Cat' } })]],
    ['bowled, with a run', [ball({ runs: 1, wicket: { how: 'bowled', next: 'Cat' } })]],
    ['of no known kind', [out('vanished', { next: 'Cat' })]],
  ])('%s is not taken', (_name, taps) => {
    expect(() => after(...taps)).toThrow(NotAllowed);
  });
});

describe('an over', () => {
  test('without a run conceded is a maiden, byes or not, and changes the ends', () => {
    const state = after(...six().slice(1), ball({ runs: 4, off: 'byes' }));
    expect([member(state, 'bowlers', 'Zoe', 'maidens'), state['over'], state['striker']]).toEqual([1, '1.0', 'Bea']);
    expect(member(after(...six().slice(1), ball({ runs: 1 })), 'bowlers', 'Zoe', 'maidens')).toBe(0);
    expect(member(after(ball({ fault: 'wide' }), ...six()), 'bowlers', 'Zoe', 'maidens')).toBe(0);
  });

  test('is followed by another bowler, who has to be named', () => {
    expect(() => after(...six(), ball())).toThrow('bowler of the next over');
    expect(() => after(...six(), ['over', { bowler: 'Zoe' }])).toThrow('bowled the last over');
    expect(() => after(ball(), ['over', { bowler: 'Yan' }])).toThrow('not finished');
    const state = after(...six(), ['over', { bowler: 'Yan' }], ball({ fault: 'wide' }), ball({ runs: 1 }));
    expect([state['over'], state['bowler'], state['thisOver']]).toEqual(['1.1', 'Yan', ['wd', '1']]);
  });
});

describe('a match', () => {
  const first: Tap[] = [...six({ runs: 2 }), ['over', { bowler: 'Yan' }], ...six()];
  const second: Tap = ['innings', { striker: 'Sue', partner: 'Tam', bowler: 'Ann' }];

  test('has a chase, with what it needs', () => {
    expect(after(...first)['striker']).toBeNull();
    const state = after(...first, second, ball({ runs: 4, boundary: true }));
    expect(state['first']).toEqual({ team: 'North', runs: 12, wickets: 0, over: '2.0' });
    expect([state['target'], state['required'], state['batting']]).toEqual([13, { runs: 9, balls: 11 }, 'South']);
  });

  test.each<[string, Tap[], string]>([
    ['that is won by wickets', [...six({ runs: 6, boundary: true }).slice(3)], 'South won by 3 wickets'],
    ['that is lost by runs', [out('bowled', { next: 'Uma' }), out('bowled', { next: 'Vic' }), out('bowled')], 'North won by 12 runs'],
    ['that is tied', [...six({ runs: 2 }), ['over', { bowler: 'Bea' }], ...six()], 'The match is tied'],
  ])('%s', (_name, taps, result) => {
    const state = after(...first, second, ...taps, ['result']);
    expect(state['result']).toBe(result);
    expect(() => cricketRules.play(state, ball())).toThrow(NotAllowed);
  });

  test('is not over before its end, unless the scorer says how', () => {
    expect(() => after(ball(), ['result'])).toThrow(NotAllowed);
    expect(after(ball(), ['result', { text: 'No result (rain)' }])['result']).toBe('No result (rain)');
  });

  test('reads right on the viewers’ board', () => {
    const board = readCricket(after(ball({ runs: 1 }), out('caught', { by: 'Kim', next: 'Cat' }), ball({ fault: 'wide' })));
    expect(board).toMatchObject({ runs: '2', wickets: '1', over: '0.2', batting: 'North', result: null });
    expect(board?.thisOver.map(({ label, kind }) => [label, kind])).toEqual([['1', 'run'], ['W', 'wicket'], ['wd', 'run']]);
    expect(board?.batters.map(({ name, now, note }) => [name, now, note])).toEqual([
      ['Ann', true, 'not out'],
      ['Bea', false, 'c Kim b Zoe'],
      ['Cat', true, 'not out'],
    ]);
  });

  test('goes on when a batter retires and comes back', () => {
    const state = after(['retire', { who: 'Ann', next: 'Cat' }], out('bowled', { next: 'Ann' }));
    expect([state['striker'], member(state, 'batters', 'Ann', 'out'), member(state, 'batters', 'Ann', 'how')]).toEqual(['Ann', false, 'not out']);
  });
});
