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

  test('the fifth set of a Grand Slam has a tie-break to 10', () => {
    const play = new Play('tennis', 'Best of 5, tie-break to 10 in the fifth').begin();
    for (const games of ['hhhhhh', 'aaaaaa', 'hhhhhh', 'aaaaaa', 'hahahahahaha']) play.games(games);
    expect([play.points('ha'.repeat(7)).offer, play.points('hhh').offer]).toEqual([null, setTo('home')]);
  });
});

