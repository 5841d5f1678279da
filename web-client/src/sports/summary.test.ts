import { describe, expect, test } from 'vitest';
import type { JsonObject, Summary } from '../lib/wire';
import { headlineOf, isTold, lineOf } from './sports';
import { readSummary, scoreOf, summaryOf, textOf, twoSidedSummary } from './summary';

const opening = 'rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1';

describe('the summary of a state', () => {
  const chase = {
    runs: 98, wickets: 3, over: '12.3', innings: 2, batting: 'B', bowling: 'A',
    first: { team: 'A', runs: 157, wickets: 8, over: '20.0' }, required: { runs: 60, balls: 45 },
  };
  const teams = { home: { name: 'A', goals: 3, penalties: 4 }, away: { name: 'B', goals: 3, penalties: 2 } };
  test.each<[string, string, JsonObject, unknown]>([
    [
      'of the first innings', 'cricket', { runs: 12, wickets: 0, over: '1.4', innings: 1, batting: 'A', bowling: 'B' },
      { sides: [{ name: 'A', score: '12/0', detail: '1.4 ov', active: true }, { name: 'B' }], period: 'Innings 1' },
    ],
    [
      'of a chase', 'cricket', chase,
      {
        sides: [{ name: 'A', score: '157/8', detail: '20.0 ov' }, { name: 'B', score: '98/3', detail: '12.3 ov', active: true }],
        note: 'needs 60 from 45 balls',
        period: 'Innings 2',
      },
    ],
    [
      'of a decided match', 'cricket', { ...chase, required: null, result: 'A won by 59 runs' },
      { sides: [{ name: 'A', score: '157/8', detail: '20.0 ov' }, { name: 'B', score: '98/3', detail: '12.3 ov' }], result: 'A won by 59 runs' },
    ],
    [
      'of several innings', 'cricket',
      {
        runs: 23, wickets: 1, over: '6.0', innings: 3, batting: 'A', bowling: 'B', lead: -120, overs: 0,
        cards: { '1': { team: 'A', runs: 151, wickets: 10, over: '60.2' }, '2': { team: 'B', runs: 294, wickets: 8, over: '90.0', closed: 'declared' } },
      },
      {
        sides: [{ name: 'A', score: '151 & 23/1', detail: '6.0 ov', active: true }, { name: 'B', score: '294/8d', detail: '90.0 ov' }],
        note: 'trails by 120',
        period: 'Innings 3',
      },
    ],
    [
      'of a chase without a limit', 'cricket', { ...chase, required: null, target: 158, overs: 0 },
      {
        sides: [{ name: 'A', score: '157/8', detail: '20.0 ov' }, { name: 'B', score: '98/3', detail: '12.3 ov', active: true }],
        note: 'needs 60',
        period: 'Innings 2',
      },
    ],
    [
      'of a super over', 'cricket', { ...chase, innings: 4, superOver: true, required: null, cards: { '1': { team: 'A', runs: 98, wickets: 3 }, '2': { team: 'B', runs: 98, wickets: 4 }, '3': { team: 'A', runs: 9, wickets: 0, superOver: true } } },
      {
        sides: [{ name: 'A', score: '98/3 & 9/0' }, { name: 'B', score: '98/4 & 98/3', detail: '12.3 ov', active: true }],
        period: 'Super over',
      },
    ],
    [
      'of a shoot-out', 'Football', { ...teams, minute: '120', period: 'Penalty shoot-out' },
      { sides: [{ name: 'A', score: '3', detail: '(4)' }, { name: 'B', score: '3', detail: '(2)' }], period: 'Penalty shoot-out' },
    ],
    [
      'of a half with its clock', 'football', { home: { goals: 0 }, away: { goals: 1 }, period: 'Second half', minute: '46', beganAt: 5_000 },
      {
        sides: [{ name: 'Home', score: '0' }, { name: 'Away', score: '1' }],
        period: 'Second half',
        clock: { running: true, at: 5_000, value: 2_700_000, direction: 'up' },
      },
    ],
    [
      'of a game of chess', 'chess', { fen: opening, move: { san: 'e4', ply: 1 }, white: 'A', black: 'B' },
      { sides: [{ name: 'A', active: true }, { name: 'B' }], note: '1. e4' },
    ],
    [
      'of a drawn game', 'chess', { fen: opening, result: '1/2-1/2', white: 'A', black: 'B' },
      { sides: [{ name: 'A', score: '½' }, { name: 'B', score: '½' }], result: 'Draw' },
    ],
    ['of no known sport', 'rowing', { leader: 'Weir' }, null],
    ['of a sport named like a member of every object', 'constructor', {}, null],
    ['of no position', 'chess', {}, null],
  ])('%s', (_name, sport, data, expected) => {
    expect(summaryOf(sport, data)).toEqual(expected);
  });

  test('of two teams of any sport', () => {
    expect(twoSidedSummary({ home: { name: 'A', points: 12 }, away: { score: 9 }, period: 'Q3' })).toEqual({
      sides: [{ name: 'A', score: '12' }, { name: 'Away', score: '9' }],
      period: 'Q3',
    });
    expect(twoSidedSummary({ home: { name: 'A' }, away: { score: 9 } })).toBeNull();
  });
});

describe('a summary of another app', () => {
  test('is read with care', () => {
    const clock = { running: false, at: 1, value: 2, direction: 'sideways', limit: 'x' };
    expect(readSummary({ sides: [{ name: 7, score: 3, detail: {}, active: 'yes', place: '1' }, 'B', null], note: [], period: 2, clock, more: 1 })).toEqual({
      sides: [{ name: '7', score: '3', place: '1' }],
      period: '2',
      clock: { running: false, at: 1, value: 2, direction: 'up' },
    });
    expect(readSummary({ sides: [], note: 'n'.repeat(9_000) })?.note?.length).toBeLessThan(200);
  });

  test.each([null, undefined, 'x', [], {}, { sides: {} }])('%j is none', (value) => {
    expect(readSummary(value)).toBeNull();
  });
});

describe('in words, a summary', () => {
  const summary = { sides: [{ name: 'A', score: '3', detail: '(4)' }, { short: 'B' }], period: 'Q3' };
  const update = (data: JsonObject) => ({ seq: 1, kind: 'update' as const, at: 1, data });

  test('is its sides and the point in the contest, or the result', () => {
    expect(textOf(summary)).toBe('A 3 (4), B, Q3');
    expect(textOf({ ...summary, result: 'A won' })).toBe('A 3 (4), B, A won');
    const five = ['1', '2', '3', '4', '5'].map((place) => ({ place, name: `R${place}`, score: '9.79' }));
    expect(textOf({ sides: five, period: 'Final' })).toBe('1 R1 9.79, 2 R2 9.79, 3 R3 9.79, and 2 more, Final');
  });

  test('is told where an update has nothing else', () => {
    expect([isTold(update({ summary })), lineOf('pool', { summary }).text]).toEqual([true, 'A 3 (4), B, Q3']);
    expect([lineOf('pool', { a: 1, summary }).text, headlineOf('pool', { a: 1, summary })]).toEqual(['a 1', 'a 1']);
  });

  test('is told with the commentary of a family', () => {
    const board = { format: { family: 'sets' }, mark: 'Set 2, 12–9', commentary: 'Point to A.', summary };
    expect(headlineOf('pool', board)).toBe('A 3 (4), B, Q3. Point to A.');
    expect(lineOf('pool', board)).toEqual({ mark: 'Set 2, 12–9', text: 'Point to A.' });
    expect(lineOf('pool', { mark: 'Q3 4:12', a: 1 })).toEqual({ mark: 'Q3 4:12', text: 'a 1' });
    const corrected = { commentary: 'Correction, Q3 4:12: 2 points, not 3 points.', tap: null };
    expect(lineOf('pool', corrected, 'correction')).toEqual({ mark: 'Q3 4:12', text: '2 points, not 3 points.' });
  });

  test('is not told with the minute alone, nor with a clock that was started or stopped', () => {
    expect(isTold(update({ minute: '3', summary }))).toBe(false);
    const clock = { clock: { running: true }, commentary: 'Clock started at 4:12.', summary };
    expect([{}, { set: true }].map((detail) => isTold(update({ ...clock, tap: ['clock', detail] })))).toEqual([false, true]);
    expect(isTold(update({ clock: { running: true }, commentary: 'A pause.' }))).toBe(true);
  });
});

test.each<[string, Summary, string | null]>([
  ['of the side that plays', { sides: [{ score: '161/7' }, { score: '97/3', active: true }] }, '97/3'],
  ['of both sides', { sides: [{ score: '2' }, { score: '1' }] }, '2–1'],
  ['of a game of chess that goes on', { sides: [{ name: 'A', active: true }, { name: 'B' }] }, null],
  ['of a crowd', { sides: [{ score: '1' }, { score: '2' }, { score: '3' }] }, null],
  ['of nobody', { sides: [] }, null],
])('the title of a tab has the score %s', (_name, summary, score) => {
  expect(scoreOf(summary)).toBe(score);
});
