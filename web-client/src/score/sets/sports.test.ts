// The sports of sets by their published rules: who has won what.
import { describe, expect, test } from 'vitest';
import type { Offer, Side } from '../../sports/families/sets/match';
import { NotAllowed } from '../rules';
import { alternating, Play, setTo } from './play.testing';
import { setsRules } from './rules';

describe('a set is offered', () => {
  test.each<[string, string, number, number, Offer | null]>([
    ['volleyball', 'a lead of one is not enough', 25, 24, null],
    ['volleyball', 'at 25 by two', 25, 23, setTo('home')],
    ['volleyball', 'without a cap', 31, 33, setTo('away')],
    ['beach volleyball', 'at 21 by two', 21, 19, setTo('home')],
    ['beach volleyball', 'not at 21–20', 21, 20, null],
    ['badminton', 'at 21 by two', 21, 19, setTo('home')],
    ['badminton', 'not at 21–20', 21, 20, null],
    ['badminton', 'not at 29–28', 29, 28, null],
    ['badminton', 'not at 29 all', 29, 29, null],
    ['badminton', 'at 30, by one', 30, 29, setTo('home')],
    ['badminton', 'at 30–28, by two', 28, 30, setTo('away')],
    ['table tennis', 'at 11 by two', 9, 11, setTo('away')],
    ['table tennis', 'not at 11–10', 11, 10, null],
    ['table tennis', 'at 15–13', 15, 13, setTo('home')],
    ['squash', 'at 11 by two', 11, 9, setTo('home')],
    ['squash', 'not at 11–10', 10, 11, null],
    ['throwball', 'at 25, by one', 25, 24, setTo('home')],
    ['tug of war', 'with one pull', 1, 0, setTo('home')],
  ])('%s: %s', (sport, _name, home, away, expected) => {
    const play = new Play(sport);
    if (play.match.format.serve) play.begin();
    expect(play.points(alternating(home, away)).offer).toEqual(expected);
  });

  test('only, and scoring goes on', () => {
    const play = new Play('volleyball').begin().points('h'.repeat(25)).points('a');
    expect([play.offer, play.state['mark'], play.state['home']]).toEqual([setTo('home'), 'Set 1, 25–1', { name: 'Reds', score: 0 }]);
    expect(play.take().state['home']).toEqual({ name: 'Reds', score: 1 });
  });

  test('to nobody before it is won', () => {
    const play = new Play('volleyball').begin().points('h'.repeat(24));
    expect(() => play.tap('set', { to: 'home' })).toThrow('Set 1 is not won by Reds at 24–0.');
    expect(play.tap('set', { to: 'away', awarded: true }).state['away']).toEqual({ name: 'Blues', score: 1 });
  });
});

describe('the deciding set', () => {
  test.each<[string, [number, number][], string, Offer | null]>([
    ['volleyball', [[25, 20], [20, 25], [25, 20], [20, 25]], alternating(15, 13), setTo('home')],
    ['volleyball', [[25, 20], [20, 25], [25, 20], [20, 25]], alternating(15, 14), null],
    ['beach volleyball', [[21, 15], [15, 21]], alternating(13, 15), setTo('away')],
    ['badminton', [[21, 15], [15, 21]], alternating(15, 0), null],
  ])('%s', (sport, sets, points, expected) => {
    const play = new Play(sport);
    for (const [home, away] of sets) play.begin().set(home, away);
    expect(play.begin().points(points).offer).toEqual(expected);
  });
});

describe('the match', () => {
  test.each<[string, string | undefined, [number, number][], string]>([
    ['volleyball', undefined, [[25, 18], [25, 20], [25, 17]], 'Reds won 3–0'],
    ['volleyball', undefined, [[25, 20], [20, 25], [25, 20], [20, 25], [13, 15]], 'Blues won 3–2'],
    ['volleyball', 'Best of 3', [[25, 20], [25, 20]], 'Reds won 2–0'],
    ['badminton', undefined, [[21, 15], [28, 30], [21, 19]], 'Reds won 2–1'],
    ['table tennis', undefined, [[11, 5], [11, 5], [11, 5]], 'Reds won 3–0'],
    ['table tennis', 'Best of 7', [[11, 5], [11, 5], [11, 5], [9, 11], [11, 5]], 'Reds won 4–1'],
    ['squash', undefined, [[5, 11], [5, 11], [10, 12]], 'Blues won 3–0'],
    ['tug of war', undefined, [[1, 0], [0, 1], [0, 1]], 'Blues won 2–1'],
  ])('%s %s is offered once it is won', (sport, variant, sets, result) => {
    const play = new Play(sport, variant);
    for (const [home, away] of sets) {
      expect(play.offer).toBe(null);
      if (play.match.format.serve) play.begin();
      play.set(home, away);
    }
    expect(play.offer?.kind).toBe('match');
    play.take();
    expect([play.state['result'], play.state['period']]).toEqual([result, null]);
    expect(() => play.points('h')).toThrow('The match is over.');
  });

  test('has a winner without being played to its end', () => {
    const retired = new Play('badminton').begin().set(21, 12).begin().points('hha').tap('result', { how: 'retired', winner: 'home', text: 'Reds won, Blues retired' });
    expect([retired.state['result'], retired.state['outcome']]).toEqual(['Reds won, Blues retired', { how: 'retired', winner: 'home' }]);
    const walkover = new Play('tennis').tap('result', { how: 'walkover', winner: 'away' });
    expect([walkover.state['result'], walkover.state['summary']]).toEqual(['Blues won by walkover', undefined]);
    expect(setsRules.summary(walkover.state)?.result).toBe('Blues won by walkover');
  });

  test('has no result while nobody has won', () => {
    expect(() => new Play('squash').begin().set(11, 4).tap('result', { text: 'Reds won 3–0' })).toThrow(NotAllowed);
  });
});

describe('what the next point wins', () => {
  test.each<[string, [number, number][], string, string | null]>([
    ['volleyball', [], alternating(24, 20), 'Set point Reds'],
    ['volleyball', [], alternating(24, 24), null],
    ['volleyball', [[25, 20], [25, 20]], alternating(24, 20), 'Match point Reds'],
    ['volleyball', [[25, 20], [25, 20]], alternating(20, 24), 'Set point Blues'],
    ['badminton', [[21, 15], [15, 21]], alternating(29, 29), 'Match point for both sides'],
    ['badminton', [[21, 15]], alternating(29, 29), 'Match point Reds, Game point Blues'],
    ['table tennis', [], alternating(10, 9), 'Game point Reds'],
    ['tug of war', [], '', null],
    ['tug of war', [[1, 0], [0, 1]], '', 'Match point for both sides'],
    ['carrom', [], '', null],
  ])('%s after %j', (sport, sets, points, expected) => {
    const play = new Play(sport);
    for (const [home, away] of sets) (play.match.format.serve ? play.begin() : play).set(home, away);
    if (play.match.format.serve) play.begin();
    expect(play.points(points).note).toBe(expected);
  });

  test('is no match point once the match is won', () => {
    const play = new Play('badminton').begin().set(21, 15).begin().set(21, 15);
    expect(play.offer).toEqual({ kind: 'match', side: 'home' });
    expect(play.begin().points('h'.repeat(20)).note).toBe('Game point Reds');
    expect(play.points('h').take().take().state['result']).toBe('Reds won 3–0');
  });

  test('with side-out scoring it is the serving side’s', () => {
    const play = new Play('pickleball').begin('home').points('h'.repeat(10));
    expect([play.note, play.points('a').note]).toEqual(['Game point Reds', null]);
  });
});

describe('carrom', () => {
  const board = (play: Play, to: Side, points: number) => play.tap('point', { to, points });

  test('a game is to 25 points, with the queen in the points of a board', () => {
    const play = board(board(board(new Play('carrom'), 'home', 12), 'away', 5), 'home', 12);
    expect([play.offer, play.state['mark']]).toEqual([null, 'Game 1, 24–5']);
    expect(board(play, 'home', 3).offer).toEqual(setTo('home'));
    expect(() => board(play, 'home', 13)).toThrow('Enter 1 to 12 points.');
  });

  test('after 8 boards it goes to the side that leads; level, a board more decides', () => {
    const level = new Play('carrom');
    for (const to of ['home', 'away', 'home', 'away', 'home', 'away', 'home', 'away'] as const) board(level, to, 2);
    expect(level.offer).toBe(null);
    expect(board(level, 'away', 1).offer).toEqual(setTo('away'));
  });
});

describe('timeouts', () => {
  test('are two in each set of volleyball', () => {
    const play = new Play('volleyball').begin().tap('timeout', { side: 'home' }).tap('timeout', { side: 'home' });
    expect(play.state['commentary']).toBe('Timeout Reds, the second.');
    expect(() => play.tap('timeout', { side: 'home' })).toThrow('No timeout left for Reds.');
    expect(play.set(25, 3).begin().tap('timeout', { side: 'home' }).state['commentary']).toBe('Timeout Reds, the first.');
  });

  test('are one in a match of table tennis', () => {
    const play = new Play('table tennis').begin().tap('timeout', { side: 'away' }).set(11, 3).begin();
    expect(() => play.tap('timeout', { side: 'away' })).toThrow(NotAllowed);
    expect(() => new Play('squash').begin().tap('timeout', { side: 'away' })).toThrow('This match has no timeouts.');
  });
});
