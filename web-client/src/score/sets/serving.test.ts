// Who serves, and when the sides change ends, by the published rules of each sport.
import { describe, expect, test } from 'vitest';
import type { Side } from '../../sports/families/sets/match';
import { alternating, Play } from './play.testing';
import { nextServer } from './serve';

describe('the serve', () => {
  /** Who serves each point, from the first one on. */
  const servers = (play: Play, points: string) => [...points].map((one) => (play.points(one), String(play.state['serve'])[0])).join('');

  test.each<[string, string]>([['volleyball', 'haahh'], ['beach volleyball', 'haahh'], ['badminton', 'haahh'], ['squash', 'haahh'], ['throwball', 'haahh']])(
    'of %s goes to the winner of the rally',
    (sport, points) => {
      expect(servers(new Play(sport).begin(), points)).toBe(points);
    },
  );

  test('of table tennis changes after two points, and after each from 10–10', () => {
    const play = new Play('table tennis').begin('home');
    expect(servers(play, 'hahahah')).toBe('haahhaa');
    const tied = new Play('table tennis').begin('home').points(alternating(10, 9));
    expect(tied.state['serve']).toBe('away');
    expect(servers(tied, 'ahaha')).toBe('hahah');
  });

  test('of tennis changes after each game, and in a tie-break after one point and then two', () => {
    const play = new Play('tennis').begin('home').games('ha');
    expect([play.state['serve'], play.games('h').state['serve']]).toEqual(['home', 'away']);
    const tied = new Play('tennis').begin('home').games('hahahahahaha');
    expect([tied.state['serve'], tied.state['mark']]).toEqual(['home', 'Set 1, TB 0–0']);
    expect(servers(tied, 'hahahah')).toBe('aahhaah');
  });

  test('of tennis after a tie-break goes to the side that received first in it', () => {
    const play = new Play('tennis').begin('home').games('hahahahahaha').points('hhhhhhh').take();
    expect([play.state['mark'], play.state['serve']]).toEqual(['Set 2, 0–0', 'away']);
  });

  test('of pickleball: only the serving side scores, and the first side to serve has one server', () => {
    const play = new Play('pickleball').begin('home').points('h');
    expect([play.state['mark'], play.state['serve'], play.state['server']]).toEqual(['Game 1, 1–0', 'home', 2]);
    play.points('a');
    expect([play.state['mark'], play.state['serve'], play.state['server'], play.state['commentary']]).toEqual(['Game 1, 1–0', 'away', 1, 'Side out: Blues to serve.']);
    play.points('h');
    expect([play.state['serve'], play.state['server']]).toEqual(['away', 2]);
    play.points('h');
    expect([play.state['serve'], play.state['server']]).toEqual(['home', 1]);
  });

  test('of singles in pickleball moves with each rally that the server loses', () => {
    const play = new Play('pickleball', 'Singles').begin('home').points('a');
    expect([play.state['mark'], play.state['serve'], play.state['server']]).toEqual(['Game 1, 0–0', 'away', null]);
  });

  test.each<[string, [number, number][], Side | null]>([
    ['volleyball', [], null],
    ['volleyball', [[25, 20]], 'away'],
    ['volleyball', [[25, 20], [25, 20]], 'home'],
    ['volleyball', [[25, 20], [20, 25], [25, 20], [20, 25]], null],
    ['badminton', [[15, 21]], 'away'],
    ['badminton', [[21, 15]], 'home'],
    ['squash', [[5, 11]], 'away'],
    ['table tennis', [[11, 5]], 'away'],
    ['table tennis', [[11, 5], [11, 5]], 'home'],
    ['pickleball', [[11, 0]], 'away'],
  ])('of the next set in %s after %j', (sport, sets, expected) => {
    const play = new Play(sport);
    for (const [index, [home, away]] of sets.entries()) play.begin(index === 0 ? 'home' : undefined).set(home, away);
    expect(nextServer(play.match)).toBe(expected);
  });

  test('is put right by the scorer, and goes on from there', () => {
    const play = new Play('table tennis').begin('home').points('h').tap('serve', { side: 'away' });
    expect(play.state['serve']).toBe('away');
    expect(servers(play, 'hhh')).toBe('hha');
  });
});

describe('the ends', () => {
  const turns = (play: Play, points: string) => {
    const found: string[] = [];
    for (const one of points) {
      const before = play.state['left'];
      play.points(one);
      if (play.state['left'] !== before) found.push(String(play.state['mark']).split(', ')[1] ?? '');
    }
    return found;
  };

  test('of volleyball change after each set, and at 8 in the fifth', () => {
    const play = new Play('volleyball').begin().set(25, 20);
    expect(play.state['left']).toBe('away');
    for (const [home, away] of [[25, 20], [20, 25], [20, 25]] as const) play.begin().set(home, away);
    expect(turns(play.begin(), alternating(15, 9))).toEqual(['8–7']);
    expect(play.state['commentary']).toBe('Point to Reds.');
  });

  test.each<[string, string, string[]]>([
    ['beach volleyball', alternating(21, 9), ['4–3', '7–7', '12–9', '19–9']],
    ['squash', alternating(11, 5), []],
    ['table tennis', alternating(11, 5), []],
  ])('in the first set of %s', (sport, points, expected) => {
    expect(turns(new Play(sport).begin(), points)).toEqual(expected);
  });

  test.each<[string, [number, number][], string, string[]]>([
    ['beach volleyball', [[21, 5], [5, 21]], alternating(15, 5), ['3–2', '5–5', '10–5']],
    ['badminton', [[21, 5], [5, 21]], alternating(15, 12), ['11–10']],
    ['table tennis', [[11, 5], [5, 11], [11, 5], [5, 11]], alternating(4, 11), ['4–5']],
    ['pickleball', [[11, 0], [11, 0]], 'h', []],
  ])('in the last set of %s', (sport, sets, points, expected) => {
    const play = new Play(sport);
    for (const [home, away] of sets) play.begin(sport === 'pickleball' ? 'home' : undefined).set(home, away);
    expect(turns(play.begin(), points)).toEqual(expected);
  });

  test('of tennis change after the odd games, also into the next set', () => {
    const play = new Play('tennis').begin();
    const seen = [...'hahhahhh'].map((one) => (play.games(one), play.state['left']));
    // 1–0, 1–1, 2–1, 3–1, 3–2, 4–2, 5–2, 6–2: an even number of games, so they change after the first game of the next set.
    expect(seen).toEqual(['away', 'away', 'home', 'home', 'away', 'away', 'home', 'home']);
    expect([play.state['mark'], play.games('a').state['left']]).toEqual(['Set 2, 0–0', 'away']);
  });

  test('of a tie-break change after each six points, and with the set', () => {
    const play = new Play('tennis').begin().games('hahahahahaha');
    const points = 'hahaha'.repeat(2);
    const seen = [...`${points}hh`].map((one) => (play.points(one), play.state['left']));
    expect(seen.map((left, index) => (left === seen[index - 1] ? '' : index + 1)).filter(Boolean)).toEqual([1, 6, 12]);
    const before = play.state['left'];
    expect(play.take().state['left']).not.toBe(before);
  });

  test('are changed by the scorer too', () => {
    expect(() => new Play('squash').begin().tap('ends')).toThrow('In this sport the sides have no ends.');
    expect(new Play('volleyball').begin().tap('ends').state['left']).toBe('away');
  });
});

