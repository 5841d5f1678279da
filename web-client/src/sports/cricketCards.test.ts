// The cards of a cricket match, its charts and its commentary by overs, from states and logs with and without their members.
import { describe, expect, test } from 'vitest';
import { voidedBy } from '../lib/feed';
import type { JsonObject, LoggedUpdate } from '../lib/wire';
import { readCricket } from './cricket';
import { readInnings } from './cricketCards';
import { aligned, linesOf, nameOf } from './cricketChart';
import { byOvers, countedOvers } from './cricketOvers';

const ended = {
  team: 'North', bowling: 'South', runs: 23, wickets: 2, over: '4.0', closed: 'declared', overs: 4,
  extras: { wides: 2, noBalls: 0, byes: 1, legByes: 0, penalties: 5 },
  batters: { Ann: { order: 1, runs: 12, balls: 9, fours: 1, sixes: 1, how: 'b Zoe' }, Bea: { order: 2, runs: 3, balls: 0, how: 'not out' } },
  bowlers: { Zoe: { overs: '2.0', maidens: 1, runs: 7, wickets: 1 } },
  fall: {
    '2': { runs: 20, over: '3.4', batter: 'Cat' },
    '1': { runs: 9, over: '1.2', batter: 'Ann', stand: { runs: 9, balls: 8, pair: ['Ann', 'Bea'] } },
  },
  progress: { '1': { runs: 6, wickets: 0, bowler: 'Zoe' }, '2': { runs: 6, wickets: 1 }, '3': { runs: 4, wickets: 0 }, '4': { runs: 7, wickets: 1 } },
};
const match = {
  innings: 2, batting: 'South', bowling: 'North', runs: 10, wickets: 0, over: '1.3', target: 24, required: { runs: 14, balls: 15 },
  striker: 'Zoe', partner: 'Yan', bowler: 'Ann', stand: { runs: 10, balls: 9 }, squads: { South: ['Zoe', 'Yan', 'Xia'] },
  batters: { Zoe: { order: 1, runs: 6, balls: 5 }, Yan: { order: 2, runs: 4, balls: 4 } },
  bowlers: { Ann: { overs: '1.0', runs: 8 } },
  progress: { '1': { runs: 8, wickets: 0, bowler: 'Ann' }, '2': { runs: 2, wickets: 0 } },
  cards: { '1': ended },
};

describe('the cards of a match', () => {
  const [first, second] = readInnings(match);

  test('have the ended innings and the running one, with their rates', () => {
    expect([first?.team, first?.runs, first?.wickets, first?.rate, first?.closed, first?.isRunning]).toEqual(['North', '23', '2', '5.75', 'declared', false]);
    expect([second?.team, second?.rate, second?.isRunning, second?.number]).toEqual(['South', '6.67', true, 2]);
    expect(first?.batters.map(({ name, figures }) => [name, ...figures])).toEqual([
      ['Ann', '12', '9', '1', '1', '133.3'],
      ['Bea', '3', '0', null, null, null],
    ]);
    expect(first?.bowlers.map(({ figures }) => figures)).toEqual([['2.0', '1', '7', '1', '3.50']]);
  });

  test('have extras, the fall of wickets in order, and partnerships, the unbroken one last', () => {
    expect(first?.extras).toEqual({ total: '8', parts: 'wd 2, b 1, pen 5' });
    expect(first?.wicketsFallen).toEqual([
      { number: 1, runs: '9', over: '1.2', batter: 'Ann' },
      { number: 2, runs: '20', over: '3.4', batter: 'Cat' },
    ]);
    expect(first?.partnerships).toEqual([{ number: 1, pair: ['Ann', 'Bea'], stand: '9 (8)', isUnbroken: false }]);
    expect(second?.partnerships).toEqual([{ number: 1, pair: ['Zoe', 'Yan'], stand: '10 (9)', isUnbroken: true }]);
    expect(second?.yetToBat).toEqual(['Xia']);
  });

  test('of a match without them are the total of the first innings and the running one', () => {
    const { cards, progress, ...state } = match;
    const old = readInnings({ ...state, first: { team: 'North', runs: 23, wickets: 2, over: '4.0' } });
    expect(old.map(({ team, runs, over, batters, overs }) => [team, runs, over, batters.length, overs.length])).toEqual([
      ['North', '23', '4.0', 0, 0],
      ['South', '10', '1.3', 2, 0],
    ]);
    expect(readInnings({ runs: 1, wickets: 0 })).toHaveLength(1);
    expect(readInnings({})).toEqual([]);
  });

  test('of four innings and a super over have names of their own', () => {
    const four = readInnings({ ...match, innings: 5, superOver: true, cards: { '1': ended, '2': { team: 'South', runs: 9 }, '3': { team: 'South', runs: 30 }, '4': { team: 'North', runs: 16 } } });
    expect(four.map((one) => nameOf(one, four))).toEqual([
      'North, first innings', 'South, first innings', 'South, second innings', 'North, second innings', 'South, super over',
    ]);
  });

  test.each<[string, JsonObject]>([
    ['lists', { runs: 1, wickets: 1, cards: [1], fall: [], progress: [[]], extras: [], stand: [], batters: [], bowlers: 'x', squads: 7 }],
    ['texts', { runs: 'x', wickets: {}, over: 'x', cards: 'x', fall: 'x', progress: 'x', striker: 'A', stand: 'x', ballsInOver: 'x' }],
    ['other kinds', { runs: 1, cards: { '1': 7, '2': { runs: {}, fall: { '1': 3, '2': { runs: [], stand: 4 } }, progress: { '1': { runs: -1 } } }, x: {}, '0': {}, '99999': {} } }],
    ['members of every object', JSON.parse('{"runs": 1, "cards": {"__proto__": {"runs": 1}, "constructor": {"runs": 1}, "1": {"closed": "constructor", "runs": 4}}, "ballsInOver": 1e308}')],
    ['numbers beyond all bounds', { runs: 1e308, wickets: 1e308, over: '9999.9', ballsInOver: -1, innings: 1e9, progress: { '1': { runs: 1e308 } }, required: { runs: 1e308, balls: 0 } }],
  ])('that are %s never throw', (_name, state) => {
    const innings = readInnings(state);
    expect(linesOf(innings).every(({ points }) => points.every(({ total }) => Number.isFinite(total)))).toBe(true);
    innings.forEach((one) => nameOf(one, innings));
    readCricket(state);
    byOvers([{ seq: 1, kind: 'update', at: 1, data: state }], new Set(), state);
  });
});

test('the board has the run rate, the required rate and the partnership', () => {
  const board = readCricket(match);
  expect([board?.rate, board?.requiredRate, board?.stand]).toEqual(['6.67', '5.60', '10 (9)']);
  const hundred = readCricket({ ...match, ballsInOver: 5 });
  expect([hundred?.rate, hundred?.requiredRate]).toEqual(['6.25', '4.67']);
  const bare = readCricket({ runs: 3, wickets: 0 });
  expect([bare?.rate, bare?.requiredRate, bare?.stand]).toEqual([null, null, null]);
});

describe('the lines of the charts', () => {
  test('are the total and the rates after each over, and now', () => {
    const [first, second] = linesOf(readInnings(match));
    expect(first?.points.map(({ at, total, fallen, rate }) => [at, total, fallen, rate])).toEqual([
      [1, 6, 0, 6],
      [2, 12, 1, 6],
      [3, 16, 1, 16 / 3],
      [4, 23, 2, 5.75],
    ]);
    expect(second?.points.map(({ at, total, requiredRate }) => [at, total, requiredRate])).toEqual([
      [1, 8, (16 / 18) * 6],
      [1.5, 10, (14 / 15) * 6],
    ]);
  });

  test('count an over without a legal ball with the one before', () => {
    const [, second] = linesOf(readInnings({ ...match, over: '1.0', progress: { '1': { runs: 8 }, '2': { runs: 1 } } }));
    expect(second?.points.map(({ at, total }) => [at, total])).toEqual([[1, 9]]);
  });

  test('need all overs from the first', () => {
    expect(linesOf(readInnings({ ...match, progress: { '2': { runs: 2 } } }))).toHaveLength(1);
  });

  test('share one axis', () => {
    expect(aligned([[[0, 0], [1.5, 7]], [[1, 4], [0, 0]]])).toEqual({ at: [0, 1, 1.5], values: [[0, null, 7], [0, 4, null]] });
  });
});

describe('the commentary', () => {
  /** A log as the consoles write it: an update has only what has changed. Newest first. */
  const log = (...entries: (JsonObject | Partial<LoggedUpdate>)[]): LoggedUpdate[] =>
    entries.map((entry, index) => {
      const made = 'data' in entry ? (entry as Partial<LoggedUpdate>) : { data: entry as JsonObject };
      return { seq: index + 1, kind: 'update' as const, at: index, data: {}, ...made };
    }).reverse();
  const ball = (n: number, over: string, runs: number, kind: string, rest: JsonObject = {}) => ({ ball: { n, over, runs, kind, ...rest }, over });
  const sections = (updates: LoggedUpdate[], data: JsonObject) => byOvers(updates, voidedBy(updates), data);

  const updates = log(
    { commentary: 'South bat.', innings: 1, ball: null, over: '0.0' },
    ball(1, '0.1', 1, 'run', { bowler: 'Ann' }),
    // The same runs and the same kind: they are not repeated.
    { ball: { n: 2, over: '0.2' } },
    // After a wide the place is the same.
    { ball: { n: 3, kind: 'wide', runs: 1 }, commentary: '0.2 Ann to Zoe: wide.' },
    { commentary: 'Ann into the attack' },
    ball(4, '1.1', 4, 'four'),
    { ball: { n: 5, over: '1.2', runs: 0, kind: 'wicket' } },
    { kind: 'correction', voids: [6], data: { commentary: 'Correction, 1.1: 1 run, not FOUR' } },
    { commentary: 'Drinks' },
  );

  test('has a section for each over; other entries go with the ball that follows, corrections with the ball before', () => {
    const found = sections(updates, { runs: 4, wickets: 1, over: '1.2', innings: 1 });
    expect(found.map(({ title, entries }) => [title, ...entries.map(({ update }) => update.seq)])).toEqual([
      [null, 9],
      ['Over 2: Ann', 8, 7, 6, 5],
      ['Over 1: Ann', 4, 3, 2, 1],
    ]);
    expect(found.map(({ note }) => note)).toEqual([null, null, '3 runs']);
  });

  test('tells the score after an over that has ended', () => {
    const state = { runs: 9, wickets: 1, over: '1.2', innings: 1, progress: { '1': { runs: 3, wickets: 0, bowler: 'Bea' }, '2': { runs: 6, wickets: 1, bowler: 'Ann' } } };
    expect(sections(updates, state).map(({ title, note }) => [title, note])).toEqual([
      [null, null],
      ['Over 2: Ann', '6 runs, 1 wicket'],
      ['Over 1: Bea', '3 runs · 3/0'],
    ]);
  });

  test('knows wickets and boundaries by the tap, the kind or the sign', () => {
    const kinds = (...entries: JsonObject[]) => sections(log(...entries), { runs: 1, wickets: 0 }).flatMap((section) => section.entries.map(({ kind }) => kind)).reverse();
    expect(kinds(ball(1, '0.1', 4, 'four'), { ball: { n: 2, over: '0.2' } }, ball(3, '0.3', 0, 'wicket'), ball(4, '0.4', 1, 'wide'))).toEqual(['boundary', 'boundary', 'wicket', null]);
    expect(kinds({ tap: ['ball', { runs: 4, boundary: true, fault: 'noBall' }], ...ball(1, '0.1', 5, 'noBall') }, { tap: ['out', { who: 'A', how: 'timedOut' }] })).toEqual(['boundary', 'wicket']);
    expect(kinds({ ball: { over: '0.1' }, thisOver: ['4'] }, { ball: { over: '0.2' }, thisOver: ['4', '1W'] }, { ball: { over: '0.3' }, thisOver: 'W' })).toEqual(['boundary', 'wicket', null]);
  });

  test('of several innings names them', () => {
    const two = log(
      { ...ball(1, '0.1', 1, 'run') },
      { commentary: 'South need 2.', innings: 2, ball: null, over: '0.0' },
      { ...ball(1, '0.1', 2, 'run') },
    );
    const state = { runs: 2, wickets: 0, innings: 2, over: '0.1', batting: 'South', first: { team: 'North', runs: 1, wickets: 0, over: '0.1' } };
    expect(sections(two, state).map(({ part, title, entries }) => [part, title, entries.length])).toEqual([
      ['South', 'Over 1', 2],
      ['North', 'Over 1', 1],
    ]);
  });

  test('does not take a match before for this one', () => {
    const two = log(
      { ...ball(7, '1.1', 6, 'six') },
      { commentary: 'South need 7.', innings: 2, ball: null, over: '0.0' },
      { ...ball(1, '0.1', 4, 'four') },
      { runs: null, innings: null, ball: null, over: null },
      { commentary: 'North bat.', innings: 1, runs: 0, over: '0.0' },
      { ...ball(1, '0.1', 2, 'run') },
    );
    const state = { runs: 2, wickets: 0, innings: 1, over: '0.1', batting: 'North', progress: { '1': { runs: 2, wickets: 0, bowler: 'Zoe' } } };
    expect(sections(two, state).map(({ title, note }) => [title, note])).toEqual([
      ['Over 1: Zoe', '2 runs'],
      ['Over 1', '4 runs'],
      ['Over 2', '6 runs'],
    ]);
    const [one] = readInnings(state);
    expect(one && countedOvers(one, two, new Set(), state)).toEqual([{ number: 1, runs: 2, wickets: 0, bowler: null }]);
  });

  test('counts the overs of a whole log, if they add up to the score', () => {
    const [one] = readInnings({ runs: 3, wickets: 1, over: '1.2', innings: 1 });
    expect(one && countedOvers(one, updates, voidedBy(updates), { innings: 1 , runs: 3})).toEqual([
      { number: 1, runs: 3, wickets: 0, bowler: 'Ann' },
      { number: 2, runs: 0, wickets: 1, bowler: 'Ann' },
    ]);
    const [other] = readInnings({ runs: 4, wickets: 1, innings: 1 });
    expect(other && countedOvers(other, updates, voidedBy(updates), { innings: 1, runs: 4 })).toEqual([]);
  });
});
