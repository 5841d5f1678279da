// Other names and ratings for the players of a game.
import { describe, expect, test } from 'vitest';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { chessLine } from '../../sports/chess';
import { pgnOf } from '../../sports/pgn';
import { Sheet } from '../sheet.testing';
import { chessRules } from './rules';

const begin: Tap = ['start', { white: { name: 'Tim', rating: '2100' }, black: { name: 'Bob' } }];
const move = (uci: string): Tap => ['move', { uci }];
const rename = (detail: JsonObject): Tap => ['rename', { side: 'white', to: 'Kim', ...detail }];
const play = (...taps: Tap[]) => taps.reduce<JsonObject>((state, tap) => chessRules.play(state, tap), {});

describe('a player', () => {
  test.each<[string, JsonObject, JsonObject, string]>([
    ['of White', {}, { white: { name: 'Kim', rating: 2100 }, black: { name: 'Bob' } }, 'Name corrected: Kim, not Tim.'],
    ['of Black', { side: 'black', to: ' Rob ' }, { white: { name: 'Tim', rating: 2100 }, black: { name: 'Rob' } }, 'Name corrected: Rob, not Bob.'],
    ['with another rating', { to: 'Tim', rating: 2200 }, { white: { name: 'Tim', rating: 2200 }, black: { name: 'Bob' } }, 'White: Tim (2200).'],
    ['without a rating', { to: 'Tim', rating: null }, { white: { name: 'Tim' }, black: { name: 'Bob' } }, 'White: Tim.'],
  ])('%s', (_name, detail, players, words) => {
    const { white, black, commentary } = play(begin, move('e2e4'), rename(detail));
    expect([{ white, black }, commentary]).toEqual([players, words]);
  });

  test.each<[string, JsonObject, string]>([
    ['of no side', { side: 'red' }, 'Select White or Black'],
    ['without a name', { to: ' ' }, 'Enter who plays White'],
  ])('%s is refused', (_name, detail, why) => {
    expect(() => play(begin, rename(detail))).toThrow(why);
  });

  test('whom another app wrote as a text gets a name too', () => {
    const { white } = chessRules.play({ ...play(begin), white: 'Tim' }, rename({}));
    expect(white).toEqual({ name: 'Kim' });
  });
});

test.each<[JsonObject, string]>([
  [{ side: 'white', from: 'Tim', to: 'Kim' }, 'Kim, not Tim'],
  [{ side: 'black', from: 'Tim', to: 'Tim', rating: 1 }, 'Black: Tim'],
  [{}, 'White: '],
])('%j is called %s', (detail, words) => {
  expect(chessRules.words(['rename', detail])).toBe(words);
});

describe('in a log', () => {
  const sheet = () => new Sheet(chessRules).play(begin, move('e2e4'), rename({}), move('e7e5'), ['end', { how: 'resignation', by: 'black' }], rename({ side: 'black', from: 'Bob', to: 'Rob' }));

  test('the new names are in the summary, in the PGN and in words', () => {
    const { log, state } = sheet();
    expect(state['summary']).toMatchObject({ sides: [{ name: 'Kim', score: '1' }, { name: 'Rob', score: '0' }], result: 'White won by resignation' });
    expect(pgnOf(state)).toContain('[White "Kim"]\n[Black "Rob"]\n[Result "1-0"]\n[WhiteElo "2100"]');
    expect([2, 5].map((index) => chessLine(log[index]?.data ?? {}))).toEqual([
      { mark: null, text: 'Name corrected: Kim, not Tim.' },
      { mark: null, text: 'Name corrected: Rob, not Bob.' },
    ]);
  });

  test('they stay when a move is corrected, and Undo brings the old one back', () => {
    const corrected = sheet();
    corrected.correct(2, move('d2d4'));
    expect(corrected.state).toMatchObject({ white: { name: 'Kim' }, black: { name: 'Rob' }, moves: { 1: 'd4', 2: 'e5' } });
    corrected.undo();
    corrected.undo();
    expect(corrected.state).toMatchObject({ white: { name: 'Kim' }, black: { name: 'Bob' }, result: '1-0' });
    expect(corrected.state['commentary']).toBe('Correction: Rob, not Bob, taken back.');
  });
});
