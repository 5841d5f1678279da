// Corrections that move balls, that ask, and that are refused by name.
import { describe, expect, test } from 'vitest';
import type { Tap } from '../lib/outbox';
import type { JsonObject } from '../lib/wire';
import { lineOf } from '../sports/sports';
import { cricketRules } from './cricket/rules';
import { Asking, InTheWay } from './replay';
import { NotAllowed } from './rules';
import { expectAsIf, figuresOf, Sheet } from './sheet.testing';

const start: Tap = ['start', { batting: 'North', bowling: 'South', overs: 2, players: 4, striker: 'Ann', partner: 'Bea', bowler: 'Zoe' }];
const ball = (detail: JsonObject = {}): Tap => ['ball', detail];
const balls = (...runs: number[]): Tap[] => runs.map((one) => ball(one === 0 ? {} : { runs: one }));
const over = (bowler: string, more: JsonObject = {}): Tap => ['over', { bowler, ...more }];
const out = (next: string): Tap => ball({ wicket: { how: 'bowled', next } });
const cricket = (...taps: Tap[]) => new Sheet(cricketRules).play(start, ...taps);
const wide = ball({ fault: 'wide' });

/** The question that a correction asks. */
function questionOf(sheet: Sheet, seq: number, instead: Tap | null): Asking {
  try {
    sheet.correct(seq, instead);
  } catch (error) {
    if (error instanceof Asking) return error;
    throw error;
  }
  throw new Error('Nothing was asked.');
}

describe('a ball that was not legal', () => {
  // The start is update 1; a ball follows as update 2.
  test('moves the next ball into its over, and the bowlers keep their order', () => {
    const sheet = cricket(...balls(1, 0, 0, 0, 0, 0), over('Yan'), ...balls(2, 3, 0));
    sheet.correct(2, wide);
    expectAsIf(sheet, start, wide, ...balls(0, 0, 0, 0, 0, 2), over('Yan'), ...balls(3, 0));
    expect([sheet.state['over'], sheet.state['bowler']]).toEqual(['1.2', 'Yan']);
    expect(figuresOf(sheet.state)['bowlers']).toMatchObject({ Zoe: { overs: '1.0', runs: 3 }, Yan: { overs: '0.2', runs: 3 } });
  });

  test('goes on to be scored as if it had been entered so', () => {
    const sheet = cricket(...balls(1, 0, 0, 0, 0, 0), over('Yan'), ...balls(2, 3));
    sheet.correct(2, wide);
    sheet.play(...balls(1, 1));
    sheet.correct(4, ball({ runs: 4 }));
    expectAsIf(sheet, start, wide, ...balls(0, 4, 0, 0, 0, 2), over('Yan'), ...balls(3, 1, 1));
    while (sheet.undo());
    expect(figuresOf(sheet.state)).toEqual({});
  });

  test('asks about a new over that is not reached', () => {
    const sheet = cricket(...balls(1, 0, 0, 0, 0, 0), over('Yan'));
    const { seq, question } = questionOf(sheet, 2, wide);
    expect([seq, question.text, question.choices.map(({ label }) => label)]).toEqual([
      8,
      'The over of Zoe has 5 balls now. Is “New over: Yan” right?',
      ['No, the over goes on', 'Yes, the umpire ended it after 5 balls'],
    ]);
    sheet.correct(2, wide, () => []);
    expect(sheet.log.at(-1)?.voids).toEqual([2, 8]);
    sheet.play(...balls(3), over('Xia'));
    expectAsIf(sheet, start, wide, ...balls(0, 0, 0, 0, 0, 3), over('Xia'));
  });

  test('leaves the innings short, and asks how it ended', () => {
    const second: Tap = ['innings', { striker: 'Sue', partner: 'Tam', bowler: 'Ann' }];
    const sheet = cricket(...balls(0, 0, 0, 0, 0, 0), over('Yan'), ...balls(0, 0, 0, 0, 0, 0), second, ...balls(1));
    const { seq, question } = questionOf(sheet, 2, wide);
    expect([seq, question.text]).toEqual([15, 'North are 1/0 in 1.5 overs now. How did their innings end?']);
  });
});

describe('a ball that was legal', () => {
  test('moves the last ball of its over into the next one', () => {
    const sheet = cricket(wide, ...balls(0, 0, 0, 0, 0, 3), over('Yan'), ...balls(1, 0));
    sheet.correct(2, ball());
    expectAsIf(sheet, start, ...balls(0, 0, 0, 0, 0, 0), over('Yan'), ...balls(3, 1, 0));
  });

  test('asks who bowled a ball that is left without a bowler', () => {
    const sheet = cricket(wide, ...balls(0, 0, 0, 0, 0, 3));
    const { seq, question } = questionOf(sheet, 2, ball());
    expect([seq, question.text, question.name?.label]).toEqual([8, 'One more ball comes after 1.0 overs now. Who bowled it?', 'Bowler of the next over']);
    sheet.correct(2, ball(), (asking) => asking.question.name?.taps('Yan') ?? []);
    expectAsIf(sheet, start, ...balls(0, 0, 0, 0, 0, 0), over('Yan'), ...balls(3));
    // The answer is part of the correction: it is kept, and taken back with it.
    sheet.play(...balls(1));
    sheet.correct(3, ball({ runs: 2 }));
    expectAsIf(sheet, start, ...balls(0, 2, 0, 0, 0, 0), over('Yan'), ...balls(3, 1));
    for (let step = 0; step < 3; step++) sheet.undo();
    expectAsIf(sheet, start, wide, ...balls(0, 0, 0, 0, 0, 3));
  });

  test('asks again for a bowler who can bowl', () => {
    const sheet = cricket(wide, ...balls(0, 0, 0, 0, 0, 3));
    expect(() => sheet.correct(2, ball(), (asking) => asking.question.name?.taps('Zoe') ?? [])).toThrow('“New over: Zoe” stands in the way. Zoe bowled the last over.');
  });

  test('is refused by the name of the ball that finds the innings over', () => {
    const sheet = cricket(wide, ...balls(0, 0, 0, 0, 0, 0), over('Yan'), ...balls(0, 0, 0, 0, 0, 4));
    const before = sheet.state;
    expect(() => sheet.correct(2, ball())).toThrow('“1.6 4 runs” stands in the way. The innings is over.');
    expect([sheet.state, sheet.log.length]).toEqual([before, 15]);
  });
});

describe('a wicket keeps the batter whom the scorer saw go', () => {
  test('though the strike changes before it', () => {
    const sheet = cricket(...balls(1), out('Cat'), ...balls(2));
    sheet.correct(2, ball());
    expect(figuresOf(sheet.state)['batters']).toMatchObject({ Ann: { out: false, balls: 1 }, Bea: { out: true, how: 'b Zoe' }, Cat: { runs: 2 } });
    expect(sheet.state['wickets']).toBe(1);
  });

  test('though its update does not say so, as the 0.1.0 console sent them', () => {
    const sheet = cricket(...balls(1), out('Cat'));
    const update = sheet.log.at(-1);
    if (update) update.data = { ...update.data, tap: out('Cat') };
    sheet.correct(2, ball());
    expect(figuresOf(sheet.state)['batters']).toMatchObject({ Ann: { out: false }, Bea: { out: true } });
  });

  test('and so does a run out', () => {
    const runOut = ball({ runs: 1, wicket: { how: 'runOut', who: 'partner', end: 'bowler', next: 'Cat' } });
    const sheet = cricket(...balls(1), runOut);
    sheet.correct(2, ball());
    expect(figuresOf(sheet.state)['batters']).toMatchObject({ Ann: { out: true }, Bea: { out: false } });
  });

  test('and is refused by name where that batter is not in', () => {
    const sheet = cricket(out('Cat'), out('Dan'));
    expect(() => sheet.correct(2, ball())).toThrow('“0.2 Bowled” stands in the way. Cat is not batting.');
  });
});

describe('what others depend on is not removed', () => {
  test.each<[string, Tap[], number, string]>([
    ['the start', balls(1), 1, '“Start of the match” can’t be removed. The whole match depends on it.'],
    ['an over with balls after it', [...balls(0, 0, 0, 0, 0, 0), over('Yan'), ...balls(1)], 8, '“New over: Yan” can’t be removed. Balls came after it.'],
    ['an innings', [out('Cat'), out('Dan'), ball({ wicket: { how: 'bowled' } }), ['innings', { striker: 'Sue', partner: 'Tam', bowler: 'Ann' }], ...balls(1)], 5, '“Next innings” can’t be removed.'],
  ])('%s', (_name, taps, seq, words) => {
    const sheet = cricket(...taps);
    const before = sheet.state;
    expect(() => sheet.correct(seq, null)).toThrow(words.replace('’', "'"));
    expect(sheet.state).toEqual(before);
  });

  test('but the last entry is, and the bowler of an over can be changed', () => {
    const sheet = cricket(...balls(0, 0, 0, 0, 0, 0), over('Yan'), ...balls(1));
    sheet.correct(8, over('Xia'));
    expectAsIf(sheet, start, ...balls(0, 0, 0, 0, 0, 0), over('Xia'), ...balls(1));
    expect(() => sheet.correct(8, over('Zoe'))).toThrow('“New over: Zoe” stands in the way. Zoe bowled the last over.');
    const short = cricket();
    short.correct(1, null);
    expect(figuresOf(short.state)).toEqual({});
  });
});

test('what the umpire overruled is not overruled elsewhere', () => {
  const sheet = cricket(...balls(0, 0, 0, 0, 0), ball({ fault: 'wide' }), ball(), over('Yan'), ...balls(0, 0, 0, 0, 0), ball({ wicket: { how: 'bowled' }, anyway: 'Nobody comes in' }));
  expect(() => sheet.correct(7, ball())).toThrow('“1.6 Bowled” stands in the way. The innings is over.');
});

describe('undo', () => {
  test('takes back what was entered last, corrections included', () => {
    const sheet = cricket(...balls(1, 2));
    sheet.correct(2, ball({ runs: 3 }));
    sheet.play(...balls(4));
    sheet.correct(3, null);
    const undone = (...taps: Tap[]) => (sheet.undo(), expectAsIf(sheet, start, ...taps));
    expectAsIf(sheet, start, ...balls(3, 4));
    undone(...balls(3, 2, 4));
    undone(...balls(3, 2));
    undone(...balls(1, 2));
    undone(...balls(1));
    undone();
    sheet.play(...balls(6));
    expectAsIf(sheet, start, ...balls(6));
  });

  test('of the second correction of a ball brings the first one back', () => {
    const sheet = cricket(...balls(1, 0));
    sheet.correct(2, ball({ runs: 2 }));
    sheet.correct(2, ball({ runs: 3 }));
    sheet.undo();
    expectAsIf(sheet, start, ...balls(2, 0));
    sheet.undo();
    expectAsIf(sheet, start, ...balls(1, 0));
  });
});

describe('an update of another program', () => {
  const feed = (sheet: Sheet, data: JsonObject) => sheet.enter({ opId: 'o', data, tap: null, voids: null, reason: null, label: '', at: 1 });

  test('stands in the way of a correction that changes what it wrote', () => {
    const sheet = cricket(...balls(1));
    feed(sheet, { runs: 5, commentary: 'Four overthrows.' });
    expect(() => sheet.correct(2, ball({ runs: 2 }))).toThrow(InTheWay);
    expect(() => sheet.correct(2, ball({ runs: 2 }))).toThrow('“Four overthrows.” stands in the way.');
  });

  test('is kept as it was sent otherwise, also with a tap that is not known', () => {
    const sheet = cricket(...balls(1));
    feed(sheet, { weather: 'rain', tap: ['weather', { now: 'rain' }] });
    sheet.correct(2, ball({ runs: 2 }));
    expect([sheet.state['weather'], sheet.state['runs']]).toEqual(['rain', 2]);
  });
});

describe('an update of a newer desk', () => {
  const newer = (sheet: Sheet, tap: Tap, data: JsonObject) => sheet.enter({ opId: 'o', data: { ...data, tap }, tap, voids: null, reason: null, label: '', at: 1 });

  test.each<[string, Tap]>([
    ['of a kind that is not known', ['powerplay', { overs: 2 }]],
    ['with a member that is not known', ['ball', { runs: 2, doubled: true }]],
  ])('%s stays as it was sent, and stands in the way of what would change its figures', (_name, tap) => {
    const sheet = cricket(...balls(1));
    newer(sheet, tap, { runs: 5, commentary: 'Doubled: 4 runs.' });
    sheet.play(...balls(3));
    expect(sheet.state['runs']).toBe(8);
    sheet.correct(4, ball({ runs: 2 }));
    expect(sheet.state['runs']).toBe(7);
    expect(() => sheet.correct(2, ball({ runs: 4 }))).toThrow('stands in the way. Its figures were made from those before the correction.');
    expect(lineOf('cricket', sheet.log[2]?.data ?? {}).text).toBe('Doubled: 4 runs.');
  });
});

test('every entry of cricket has words for viewers', () => {
  const opening = { striker: 'Sue', partner: 'Tam', bowler: 'Ann' };
  const sheet = cricket(
    ...balls(0, 0, 0, 0, 0), ['bowler', { bowler: 'Xia' }], ...balls(0), over('Yan'), ['bowler', { bowler: 'Wes', over: 1 }], ['swap', {}],
    ['penalty', { to: 'batting' }], ['penalty', { to: 'batting' }], ['limit', { overs: 3 }], ['squad', { team: 'North', players: ['Ann', 'Bea', 'Cat', 'Dot'] }],
    ['toss', { text: 'South won the toss.' }], ['rename', { kind: 'player', team: 'North', from: 'Ann', to: 'Anna' }], ['retire', { who: 'Bea', next: 'Cat' }],
    ['out', { who: 'Cat', how: 'retiredOut', next: 'Dot' }], ['plain', { patch: { weather: 'rain' }, text: 'It rains.' }], ['close', { how: 'rain' }],
    ['innings', opening], ['target', { runs: 9, overs: 2, method: 'DLS' }], ...balls(1), ['result', { how: 'noResult' }],
  );
  for (const { data } of sheet.log) {
    expect(typeof data['commentary']).toBe('string');
    expect(lineOf('cricket', data).text).not.toMatch(/[{}[\]]/);
  }
});

describe('the words of a correction', () => {
  const told = (sheet: Sheet) => lineOf('cricket', sheet.log.at(-1)?.data ?? {}, 'correction');

  test('say what happened, and where', () => {
    const sheet = cricket(...balls(0, 0), ball({ runs: 2, off: 'byes' }));
    sheet.correct(4, ball({ runs: 2, off: 'legByes' }));
    expect(sheet.state['commentary']).toBe('Correction, 0.3: 2 leg byes, not 2 byes.');
    expect(told(sheet)).toEqual({ mark: '0.3', text: '2 leg byes, not 2 byes.' });
    sheet.undo();
    expect(told(sheet)).toEqual({ mark: '0.3', text: '2 byes, after all.' });
  });

  test('do not tell an undone wicket, nor the ball before it, as new', () => {
    const sheet = cricket(ball({ runs: 4, boundary: true }), out('Cat'));
    sheet.undo();
    expect(told(sheet)).toEqual({ mark: '0.2', text: 'Bowled, taken back.' });
  });
});

test('a problem of the figures is refused', () => {
  const sheet = cricket(...balls(1));
  sheet.enter({ opId: 'o', data: {}, tap: null, voids: null, reason: null, label: '', at: 1 });
  const broken = { ...cricketRules, check: (state: JsonObject) => (state['runs'] === 3 ? 'The figures do not add up.' : null) };
  const other = new Sheet(broken);
  [other.log, other.state] = [sheet.log, sheet.state];
  expect(() => other.correct(2, ball({ runs: 3 }))).toThrow(NotAllowed);
});
