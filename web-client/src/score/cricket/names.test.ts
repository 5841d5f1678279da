// Other names for players and teams, in all places where they stand.
import { describe, expect, test } from 'vitest';
import { mergePatch } from '../../lib/merge';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { draftOf } from '../rules';
import { readCard } from './card';
import { after, ball, balls, begin, found, member, over, tap } from './entering.testing';
import { cricketRules } from './rules';

describe('names', () => {
  const played = [begin({ squads: { North: ['Ann', 'Bea', 'Cat'], South: ['Zoe', 'Yan'] } }), ball({ wicket: { how: 'caught', by: 'Yan', next: 'Cat' } }), ball({ runs: 1 })];
  const player = (team: string, from: string, to: string) => tap('rename', { kind: 'player', team, from, to });

  test.each<[string, Tap, JsonObject]>([
    ['of a batter who is in', player('North', 'Cat', 'Kate'), { partner: 'Kate', batters: { Kate: { runs: 1 } }, squads: { North: ['Ann', 'Bea', 'Kate'] }, ball: { batter: 'Kate' } }],
    ['of a batter who is out', player('North', 'Ann', 'Anne'), { batters: { Anne: { out: true } }, fall: { 1: { batter: 'Anne', stand: { pair: ['Anne', 'Bea'] } } } }],
    ['of the bowler', player('South', 'Zoe', 'Zoë'), { bowler: 'Zoë', bowlers: { Zoë: { wickets: 1 } }, batters: { Ann: { how: 'c Yan b Zoë' } }, progress: { 1: { bowler: 'Zoë' } }, squads: { South: ['Zoë', 'Yan'] } }],
    ['of a fielder', player('South', 'Yan', 'Jan'), { batters: { Ann: { how: 'c Jan b Zoe' } } }],
    ['of a team', tap('rename', { kind: 'team', from: 'North', to: 'North End' }), { batting: 'North End', squads: { 'North End': ['Ann', 'Bea', 'Cat'] } }],
    ['of the toss', tap('toss', { text: 'South won the toss.' }), { toss: 'South won the toss.' }],
    ['of a squad', tap('squad', { team: 'South', players: ['Zoe', 'Yan', 'Xia', 'Xia'] }), { squads: { South: ['Zoe', 'Yan', 'Xia'], North: ['Ann', 'Bea', 'Cat'] } }],
  ])('%s', (_name, change, expected) => {
    const state = after(...played, change);
    expect(state).toMatchObject(expected);
    expect(readCard(state)).toMatchObject({ runs: 1, wickets: 1 });
  });

  test('change in the innings before too, and only for the team', () => {
    const match = [...played, tap('close', { how: 'declared' }), tap('innings', { striker: 'Zoe', partner: 'Ann', bowler: 'Bea' }), ball({ wicket: { how: 'caught', by: 'Ann', next: 'Yan' } })];
    const south = after(...match, player('South', 'Zoe', 'Zoë'), player('South', 'Ann', 'Annie'), tap('rename', { kind: 'team', from: 'South', to: 'S' }));
    expect(south).toMatchObject({
      partner: 'Annie',
      batters: { 'Zoë': { how: 'c Ann b Bea' } },
      cards: { 1: { bowling: 'S', bowlers: { Zoë: { wickets: 1 } }, batters: { Ann: { how: 'c Yan b Zoë' } } } },
    });
    expect(after(...match, player('North', 'Ann', 'Anne'))).toMatchObject({ partner: 'Ann', batters: { Zoe: { how: 'c Anne b Bea' } }, cards: { 1: { fall: { 1: { batter: 'Anne' } } } } });
  });

  test('of a bowler entered twice become one', () => {
    const state = after(begin(), ...balls(6, { runs: 1 }), over('Zoe K'), ball({ runs: 2 }), player('South', 'Zoe K', 'Zoe'));
    expect(member(state, 'bowlers')).toEqual({ Zoe: { overs: '1.1', maidens: 0, runs: 8, wickets: 0 } });
    expect(() => after(...played, player('North', 'Cat', 'Bea'))).toThrow('a line as a batter');
  });

  test('of a batter who came back under another name become one', () => {
    const back = after(begin(), ball({ runs: 2 }), tap('retire', { who: 'Ann', next: 'Cat' }), ball({ wicket: { how: 'bowled', next: 'Anne' } }), ball({ runs: 4, boundary: true }));
    expect(found(after(begin()), 'batters.Ann.runs')).toEqual([0]);
    const one = mergePatch(back, draftOf(cricketRules, back, player('North', 'Ann', 'Anne')).data);
    expect(found(one, 'batters.Anne', 'batters.Ann', 'striker', 'runs')).toEqual([{ order: 1, runs: 6, balls: 2, fours: 1, sixes: 0, out: false, how: 'not out' }, undefined, 'Anne', 6]);
    expect(() => cricketRules.play(back, player('North', 'Anne', 'Bea'))).toThrow('a line as a batter');
    expect(() => cricketRules.play(back, player('North', 'Cat', 'Anne'))).toThrow('a line as a batter');
  });

  test('of a team change in what was told of it', () => {
    const state = after(begin({ toss: 'North won; Northerners cheer.' }), ball(), tap('result', { how: 'conceded', winner: 'North' }), tap('rename', { kind: 'team', from: 'North', to: 'N' }));
    expect(found(state, 'toss', 'result', 'outcome.winner')).toEqual(['N won; Northerners cheer.', 'N won; South conceded the match', 'N']);
    const within = after(begin({ bowling: 'North End', toss: 'North End won, North bat.' }), tap('rename', { kind: 'team', from: 'North', to: 'N' }));
    expect(within['toss']).toBe('North End won, N bat.');
    expect(() => after(begin(), tap('rename', { kind: 'team', from: 'North', to: 'South' }))).toThrow('different names');
    expect(() => after(begin(), tap('rename', { kind: 'team', from: 'West', to: 'East' }))).toThrow('do not play');
  });
});
