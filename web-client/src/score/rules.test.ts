// Chess and football at the console, and as the viewers' scoreboards read them.
import { describe, expect, test } from 'vitest';
import type { Tap } from '../lib/outbox';
import type { JsonObject } from '../lib/wire';
import { readChess } from '../sports/chess';
import { readFootball } from '../sports/football';
import { minuteAt } from '../sports/footballClock';
import { chessRules, legalMoves, verdictsFor } from './chess/rules';
import { footballRules, resultOf } from './football/rules';
import { parseUpdate } from './json/rules';
import { NotAllowed, type Rules } from './rules';

const playing = (rules: Rules) => (...taps: Tap[]) => taps.reduce<JsonObject>((state, tap) => rules.play(state, tap), {});

describe('chess', () => {
  const play = playing(chessRules);
  const start: Tap = ['start', { white: { name: 'A', rating: '2700' }, black: { name: 'B' } }];
  const moves = (...list: string[]): Tap[] => list.map((uci) => ['move', { uci }]);

  test('writes a game as the demo does', () => {
    const state = play(start, ...moves('e2e4', 'e7e5', 'g1f3'));
    expect(state).toMatchObject({
      ply: 3,
      move: { ply: 3, san: 'Nf3', uci: 'g1f3', text: '2. Nf3' },
      moves: { 1: 'e4', 2: 'e5', 3: 'Nf3' },
      fen: 'rnbqkbnr/pppp1ppp/8/4p3/4P3/5N2/PPPP1PPP/RNBQKB1R b KQkq - 1 2',
      turn: 'black',
      white: { name: 'A', rating: 2700 },
      commentary: '2. Nf3',
    });
    expect(readChess(state)).toMatchObject({ ply: 3, lastMove: ['g1', 'f3'], whiteToMove: false });
  });

  test('takes only legal moves, promotes, castles, and sees a mate', () => {
    expect(() => play(start, ...moves('e2e5'))).toThrow(NotAllowed);
    expect(() => play(start, ...moves('e7e5'))).toThrow(NotAllowed);
    const mate = play(start, ...moves('f2f3', 'e7e5', 'g2g4', 'd8h4'));
    expect([verdictsFor(mate), legalMoves(mate).length]).toEqual([[{ result: '0-1', how: 'checkmate', isOver: true }], 0]);
    const promoting = { ...play(start), fen: '7k/P7/8/8/8/8/8/R3K3 w Q - 0 1', ply: 80 };
    expect(chessRules.play(promoting, ['move', { uci: 'a7a8n' }])['move']).toMatchObject({ san: 'a8=N', uci: 'a7a8n', text: '41. a8=N' });
    expect(chessRules.play(promoting, ['move', { uci: 'e1c1' }])['move']).toMatchObject({ san: 'O-O-O', uci: 'e1c1' });
  });

  test('ends with a result, after which there is no move', () => {
    const over = play(start, ...moves('e2e4'), ['result', { result: '1/2-1/2', how: 'agreed' }]);
    expect([over['result'], over['commentary']]).toEqual(['1/2-1/2', 'A draw (agreed): 1/2-1/2.']);
    expect(() => chessRules.play(over, ['move', { uci: 'e7e5' }])).toThrow('over');
    expect(() => play(start, ['result', { result: '2-0' }])).toThrow(NotAllowed);
  });
});

describe('football', () => {
  const play = playing(footballRules);
  const start: Tap[] = [['start', { home: 'A', away: 'B' }], ['period', { name: 'First half', at: 0 }]];

  test('keeps the score, the timeline and the words', () => {
    const state = play(
      ...start,
      ['goal', { team: 'away', player: 'P', detail: 'penalty', minute: '12' }],
      ['yellow', { team: 'home', player: 'Q', minute: '30' }],
      ['substitution', { team: 'home', player: 'R', off: 'Q', minute: '45+2' }],
    );
    const board = readFootball(state);
    expect(board).toMatchObject({ period: 'First half', minute: '45+2', home: { goals: '0' }, away: { goals: '1' } });
    expect(board?.timeline.map(({ incident, player, team, detail }) => [incident, player, team, detail])).toEqual([
      ['change', 'R', 'A', 'for Q'],
      ['yellow', 'Q', 'A', null],
      ['goal', 'P', 'B', 'penalty'],
    ]);
    expect(play(...start, ['goal', { team: 'home', minute: '3' }])['commentary']).toBe("3' GOAL for A! A 1, B 0.");
  });

  test.each<[string, string, number, string | null]>([
    ['begins with its first minute', 'First half', 0, '1'],
    ['counts minutes begun', 'First half', 44.5, '45'],
    ['has added time', 'First half', 46.2, '45+2'],
    ['goes on in the second half', 'Second half', 0.5, '46'],
    ['stands at half-time', 'Half-time', 50, null],
  ])('the clock %s', (_name, period, minutes, expected) => {
    expect(minuteAt({ period, beganAt: 0 }, minutes * 60_000)).toBe(expected);
  });

  test('tells the result, by goals or by penalties', () => {
    expect(resultOf(play(...start, ['goal', { team: 'home', minute: '3' }]))).toBe('A won 1–0');
    const kicks: Tap[] = [['kick', { team: 'home', scored: true }], ['kick', { team: 'away', scored: false }]];
    const state = play(...start, ...kicks, ['result']);
    expect(state['result']).toBe('A won 1–0 on penalties after a 0–0 draw');
    expect(readFootball(state)?.home.penalties).toBe('1');
    expect(resultOf(play(...start))).toBe('A 0–0 draw');
  });

  test('takes no goal of no team, and none before the match is set up', () => {
    expect(() => play(...start, ['goal', { minute: '3' }])).toThrow('Select a team.');
    expect(() => play(['goal', { team: 'home', minute: '3' }])).toThrow('Set the match up first.');
  });
});

test.each([
  ['{"lap": 3}', { patch: { lap: 3 } }],
  ['{}', { problem: 'The object is empty: it changes nothing.' }],
  ['[1]', { problem: 'An update must be a JSON object, such as {"lap": 3}.' }],
  ['null', { problem: 'An update must be a JSON object, such as {"lap": 3}.' }],
])('%s typed as an update is read', (text, expected) => {
  expect(parseUpdate(text)).toEqual(expected);
});

test('text that is no JSON is refused with the reason', () => {
  expect(parseUpdate('{lap: 3}')).toHaveProperty('problem');
});
