// Names of players and teams: a new name replaces the old one wherever it stands in the state.
import { isObject } from '../../lib/merge';
import { readNames, readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { eachIn, inText, renamedWords, swapped, withKey, withNames, type Change } from '../renaming';
import { NotAllowed } from '../rules';
import type { Card } from './card';
import { nameIn } from './check';
import { withBowler } from './delivery';
import { readBatters, readBowlers, writeBowlers, type Bowler } from './figures';

export function setSquad(state: JsonObject, card: Card, detail: JsonObject): JsonObject {
  const team = nameIn(detail, 'team');
  if (team !== card.batting && team !== card.bowling) throw new NotAllowed(`${team} do not play in this match.`);
  const players = [...new Set(readNames(detail['players']).map((name) => name.trim()))];
  return { ...state, squads: { ...readObject(state['squads']), [team]: players }, commentary: `The players of ${team} are entered.` };
}

export function setToss(state: JsonObject, detail: JsonObject): JsonObject {
  const toss = nameIn({ toss: detail['text'] }, 'toss');
  return { ...state, toss, commentary: toss };
}

export function rename(state: JsonObject, card: Card, detail: JsonObject): JsonObject {
  const [from, to] = [nameIn(detail, 'from'), nameIn(detail, 'to')];
  if (from === to) throw new NotAllowed('The name is the same.');
  const team = readText(detail['team'])?.trim() || null;
  const isTeam = detail['kind'] === 'team' || (detail['kind'] !== 'player' && team === null);
  const commentary = renamedWords([from, to]);
  if (isTeam) return { ...renameTeam(state, card, from, to), commentary };
  const teams = team === null ? [card.batting, card.bowling] : [team];
  if (!teams.some((one) => one === card.batting || one === card.bowling)) throw new NotAllowed(`${team ?? ''} do not play in this match.`);
  return { ...teams.reduce((changed, one) => renamePlayer(changed, card, one, [from, to]), state), commentary };
}

function renameTeam(state: JsonObject, card: Card, from: string, to: string): JsonObject {
  if (from !== card.batting && from !== card.bowling) throw new NotAllowed(`${from} do not play in this match.`);
  if (to === card.batting || to === card.bowling) throw new NotAllowed('The two sides need different names.');
  const change: Change = [from, to];
  const inCard = (ended: JsonObject) => withNames(ended, change, ['team', 'bowling']);
  return {
    ...withNames(state, change, ['batting', 'bowling']),
    ...parts(state, {
      squads: (squads) => withKey(squads, change),
      owed: (owed) => withKey(owed, change),
      first: (first) => withNames(first, change, ['team']),
      outcome: (outcome) => withNames(outcome, change, ['winner']),
      cards: (cards) => eachIn(cards, inCard),
    }),
    ...Object.fromEntries(['toss', 'result'].flatMap((name) => {
      const text = readText(state[name]);
      return text === null ? [] : [[name, inText(text, change, from === card.batting ? card.bowling : card.batting)]];
    })),
  };
}

/** Renames in the part of the team that bats, and in the part of the team that bowls. */
function renamePlayer(state: JsonObject, card: Card, team: string, change: Change): JsonObject {
  const [bats, bowls] = [team === card.batting, team === card.bowling];
  const inCard = (ended: JsonObject) => {
    const isTheirs = readText(ended['team']) === team;
    return isTheirs ? inBatting(ended, change) : readText(ended['bowling']) === team ? inBowling(ended, change, card.ballsInOver) : ended;
  };
  let changed: JsonObject = {
    ...state,
    ...parts(state, {
      squads: (squads) => (Object.hasOwn(squads, team) ? { ...squads, [team]: [...new Set(readNames(squads[team]).map((name) => swapped(name, change)))] } : squads),
      cards: (cards) => eachIn(cards, inCard),
    }),
  };
  if (bats) {
    changed = withNames(inBatting(changed, change), change, ['striker', 'partner']);
    changed = { ...changed, ...parts(changed, { ends: (ends) => withNames(ends, change, ['striker', 'partner']), ball: (ball) => withNames(ball, change, ['batter']) }) };
  }
  if (bowls) {
    changed = withNames(inBowling(changed, change, card.ballsInOver), change, ['bowler']);
    changed = { ...changed, ...parts(changed, { ball: (ball) => withNames(ball, change, ['bowler']) }) };
  }
  return changed;
}

/** The batting side's part of an innings: its batters, and the wickets that fell. */
function inBatting(innings: JsonObject, [from, to]: Change): JsonObject {
  return {
    ...innings,
    ...parts(innings, {
      batters: (all) => battersAs(all, [from, to]),
      fall: (wickets) =>
        eachIn(wickets, (wicket) => ({
          ...withNames(wicket, [from, to], ['batter']),
          ...parts(wicket, { stand: (stand) => ({ ...stand, pair: readNames(stand['pair']).map((name) => swapped(name, [from, to])) }) }),
        })),
    }),
  };
}

/** The bowling side's part of an innings: its bowlers, their overs, and how the batters were out. */
function inBowling(innings: JsonObject, [from, to]: Change, ballsInOver: number): JsonObject {
  return {
    ...innings,
    ...parts(innings, {
      bowlers: (all) => bowlersAs(all, [from, to], ballsInOver),
      progress: (overs) => eachIn(overs, (over) => overAs(over, [from, to])),
      batters: (all) => eachIn(all, (batter) => ({ ...batter, ...(readText(batter['how']) === null ? {} : { how: howAs(readText(batter['how']) ?? '', [from, to]) }) })),
    }),
  };
}

/** A batter who retired and came back under another name becomes one. Two who were out, or who are both in, are two people. */
function battersAs(all: JsonObject, [from, to]: Change): JsonObject {
  if (!Object.hasOwn(all, from) || !Object.hasOwn(all, to)) return withKey(all, [from, to]);
  const batters = readBatters(all);
  const [early, late] = [batters.get(from), batters.get(to)].filter((batter) => batter !== undefined).sort((a, b) => a.order - b.order);
  if (!early || !late) return all;
  const isBoth = (early.out && late.out) || (isIn(early) && isIn(late));
  if (isBoth || early.out) throw new NotAllowed(`${to} has a line as a batter already.`);
  const sums = (['runs', 'balls', 'fours', 'sixes'] as const).map((figure) => [figure, early[figure] + late[figure]]);
  batters.set(to, { ...late, ...Object.fromEntries(sums), order: early.order });
  batters.delete(from);
  return Object.fromEntries(batters);
}

function isIn({ out, how }: { out: boolean; how: string }): boolean {
  return !out && how === 'not out';
}

/** A bowler who was entered under two names becomes one: the figures are added. */
function bowlersAs(all: JsonObject, [from, to]: Change, ballsInOver: number): JsonObject {
  if (!Object.hasOwn(all, from)) return all;
  if (!Object.hasOwn(all, to)) return withKey(all, [from, to]);
  const bowlers = readBowlers(all, ballsInOver);
  const [one, other] = [bowlers.get(from), bowlers.get(to)];
  if (one && other) {
    const sums = (Object.keys(one) as (keyof Bowler)[]).map((figure) => [figure, one[figure] + other[figure]]);
    bowlers.set(to, Object.fromEntries(sums) as unknown as Bowler);
  }
  bowlers.delete(from);
  return writeBowlers(bowlers, ballsInOver);
}

function overAs(over: JsonObject, change: Change): JsonObject {
  const changed = withNames(over, change, ['bowler']);
  const others = readNames(over['others']).map((name) => swapped(name, change)).filter((name) => name !== changed['bowler']);
  const { others: _, ...rest } = changed;
  return others.length > 0 ? { ...rest, others } : rest;
}

/** How a batter was out, with another fielder or bowler. The forms are those of `howOut`. */
function howAs(how: string, [from, to]: Change): string {
  if (how === `run out (${from})`) return `run out (${to})`;
  let changed = how;
  for (const start of ['c', 'st']) {
    if (changed.startsWith(`${start} ${from} b `)) changed = `${start} ${to} b ${changed.slice(`${start} ${from} b `.length)}`;
  }
  return withBowler(changed, from, to);
}

/** The members of `object` that are objects, remade. */
function parts(object: JsonObject, make: Record<string, (member: JsonObject) => JsonObject>): JsonObject {
  return Object.fromEntries(Object.entries(make).flatMap(([name, remake]) => {
    const member = object[name];
    return isObject(member) ? [[name, remake(member)]] : [];
  }));
}
