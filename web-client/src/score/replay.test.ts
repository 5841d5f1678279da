import { describe, expect, test } from 'vitest';
import { mergePatch } from '../lib/merge';
import type { Draft, Entry, Tap } from '../lib/outbox';
import type { JsonObject, LoggedUpdate, Summary } from '../lib/wire';
import { rebase } from './rebase';
import { chessRules } from './chess/rules';
import { cricketRules } from './cricket/rules';
import { footballRules } from './football/rules';
import { jsonRules } from './json/rules';
import { correctionOf } from './correction';
import { lastEntered } from './counted';
import { replay } from './replay';
import { draftOf } from './rules';
import { expectAsIf, figuresOf, Sheet } from './sheet.testing';

const start: Tap = ['start', { batting: 'North', bowling: 'South', striker: 'Ann', partner: 'Bea', bowler: 'Zoe' }];
const ball = (detail: JsonObject = {}): Tap => ['ball', detail];
const cricket = (...taps: Tap[]) => new Sheet(cricketRules).play(start, ...taps);

describe('a correction', () => {
  test('of an earlier ball repairs everything that follows from it', () => {
    const sheet = cricket(ball({ runs: 4, boundary: true }), ball({ runs: 1 }), ball(), ball({ runs: 2 }));
    // It was a single, so the batters changed ends, and the runs after it belong to the other batter.
    sheet.correct(2, ball({ runs: 1 }));
    expectAsIf(sheet, start, ball({ runs: 1 }), ball({ runs: 1 }), ball(), ball({ runs: 2 }));
    expect(sheet.log.at(-1)?.voids).toEqual([2]);
  });

  test('that takes a ball away leaves the others as they were', () => {
    const sheet = cricket(ball({ runs: 1 }), ball({ wicket: { how: 'bowled', next: 'Cat' } }), ball({ runs: 3 }));
    sheet.correct(3, null);
    expectAsIf(sheet, start, ball({ runs: 1 }), ball({ runs: 3 }));
  });

  test('of what was corrected before counts in its place', () => {
    const sheet = cricket(ball({ runs: 4 }), ball({ runs: 2 }), ball());
    sheet.correct(2, ball({ runs: 1 }));
    sheet.play(ball({ runs: 6, boundary: true }));
    sheet.correct(3, null);
    expectAsIf(sheet, start, ball({ runs: 1 }), ball(), ball({ runs: 6, boundary: true }));
    sheet.correct(2, ball({ runs: 3 }));
    expectAsIf(sheet, start, ball({ runs: 3 }), ball(), ball({ runs: 6, boundary: true }));
    expect(sheet.log.at(-1)?.voids).toEqual([2, 5]);
  });

  test('is small: only what differs is sent', () => {
    const sheet = cricket(ball({ runs: 4, boundary: true }), ball());
    const { data } = sheet.correct(2, ball({ runs: 4 }));
    expect(data).toEqual({ batters: { Ann: { fours: 0 } }, tap: ball({ runs: 4 }), commentary: 'Correction, 0.1: 4 runs, not FOUR.' });
  });

  test('that is not possible there is not made', () => {
    const sheet = cricket(ball({ fault: 'noBall' }), ball({ runs: 1 }));
    expect(() => sheet.correct(3, ball({ wicket: { how: 'bowled', next: 'Cat' } }))).toThrow('run out');
    expect(() => sheet.correct(9, null)).toThrow('already removed');
  });

  test('of a move of chess puts the game back, moves and all', () => {
    const game = new Sheet(chessRules).play(['start', { white: { name: 'A' }, black: { name: 'B' } }], ['move', { uci: 'e2e4' }], ['move', { uci: 'e7e5' }]);
    game.correct(3, null);
    expectAsIf(game, ['start', { white: { name: 'A' }, black: { name: 'B' } }], ['move', { uci: 'e2e4' }]);
    expect(game.state['moves']).toEqual({ 1: 'e4' });
  });

  test('of a goal keeps the timeline in order', () => {
    const kickOff: Tap[] = [['start', { home: 'A', away: 'B' }], ['period', { name: 'First half', at: 0 }]];
    const goal = (player: string, minute: string): Tap => ['goal', { team: 'home', player, minute }];
    const match = new Sheet(footballRules).play(...kickOff, goal('P', '3'), goal('Q', '9'));
    match.correct(3, null);
    expectAsIf(match, ...kickOff, goal('Q', '9'));
    expect(match.state['home']).toEqual({ name: 'A', goals: 1 });
  });

  test('of another sport merges what is left', () => {
    const sheet = new Sheet(jsonRules).play(['merge', { lap: 1, lead: 'A' }], ['merge', { lap: 2 }], ['merge', { lead: 'B' }]);
    const { data } = sheet.correct(3, null);
    expect(data).toEqual({ lead: 'A' });
    expect(sheet.state).toEqual({ lap: 2, lead: 'A' });
  });

  test('works on a match that another program scored up to now', () => {
    const sheet = new Sheet(cricketRules);
    const fed = { batting: 'N', bowling: 'S', runs: 7, wickets: 0, over: '1.1', striker: 'Ann', partner: 'Bea', bowler: 'Zoe', thisOver: ['1'] };
    sheet.enter({ ...draftOf(jsonRules, {}, ['merge', fed]), tap: null });
    sheet.play(ball({ runs: 4 }), ball({ runs: 1 }));
    sheet.correct(2, null);
    expect([sheet.state['runs'], sheet.state['thisOver'], sheet.state['striker']]).toEqual([8, ['1', '1'], 'Bea']);
  });
});

test('undo goes back one update at a time, past what was undone already', () => {
  const sheet = cricket(ball({ runs: 1 }), ball({ runs: 2 }));
  const undo = () => sheet.undo();
  undo();
  expectAsIf(sheet, start, ball({ runs: 1 }));
  undo();
  expectAsIf(sheet, start);
  undo();
  expect(figuresOf(sheet.state)).toEqual({});
  expect(lastEntered(sheet.log)).toBeNull();
});

describe('a summary', () => {
  const score = (state: JsonObject) => (state['summary'] as Summary | undefined)?.sides.map(({ score }) => score);

  test('is part of each update that changes it, and of its correction', () => {
    const sheet = cricket(ball({ runs: 4 }));
    expect(score(sheet.log.at(-1)?.data ?? {})).toEqual(['4/0', undefined]);
    expect(score(sheet.correct(2, null).data)).toEqual(['0/0', undefined]);
  });

  test('does not change with the minute of a running clock', () => {
    const start: Tap[] = [['start', { home: 'A', away: 'B' }], ['period', { name: 'First half', at: 1_000 }]];
    const match = new Sheet(footballRules).play(...start, ['minute', { minute: '4' }]);
    expect(match.log.at(-1)?.data).toEqual({ minute: '4', tap: ['minute', { minute: '4' }] });
  });

  const merge = (patch: JsonObject): Tap => ['merge', patch];
  test('of two teams comes with an update as JSON, and is right after a correction of an earlier one', () => {
    const sheet = new Sheet(jsonRules).play(
      merge({ home: { name: 'A', points: 0 }, away: { name: 'B', points: 0 } }),
      merge({ home: { points: 2 } }),
      merge({ away: { points: 3 } }),
    );
    expect(score(sheet.state)).toEqual(['2', '3']);
    sheet.correct(2, null);
    expect(score(sheet.state)).toEqual(['0', '3']);
  });

  test('that the scorer wrote as JSON stays as it is', () => {
    const own = { sides: [{ name: 'A', score: 'ahead' }] };
    const sheet = new Sheet(jsonRules).play(merge({ home: { points: 0 }, away: { points: 0 }, summary: own }), merge({ home: { points: 2 } }));
    expect(sheet.state['summary']).toEqual(own);
    expect(sheet.log.at(-1)?.data).toEqual({ home: { points: 2 } });
  });
});

test('undo leaves the clock alone', () => {
  const match = new Sheet(footballRules).play(['start', { home: 'A', away: 'B' }], ['goal', { team: 'home', minute: '3' }], ['minute', { minute: '4' }]);
  expect(lastEntered(match.log)?.seq).toBe(2);
});

test('a correction that was itself taken back has no effect', () => {
  const sheet = cricket(ball({ runs: 1 }));
  const correction = sheet.correct(2, null);
  sheet.log.push({ seq: 4, kind: 'correction', data: { tap: null }, at: 1, voids: [3] });
  expect(correction.voids).toEqual([2]);
  expect(replay(cricketRules, sheet.log)['runs']).toBe(1);
});

describe('after a conflict', () => {
  const entry = (draft: Draft, id: number, base: number | null): Entry => ({ ...draft, id, base, owner: 'o', eventId: 'e', tried: id === 1 });
  const history = (sheet: Sheet) => ({ epoch: 'e', seq: sheet.log.length, data: sheet.state, log: sheet.log });

  test('what waits is entered again on what others scored', () => {
    const sheet = cricket();
    const mine = [draftOf(cricketRules, sheet.state, ball({ runs: 1 }))];
    mine.push(draftOf(cricketRules, mergePatch(sheet.state, mine[0]?.data ?? {}), ball({ runs: 4 })));
    sheet.play(ball({ runs: 2 }));
    const plan = rebase(cricketRules, history(sheet), mine.map((draft, index) => entry(draft, index + 1, index === 0 ? 1 : null)));
    expect(plan.impossible).toEqual([]);
    for (const draft of plan.drafts) sheet.enter(draft);
    expectAsIf(sheet, start, ball({ runs: 2 }), ball({ runs: 1 }), ball({ runs: 4 }));
    expect(plan.drafts.map(({ opId }) => opId)).not.toContain(mine[0]?.opId);
  });

  test('a move that is not legal any more is named', () => {
    const game = new Sheet(chessRules).play(['start', { white: { name: 'A' }, black: { name: 'B' } }]);
    const mine = draftOf(chessRules, game.state, ['move', { uci: 'e2e4' }]);
    game.play(['move', { uci: 'd2d4' }]);
    const plan = rebase(chessRules, history(game), [entry(mine, 1, 1)]);
    expect(plan).toEqual({ drafts: [], base: 2, impossible: [{ label: 'Move e2e4', why: 'The move e2e4 is not legal here.' }] });
  });

  test('a correction of what waits too finds it under its new number', () => {
    const sheet = cricket();
    const mine = draftOf(cricketRules, sheet.state, ball({ runs: 1 }));
    const log: LoggedUpdate[] = [...sheet.log, { seq: 2, kind: 'update', data: mine.data, at: 1 }];
    const undo = correctionOf(cricketRules, log, { seq: 2, instead: null, reason: 'r' });
    sheet.play(ball({ runs: 2 }));
    const plan = rebase(cricketRules, history(sheet), [entry(mine, 1, 1), entry(undo, 2, null)]);
    expect(plan.drafts.map(({ voids }) => voids)).toEqual([null, [3]]);
    for (const draft of plan.drafts) sheet.enter(draft);
    expectAsIf(sheet, start, ball({ runs: 2 }));
  });
});
