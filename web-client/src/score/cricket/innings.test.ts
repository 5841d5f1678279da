// Innings and overs: what the umpires change, four innings, super overs, long and short overs, sets of five.
import { describe, expect, test } from 'vitest';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { readCard } from './card';
import { after, ball, balls, begin, bowled, first, found, member, opening, out, over, second, tap } from './entering.testing';
import { canOpen } from './players';
import { resultOf } from './result';
import { cricketRules } from './rules';
import type { Details } from './taps';

const result = (state: JsonObject) => {
  const card = readCard(state);
  return card && resultOf(card);
};

describe('what the umpires change', () => {
  test.each<[string, Tap[], JsonObject]>([
    ['a revised target and overs, in the chase', [begin(), ...first, second(), ball({ runs: 1 }), tap('target', { runs: 9, overs: 1, method: 'DLS' })],
      { target: 9, overs: 1, required: { runs: 8, balls: 5 }, revised: { target: 9, overs: 1, method: 'DLS' }, commentary: 'South need 9 in 1 over to win (DLS).' }],
    ['a revised target, in the break', [begin(), ...first, tap('target', { runs: 20, overs: 1, method: 'DLS' }), second()],
      { target: 20, overs: 1, required: { runs: 20, balls: 6 }, commentary: 'North made 12 for 0 in 2.0 overs. South need 20 to win (DLS).' }],
    ['a target alone', [begin(), ...first, second(), tap('target', { runs: 9 })], { target: 9, overs: 2 }],
    ['fewer overs', [begin({ overs: 20 }), ball(), tap('limit', { overs: 12 })], { overs: 12, commentary: 'The innings has 12 overs.' }],
    ['no limit', [begin(), tap('limit', { overs: 0 })], { overs: 0, commentary: 'The innings has no limit of overs.' }],
    ['more overs after the last: the innings goes on', [begin(), ...first, tap('limit', { overs: 3 }), over('Zoe'), ball({ runs: 1 })],
      { over: '2.1', runs: 13, partner: 'Ann', striker: 'Bea' }],
    ['overs of the next innings', [begin(), ...first, second({ overs: 1 })], { overs: 1, target: 13 }],
  ])('%s', (_name, taps, expected) => {
    expect(after(...taps)).toMatchObject(expected);
  });

  test.each<[string, Tap[], string]>([
    ['fewer overs than were bowled', [begin(), ...first, tap('limit', { overs: 1 })], 'has had 2.0 overs'],
    ['a target of no runs', [begin(), ...first, second(), tap('target', { runs: 0 })], 'Enter the target'],
    ['a target of the side that bats first', [begin(), ball(), tap('target', { runs: 9 })], 'bats last'],
    ['half an over', [begin(), tap('limit', { overs: 1.5 })], 'whole number'],
  ])('but not %s', (_name, taps, why) => {
    expect(() => after(...taps)).toThrow(why);
  });
});

describe('the end of an innings', () => {
  test.each<[string, Details['close']['how'], string]>([
    ['a declaration', 'declared', 'North declare at 1/0.'],
    ['rain', 'rain', 'Rain ends the innings at 1/0.'],
    ['the captain', 'captain', 'North close the innings at 1/0.'],
  ])('by %s', (_name, how, commentary) => {
    const state = after(begin({ overs: 0 }), ball({ runs: 1 }), tap('close', { how }));
    expect(found(state, 'closed', 'commentary', 'striker')).toEqual([how, commentary, undefined]);
    expect(() => cricketRules.play(state, ball())).toThrow('The innings is over.');
    const next = cricketRules.play(state, second());
    expect(found(next, 'target', 'cards.1.closed', 'cards.1.runs', 'closed')).toEqual([2, how, 1, null]);
  });

  test('is needed before the next one, unless the umpire says so', () => {
    expect(() => after(begin(), ball(), second())).toThrow('not over');
    expect(after(begin(), ball(), tap('innings', { ...opening, striker: 'Sue', anyway: 'Rain' }))).toMatchObject({ innings: 2, batting: 'South' });
  });

  test('comes one wicket earlier when a batter is absent', () => {
    const state = after(begin(), out(undefined, 'absent', 'Dan'), bowled('Cat'), bowled());
    expect(found(state, 'wickets', 'striker', 'batters.Dan.how', 'batters.Dan.out')).toEqual([2, undefined, 'absent hurt', false]);
    expect(() => cricketRules.play(state, ball())).toThrow('The innings is over.');
  });

  test('with eleven players and one absent is all out with nine', () => {
    const wickets = ['3', '4', '5', '6', '7', '8', '9', '10'].map((number) => bowled(`P${number}`));
    const eight = after(begin({ players: 11, overs: 0 }), out(undefined, 'absent', 'P11'), ...wickets.slice(0, 6), over('Yan'), ...wickets.slice(6));
    expect(found(eight, 'wickets', 'striker')).toEqual([8, 'P10']);
    expect(found(cricketRules.play(eight, bowled()), 'wickets', 'striker')).toEqual([9, null]);
  });

  test('keeps its card: batters, bowlers, wickets, overs and extras', () => {
    const state = after(begin(), ball({ fault: 'wide' }), bowled('Cat'), ...balls(5), over('Yan'), ...balls(6, { runs: 1 }), second());
    expect(member(state, 'cards.1')).toMatchObject({
      team: 'North',
      bowling: 'South',
      runs: 7,
      wickets: 1,
      over: '2.0',
      extras: { wides: 1, noBalls: 0, byes: 0, legByes: 0, penalties: 0 },
      batters: { Ann: { out: true, how: 'b Zoe' }, Bea: { runs: 3, balls: 3 }, Cat: { runs: 3, balls: 8 } },
      bowlers: { Zoe: { overs: '1.0', runs: 1, wickets: 1 }, Yan: { overs: '1.0', runs: 6 } },
      fall: { 1: { runs: 1, over: '0.1', batter: 'Ann', stand: { runs: 1, balls: 1, pair: ['Ann', 'Bea'] } } },
      progress: { 1: { runs: 1, wickets: 1, bowler: 'Zoe' }, 2: { runs: 6, wickets: 0, bowler: 'Yan' } },
    });
    expect(state['first']).toEqual({ team: 'North', runs: 7, wickets: 1, over: '2.0' });
    expect([state['fall'], state['progress']]).toEqual([{}, { 1: { runs: 0, wickets: 0, bowler: 'Ann', balls: 0, conceded: 0, taken: 0 } }]);
  });
});

describe('a match of four innings', () => {
  const test4 = begin({ overs: 0, inningsEach: 2, freeHits: false });
  const declared = (runs: number): Tap[] => [ball({ runs }), tap('close', { how: 'declared' })];
  const north = { striker: 'Ann', partner: 'Bea', bowler: 'Sue' };
  const south = { striker: 'Sue', partner: 'Tam', bowler: 'Ann' };

  test('alternates, with the lead, and a target in the fourth', () => {
    const third = after(test4, ...declared(8), tap('innings', south), ...declared(4), tap('innings', north), ball({ runs: 2 }));
    expect(found(third, 'innings', 'batting', 'lead', 'target')).toEqual([3, 'North', 6, undefined]);
    const fourth = [tap('close', { how: 'declared' }), tap('innings', south)].reduce((state, one) => cricketRules.play(state, one), third);
    expect(found(fourth, 'innings', 'batting', 'target', 'lead')).toEqual([4, 'South', 7, -6]);
    expect(result(cricketRules.play(fourth, ball({ runs: 8 })))).toBe('South won by 3 wickets');
    expect(result([bowled('Uma'), bowled('Vic'), bowled()].reduce((state, one) => cricketRules.play(state, one), fourth))).toBe('North won by 6 runs');
    expect(cricketRules.play(fourth, tap('result', { how: 'draw' }))).toMatchObject({ result: 'The match is drawn', outcome: { how: 'draw' } });
  });

  test('can have a side follow on, and lose by an innings', () => {
    const behind = [test4, ...declared(9), tap('innings', south), ...declared(2)];
    const state = after(...behind, tap('innings', { ...south, followOn: true }));
    expect(found(state, 'innings', 'batting', 'lead', 'commentary')).toEqual([3, 'South', -7, 'South made 2 for 0 in 0.1 overs. South bat again.']);
    const beaten = [ball({ runs: 2 }), bowled('Uma'), bowled('Vic'), bowled(), tap('result', {})].reduce((now, one) => cricketRules.play(now, one), state);
    expect(beaten).toMatchObject({ result: 'North won by an innings and 5 runs', outcome: { how: 'won', winner: 'North', by: { innings: 1, runs: 5 } } });
    const ahead = [ball({ runs: 10 }), tap('close', { how: 'declared' }), tap('innings', north)].reduce((now, one) => cricketRules.play(now, one), state);
    expect(found(ahead, 'batting', 'target')).toEqual(['North', 4]);
  });

  test('has no follow-on for a side that leads', () => {
    expect(() => after(test4, ...declared(2), tap('innings', south), ...declared(9), tap('innings', { ...south, followOn: true }))).toThrow('not behind');
  });
});

describe('a super over', () => {
  const tied: Tap[] = [begin(), ...first, second(), ...balls(6, { runs: 2 }), over('Bea'), ...balls(6)];
  const superOver = (detail: Details['innings']) => tap('innings', { ...detail, super: true });
  const south = { striker: 'Sue', partner: 'Tam', bowler: 'Ann' };
  const six = balls(6, { runs: 1 });

  test('follows a tie, entered as one or not: the side that batted second bats, and two wickets end it', () => {
    for (const taps of [tied, [...tied, tap('result', {})]]) {
      expect(after(...taps, superOver(south))).toMatchObject({ innings: 3, batting: 'South', superOver: true, overs: 1, commentary: 'Super over: South bat, North bowl.' });
    }
    const state = after(...tied, superOver(south), bowled('Uma'), ball({ runs: 4 }), bowled());
    expect(found(state, 'wickets', 'striker')).toEqual([2, undefined]);
    expect(found(cricketRules.play(state, superOver(opening)), 'batting', 'target', 'required')).toEqual(['North', 5, { runs: 5, balls: 6 }]);
  });

  test('is won, and the match stays tied', () => {
    const state = after(...tied, superOver(south), ...six, superOver(opening), ...six);
    expect(result(state)).toBe('The match and the super over are tied');
    const won = after(...tied, superOver(south), ...six, superOver(opening), ball({ runs: 8 }), tap('result', {}));
    expect(won).toMatchObject({ result: 'The match is tied; North won the super over', outcome: { how: 'tie', winner: 'North' }, first: { runs: 12 } });
  });

  test('is followed by another when it is tied', () => {
    const state = after(...tied, superOver(south), ...six, superOver(opening), ...six, superOver({ ...opening, bowler: 'Sue' }));
    expect(found(state, 'innings', 'batting', 'target', 'cards.4.superOver')).toEqual([5, 'North', undefined, true]);
  });

  test('is not for a batter who was out in an earlier one, unless the umpire says so', () => {
    const out = [ball({ wicket: { how: 'bowled', next: 'Uma' } }), ...balls(5, { runs: 1 })];
    const taps = [...tied, superOver(south), ...out, superOver(opening), ...balls(5, { runs: 1 }), ball(), superOver({ ...opening, bowler: 'Sue' }), ...six];
    const state = after(...taps);
    const again = superOver({ striker: 'Sue', partner: 'Tam', bowler: 'Bea' });
    expect(() => cricketRules.play(state, again)).toThrow('Sue was out in an earlier super over.');
    expect(cricketRules.play(state, [again[0], { ...again[1], anyway: 'Both captains agree' }])).toMatchObject({ striker: 'Sue', superOver: true });
    const card = readCard({ ...state, squads: { South: ['Sue', 'Tam', 'Uma'] } });
    expect(card && canOpen({ squads: { South: ['Sue', 'Tam', 'Uma'] } }, card, 'South', true)).toEqual(['Tam', 'Uma']);
    expect(() => cricketRules.play(state, superOver({ striker: 'Uma', partner: 'Tam', bowler: 'Bea' }))).not.toThrow();
  });

  test('is not for a match that was won', () => {
    expect(() => after(begin(), ...first, second(), ball({ runs: 8 }), ball({ runs: 8 }), superOver(south))).toThrow('follows a tie');
  });
});

describe('an over', () => {
  test.each<[string, Tap[], JsonObject]>([
    ['of five balls, as the umpire counted', [...balls(5), tap('over', { bowler: 'Yan', called: true }), ball()],
      { over: '1.1', balls: 6, striker: 'Bea', bowlers: { Zoe: { overs: '1.0', balls: 5, maidens: 1 }, Yan: { overs: '0.1' } } }],
    ['of seven balls', [...balls(6), ball({ runs: 1, more: true }), over('Yan'), ball()],
      { over: '1.1', balls: 8, runs: 1, striker: 'Ann', bowlers: { Zoe: { overs: '1.0', balls: 7, maidens: 0, runs: 1 } }, ball: { over: '1.1' } }],
    ['of seven balls and a wide', [...balls(6), ball({ fault: 'wide', more: true }), ball(), over('Yan')],
      { over: '1.0', balls: 7, runs: 1, bowlers: { Zoe: { overs: '1.0', balls: 7, maidens: 0, runs: 1 } } }],
    ['of seven balls, the last of the innings', [...balls(6), over('Yan'), ...balls(6), ball({ runs: 3, more: true })],
      { over: '2.0', balls: 13, runs: 3, ball: { over: '1.7', batter: 'Bea' } }],
    ['of a bowler who is replaced', [...balls(2, { runs: 2 }), tap('bowler', { bowler: 'Yan' }), ...balls(4)],
      { over: '1.0', bowlers: { Zoe: { overs: '0.2', runs: 4, maidens: 0 }, Yan: { overs: '0.4', runs: 0, maidens: 0 } }, progress: { 1: { bowler: 'Yan', others: ['Zoe'], runs: 4 } } }],
    ['of a bowler who was entered wrongly', [tap('bowler', { bowler: 'Yan' }), ball()], { bowlers: { Yan: { overs: '0.1' } }, progress: { 1: { bowler: 'Yan' } } }],
    ['that somebody else bowled, as it turns out', [bowled('Cat'), ball({ runs: 3 }), ...balls(4), over('Yan'), ball({ runs: 1 }), tap('bowler', { bowler: 'Xia', over: 1 })],
      { bowlers: { Xia: { overs: '1.0', runs: 3, wickets: 1 }, Yan: { overs: '0.1', runs: 1 } }, batters: { Ann: { how: 'b Xia' } }, progress: { 1: { bowler: 'Xia' } } }],
    ['that is running, of somebody else', [...balls(2), tap('bowler', { bowler: 'Yan', over: 1 }), ball()], { bowler: 'Yan', bowlers: { Yan: { overs: '0.3' } } }],
    ['of a bowler who comes on', [...balls(6), over('Yan')], { commentary: 'Yan into the attack.' }],
    ['of a bowler who was on before', [...balls(6), over('Yan'), tap('limit', { overs: 3 }), ...balls(6), over('Zoe')], { commentary: 'Zoe to bowl.' }],
  ])('%s', (_name, taps, expected) => {
    expect(after(begin(), ...taps)).toMatchObject(expected);
  });

  test('leaves no trace of a bowler who was entered wrongly', () => {
    expect(Object.keys(member(after(begin(), tap('bowler', { bowler: 'Yan' })), 'bowlers') as JsonObject)).toEqual(['Yan']);
    const moved = after(begin(), ...balls(6), over('Yan'), ball(), tap('bowler', { bowler: 'Xia', over: 1 }));
    expect(Object.keys(member(moved, 'bowlers') as JsonObject).sort()).toEqual(['Xia', 'Yan']);
  });

  test.each<[string, Tap[], string]>([
    ['a bowler of a part of the last over', [ball(), tap('bowler', { bowler: 'Yan' }), ...balls(5), over('Zoe')], 'bowled the last over'],
    ['the last over’s bowler within this one', [...balls(6), over('Yan'), ball(), tap('bowler', { bowler: 'Zoe' })], 'bowled the last over'],
    ['an end before its last ball', [ball(), over('Yan')], 'not finished'],
    ['a replacement after its last ball', [...balls(6), tap('bowler', { bowler: 'Yan' })], 'finished'],
    ['two overs in a row, as it turns out', [...balls(6), over('Yan'), ball(), tap('bowler', { bowler: 'Yan', over: 1 })], 'before or after'],
  ])('does not take %s', (_name, taps, why) => {
    expect(() => after(begin(), ...taps)).toThrow(why);
  });
});

describe('sets of five', () => {
  const hundred = begin({ ballsInOver: 5, overs: 20, players: 11 });
  test('are of five balls, two in a row at most of one bowler, with the ends changed after ten', () => {
    const five = after(hundred, ...balls(5));
    expect(found(five, 'over', 'striker', 'ballsInOver')).toEqual(['1.0', 'Ann', 5]);
    const ten = after(hundred, ...balls(5), over('Zoe'), ...balls(5));
    expect(found(ten, 'over', 'striker', 'bowlers.Zoe.overs', 'bowlers.Zoe.maidens')).toEqual(['2.0', 'Bea', '2.0', 2]);
    expect(() => cricketRules.play(ten, over('Zoe'))).toThrow('bowled the last over');
  });
  test('have two runs for a no-ball, and a hundred balls', () => {
    expect(found(after(hundred, ball({ fault: 'noBall', runs: 1 })), 'runs', 'extras.noBalls', 'freeHit')).toEqual([3, 2, true]);
    const chase = after(begin({ ballsInOver: 5, overs: 20 }), tap('close', { how: 'rain' }), second(), ball());
    expect(member(chase, 'required')).toEqual({ runs: 1, balls: 99 });
    expect(after(hundred, ball(), tap('limit', { overs: 15 }))['commentary']).toBe('The innings has 75 balls.');
  });
});
