// Tennis and padel by their published rules: advantage, no-ad, tie-breaks.
import { describe, expect, test } from 'vitest';
import type { Offer } from '../../sports/families/sets/match';
import { readSets } from '../../sports/families/sets/read';
import { Play, setTo } from './play.testing';

describe('tennis', () => {
  const called = (play: Play) => readSets(play.state)?.points;

  test.each<[string, string, [string, string], string]>([
    ['', '', ['0', '0'], ''],
    ['', 'h', ['15', '0'], 'Point to Reds.'],
    ['', 'hha', ['30', '15'], 'Point to Blues.'],
    ['', 'hahaha', ['40', '40'], 'Point to Blues. Deuce.'],
    ['', 'hahahaa', ['40', 'AD'], 'Point to Blues. Advantage Blues. Break point Blues.'],
    ['', 'hahahaah', ['40', '40'], 'Point to Reds. Deuce.'],
    ['', 'hhhh', ['Game', '0'], 'Point to Reds.'],
    ['Best of 3, no-ad', 'hahaha', ['40', '40'], 'Point to Blues. Break point Blues.'],
    ['Best of 3, no-ad', 'hahahaa', ['40', 'Game'], 'Point to Blues.'],
  ])('%s %s', (variant, points, [home, away], words) => {
    const play = new Play('tennis', variant || undefined).begin('home').points(points);
    expect(called(play)).toEqual({ home, away });
    if (words) expect(play.state['commentary']).toBe(words);
  });

  test('padel has the golden point', () => {
    const play = new Play('padel').begin().points('hahaha');
    expect([called(play), play.points('a').offer]).toEqual([{ home: '40', away: '40' }, { kind: 'game', side: 'away' }]);
  });

  test.each<[string, Offer | null, string]>([
    ['hhhhh', null, 'Set 1, 5–0'],
    ['hahahahahah', null, 'Set 1, 6–5'],
    ['hahahahahaha', null, 'Set 1, TB 0–0'],
  ])('after the games %s', (games, offer, mark) => {
    const play = new Play('tennis').begin().games(games);
    expect([play.offer, play.state['mark']]).toEqual([offer, mark]);
  });

  test.each(['hhhhhh', 'hahahahahahh'])('the game that wins a set is offered with it: %s', (games) => {
    const play = new Play('tennis').begin().games(games.slice(0, -1)).points('hhhh');
    expect(play.offer).toEqual(setTo('home'));
    expect(play.take().state['home']).toEqual({ name: 'Reds', score: 1 });
  });

  test('a tie-break is to 7 by two, and is told as 7–6⁵', () => {
    const play = new Play('tennis').begin().games('hahahahahaha').points('hahahahahah');
    expect([play.offer, play.note]).toEqual([null, 'Set point Reds']);
    expect(play.points('h').offer).toEqual(setTo('home'));
    expect(play.take().state['commentary']).toBe('Set 1 to Reds, 7–6⁵. Sets: Reds 1–0 Blues. The sides change ends.');
    expect(readSets(play.state)?.sets[0]).toMatchObject({ points: { home: '7', away: '6' }, tiebreak: { side: 'away', points: 5 } });
    const long = new Play('tennis').begin().games('hahahahahaha').points('ha'.repeat(6)).points('h');
    expect([long.offer, long.points('h').offer]).toEqual([null, setTo('home')]);
  });

  test('a match tie-break to 10 is the last set', () => {
    const play = new Play('tennis', 'Match tie-break to 10').begin('home').games('hhhhhh').games('aaaaaa');
    expect([play.state['mark'], readSets(play.state)?.points]).toEqual(['Set 3, 0–0', { home: '0', away: '0' }]);
    const serves = [...'hahah'].map((one) => (play.points(one), play.state['serve']));
    expect(serves).toEqual(['away', 'away', 'home', 'home', 'away']);
    play.points('ahahahaha');
    expect([play.state['mark'], play.offer, play.note]).toEqual(['Set 3, 7–7', null, null]);
    expect(play.points('hhh').offer).toEqual(setTo('home'));
    expect(play.take().take().state['commentary']).toBe('Reds won 2–1 (6–0, 0–6, 10–7).');
  });

  test('a score is put right at, within and after a tie-break', () => {
    const play = new Play('tennis').begin().tap('score', { set: 1, home: 6, away: 6 });
    expect([play.state['mark'], play.points('ha').state['mark']]).toEqual(['Set 1, TB 0–0', 'Set 1, TB 1–1']);
    expect(play.tap('score', { set: 1, home: 6, away: 6, tiebreak: { home: 5, away: 3 } }).state['mark']).toBe('Set 1, TB 5–3');
    expect(play.tap('score', { set: 1, home: 5, away: 4, points: { home: 2, away: 1 } }).state['mark']).toBe('Set 1, 5–4 30–15');
    expect(() => play.tap('score', { set: 1, home: 7, away: 6 })).toThrow('Set 1 cannot be 7–6.');
    expect(play.tap('score', { set: 1, home: 7, away: 6, tiebreak: { home: 7, away: 4 } }).offer).toEqual(setTo('home'));
    expect(play.take().tap('score', { set: 1, home: 6, away: 4 }).match.sets[0]).toMatchObject({ home: 6, away: 4, winner: 'home', tiebreak: null });
  });

  test('a set that was awarded is won once its score says so', () => {
    const play = new Play('tennis').begin().tap('set', { to: 'away', awarded: true });
    expect(play.state['sets']).toMatchObject({ 1: { winner: 'away', awarded: true } });
    expect(play.tap('score', { set: 1, home: 4, away: 6 }).match.sets[0]).toMatchObject({ winner: 'away', isAwarded: false });
  });

  test('the fifth set of a Grand Slam has a tie-break to 10', () => {
    const play = new Play('tennis', 'Best of 5, tie-break to 10 in the fifth').begin();
    for (const games of ['hhhhhh', 'aaaaaa', 'hhhhhh', 'aaaaaa', 'hahahahahaha']) play.games(games);
    expect([play.points('ha'.repeat(7)).offer, play.points('hhh').offer]).toEqual([null, setTo('home')]);
  });
});

