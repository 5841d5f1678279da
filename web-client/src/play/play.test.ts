// Predictions and puzzles.
import { Chess } from 'chess.js';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../lib/wire';
import { callingOf, optionsOf } from './call';
import { mates, puzzleFor } from './puzzle';

describe('a call', () => {
  test.each<[string, JsonObject, string | null]>([
    ['cricket', { ball: { over: '3.1', kind: 'dot' } }, 'dot'],
    ['cricket', { ball: { over: '3.1', kind: 'run' } }, 'runs'],
    ['cricket', { ball: { over: '3.1', kind: 'six' } }, 'boundary'],
    ['cricket', { ball: { over: '3.1', kind: 'wicket' } }, 'wicket'],
    ['cricket', { ball: { over: '3.1', kind: 'noBall' } }, 'extra'],
    ['cricket', { ball: null, commentary: 'Drinks.' }, null],
    ['football', { home: { goals: 1 } }, 'home'],
    ['football', { minute: '4', away: { goals: 3 } }, 'away'],
    ['football', { minute: '4' }, null],
    ['football', { home: { goals: 0 }, away: { goals: 0 } }, null],
    ['football', { home: { goals: 2 }, away: { goals: 1 } }, null],
    ['Chess', { move: { san: 'Nf3' } }, 'knight'],
    ['chess', { move: { san: 'exd5' } }, 'pawn'],
    ['chess', { move: { san: 'O-O-O' } }, 'king'],
    ['chess', { result: '1-0' }, null],
  ])('of %s is decided by %j as %s', (sport, update, outcome) => {
    const calling = callingOf(sport);
    expect(calling?.outcome(update)).toBe(outcome);
    if (outcome !== null) expect(calling?.options.map(({ key }) => key)).toContain(outcome);
  });

  test('of an unknown sport is none', () => {
    expect([callingOf('rowing'), callingOf('constructor')]).toEqual([null, null]);
  });

  test('of a goal names the teams', () => {
    const calling = callingOf('football');
    const options = calling && optionsOf(calling, { home: { name: 'A' }, away: {} });
    expect(options?.map(({ label }) => label)).toEqual(['A', 'Away']);
  });
});

describe('a puzzle', () => {
  test.each(mates)('$fen has one mate, and three legal moves that are none', ({ fen, answer, others }) => {
    const legal = new Chess(fen).moves();
    expect(legal.filter((move) => move.endsWith('#'))).toEqual([answer]);
    for (const move of others) expect(legal).toContain(move);
  });

  test.each(['chess', 'cricket', 'football', 'rowing'])('of %s has its answer among four different ones', (sport) => {
    for (let step = 0; step < 50; step++) {
      let calls = 0;
      const random = () => ((step * 7 + ++calls * 13) % 50) / 50;
      const puzzle = puzzleFor(sport, random);
      expect(new Set(puzzle.options).size).toBe(4);
      expect(puzzle.options).toContain(puzzle.answer);
    }
  });
});
