// Entries that count although the rules refuse them: what the umpire overruled stays overruled through corrections, and
// nothing else is.
import { describe, expect, test } from 'vitest';
import type { Tap } from '../lib/outbox';
import type { JsonObject } from '../lib/wire';
import { cricketRules } from './cricket/rules';
import { expectAsIf, figuresOf, Sheet } from './sheet.testing';

const start: Tap = ['start', { batting: 'North', bowling: 'South', overs: 2, players: 3, striker: 'Ann', partner: 'Bea', bowler: 'Zoe' }];
const ball = (detail: JsonObject = {}): Tap => ['ball', detail];
const bowled = (more: JsonObject = {}, next: JsonObject = { next: 'Cat' }): Tap => ball({ wicket: { how: 'bowled', ...next }, ...more });
const noBall = ball({ fault: 'noBall' });
const anyway = { anyway: 'The umpire saw it' };
const cricket = (...taps: Tap[]) => new Sheet(cricketRules).play(start, ...taps);

/** Asserts that a correction can be taken back. */
function expectUndone(sheet: Sheet, seq: number, instead: Tap | null): void {
  const before = figuresOf(sheet.state);
  sheet.correct(seq, instead);
  expect(figuresOf(sheet.state)).not.toEqual(before);
  sheet.undo();
  expect(figuresOf(sheet.state)).toEqual(before);
}

describe('what the umpire overruled', () => {
  test('is overruled again once a correction of it is taken back', () => {
    expectUndone(cricket(noBall, bowled(anyway)), 3, ball());
    expectUndone(cricket(noBall, bowled(anyway)), 3, null);
  });

  test('is overruled again once a correction of the ball before is taken back', () => {
    expectUndone(cricket(noBall, bowled(anyway)), 2, ball());
  });

  test('is overruled again by a second correction of the ball before', () => {
    const sheet = cricket(noBall, bowled(anyway));
    const before = figuresOf(sheet.state);
    sheet.correct(2, ball());
    sheet.correct(2, noBall);
    expect(figuresOf(sheet.state)).toEqual(before);
  });

  test('stays overruled in an entry that was corrected', () => {
    const sheet = cricket(noBall, bowled(anyway));
    sheet.correct(3, ball({ wicket: { how: 'lbw', next: 'Cat' }, ...anyway }));
    sheet.correct(2, ball({ fault: 'noBall', runs: 2 }));
    expect(sheet.state).toMatchObject({ runs: 3, wickets: 1 });
    sheet.undo();
    sheet.undo();
    expect(sheet.state).toMatchObject({ runs: 1, batters: { Ann: { how: 'b Zoe' } } });
  });
});

describe('a ball that counts anyway', () => {
  const over: Tap = ['over', { bowler: 'Yan' }];
  const wide = ball({ fault: 'wide' });
  const five = Array.from({ length: 5 }, () => ball());

  test('moves across the overs as any other does', () => {
    const last = ball({ runs: 13, ...anyway });
    const sheet = cricket(wide, ...five, last, over, ball());
    sheet.correct(2, ball());
    expectAsIf(sheet, start, ball(), ...five, over, last, ball());
  });

  test('stays in its over if it was one more than the over has', () => {
    const sheet = cricket(ball({ runs: 2 }), ...five, ball(anyway), over, ball());
    sheet.correct(2, ball({ runs: 4 }));
    expectAsIf(sheet, start, ball({ runs: 4 }), ...five, ball(anyway), over, ball());
  });
});

describe('what the umpire did not overrule', () => {
  test('is refused after a correction, though the rules had something else against the entry', () => {
    const sheet = cricket(ball(), bowled(anyway, {}));
    expect(() => sheet.correct(2, noBall)).toThrow('“0.2 Bowled” stands in the way. Off a no-ball or a free hit');
  });

  test('is refused after a correction, though the rules have what was overruled against the entry still', () => {
    const runOut = ball({ wicket: { how: 'runOut', who: 'partner', end: 'bowler', next: 'Cat' } });
    const sheet = cricket(runOut, noBall, bowled(anyway, {}));
    expect(() => sheet.correct(2, ball())).toThrow('stands in the way. Enter the next batter.');
  });
});
