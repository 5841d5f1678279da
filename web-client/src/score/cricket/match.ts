// The innings of a match: how it begins, the next innings, and what the umpires change in its length and target.
import { isObject } from '../../lib/merge';
import { readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { NotAllowed } from '../rules';
import { BALLS_IN_OVER, isInningsOver, overNumber, totalOf, writeCard, type Card } from './card';
import { nameIn, numberIn, oneOf, type Check } from './check';
import { several } from './delivery';
import { count, noExtras, oversOf } from './figures';
import { comesIn } from './innings';
import { addToOver, nextOver } from './overs';

/** The members of a match that last for all its innings. */
type Match = Pick<Card, 'overs' | 'players' | 'ballsInOver' | 'noBallRuns' | 'freeHits' | 'inningsEach' | 'superOver' | 'cards' | 'owed'>;

export function start(detail: JsonObject, check: Check): JsonObject {
  const overs = numberIn(detail, 'overs', 0, 20, 'Overs must be a whole number, or 0 for no limit.');
  const players = numberIn(detail, 'players', 2, 11, 'A side has at least two players.');
  const batting = nameIn(detail, 'batting');
  const bowling = nameIn(detail, 'bowling');
  if (batting === bowling) throw new NotAllowed('The two sides need different names.');
  const ballsInOver = detail['ballsInOver'] === 5 ? 5 : BALLS_IN_OVER;
  const card = open(batting, bowling, detail, check, {
    overs: overs === 0 ? null : overs,
    players,
    ballsInOver,
    noBallRuns: count(detail['noBallRuns']) || (ballsInOver === 5 ? 2 : 1),
    freeHits: detail['freeHits'] !== false,
    inningsEach: detail['inningsEach'] === 2 ? 2 : 1,
    superOver: false,
    cards: [],
    owed: new Map(),
  });
  const toss = readText(detail['toss']);
  return {
    ...(toss === null ? {} : { toss }),
    ...writeCard(card),
    squads: readObject(detail['squads']),
    commentary: toss ?? `${batting} bat first.`,
  };
}

/** An innings before its first ball, with the openers. */
function open(batting: string, bowling: string, detail: JsonObject, check: Check, match: Match): Card {
  const owed = new Map(match.owed);
  const penalties = owed.get(batting) ?? 0;
  owed.delete(batting);
  const card: Card = {
    ...match,
    owed,
    batting,
    bowling,
    innings: 1,
    runs: penalties,
    wickets: 0,
    balls: 0,
    legal: 0,
    extras: { ...noExtras, penalties },
    target: null,
    revised: null,
    freeHit: false,
    striker: null,
    partner: null,
    bowler: null,
    deliveries: 0,
    thisOver: [],
    batters: new Map(),
    bowlers: new Map(),
    fall: new Map(),
    stand: { runs: 0, balls: 0 },
    progress: new Map(),
    closed: null,
  };
  card.striker = comesIn(card, nameIn(detail, 'striker'), check);
  card.partner = comesIn(card, nameIn(detail, 'partner'), check);
  nextOver(card, nameIn(detail, 'bowler'), false, check);
  return card;
}

export function changeInnings(state: JsonObject, card: Card, detail: JsonObject, check: Check): JsonObject {
  const isSuper = detail['super'] === true;
  check(isInningsOver(card), 'The innings is not over. End it first.');
  if (isSuper) checkSuperOver(card, check);
  else {
    check(readText(state['result']) === null, 'The match is over.');
    check(card.innings < 2 * card.inningsEach, 'Both sides have batted.');
  }
  const cards = [...card.cards, endedOf(card)];
  const batting = battingNext(card, detail, isSuper, check);
  const bowling = batting === card.batting ? card.bowling : card.batting;
  const { revised } = card.innings === 1 && !isSuper ? card : { revised: null };
  const overs = numberIn(detail, 'overs', 0, oversNext(card, isSuper, revised?.overs), 'Overs must be a whole number, or 0 for no limit.');
  const next: Card = {
    ...open(batting, bowling, detail, check, { ...card, cards, overs: overs === 0 ? null : overs, superOver: isSuper }),
    innings: card.innings + 1,
    revised,
  };
  next.target = revised?.target ?? targetOf(next, card);
  const { first } = state;
  return {
    ...state,
    ...writeCard(next),
    first: card.innings > 1 && isObject(first) ? first : { team: card.batting, runs: card.runs, wickets: card.wickets, over: oversOf(card.balls, card.ballsInOver) },
    ball: null,
    result: null,
    outcome: null,
    commentary: toldOf(card, next),
  };
}

/** Law 16.3.1: a super over follows a tie, also one of the super over before. */
function checkSuperOver(card: Card, check: Check): void {
  const isLast = card.superOver ? card.target !== null : card.innings === 2 * card.inningsEach;
  const isFirst = card.superOver && card.target === null;
  check(isFirst || (isLast && card.target !== null && card.runs === card.target - 1), 'A super over follows a tie.');
}

function battingNext(card: Card, detail: JsonObject, isSuper: boolean, check: Check): string {
  const given = readText(detail['batting'])?.trim();
  // Who batted second bats first in a super over, and in the one after it.
  const isPairDone = isSuper && card.target !== null;
  const follows = detail['followOn'] === true;
  if (follows) {
    check(card.inningsEach === 2 && card.innings === 2, 'A side follows on in the third innings.');
    check(totalOf(card, card.bowling) > totalOf(card, card.batting) + card.runs, `${card.batting} are not behind.`);
  }
  const next = given || (isPairDone || follows ? card.batting : card.bowling);
  if (next !== card.batting && next !== card.bowling) throw new NotAllowed(`${next} do not play in this match.`);
  return next;
}

function oversNext(card: Card, isSuper: boolean, revised: number | undefined): number {
  return isSuper ? 1 : (revised ?? card.overs ?? 0);
}

/** What the side that bats last needs; null for any other innings. */
function targetOf(next: Card, before: Card): number | null {
  if (next.superOver) return before.superOver && before.target === null ? before.runs + 1 : null;
  const isLast = next.innings === 2 * next.inningsEach;
  return isLast ? totalOf(next, next.bowling) - totalOf(next, next.batting) + 1 : null;
}

/** The card of an innings that has ended. */
export function endedOf(card: Card): JsonObject {
  const { over, balls, extras, target, batters, bowlers, fall, progress, closed, superOver, overs, revised } = writeCard({ ...card, owed: new Map() });
  const all = { team: card.batting, bowling: card.bowling, runs: card.runs, wickets: card.wickets, over, balls, overs, closed, superOver, target, revised };
  const figures = { extras, batters, bowlers, fall, progress };
  return Object.fromEntries(Object.entries({ ...all, ...figures }).filter(([, value]) => value !== null));
}

function toldOf(card: Card, next: Card): string {
  const { batting, bowling, target } = next;
  const made = `${card.batting} made ${card.runs} for ${card.wickets} in ${bowledOf(card)}.`;
  if (target !== null) return `${made} ${batting} need ${target} to win${methodOf(next)}.`;
  if (next.superOver) return `Super over: ${batting} bat, ${bowling} bowl.`;
  return `${made} ${batting} bat${batting === card.batting ? ' again' : ''}.`;
}

/** What was bowled, in words. Sets of five are told in balls. */
function bowledOf({ balls, ballsInOver }: Card): string {
  return ballsInOver === 5 ? several(balls, 'ball') : `${oversOf(balls, ballsInOver)} overs`;
}

function lengthOf({ ballsInOver }: Card, overs: number): string {
  return ballsInOver === 5 ? several(overs * ballsInOver, 'ball') : several(overs, 'over');
}

/** How a target was set, after what it applies to: ` (DLS)`. */
export function methodOf({ revised }: Card): string {
  return revised?.method === undefined ? '' : ` (${revised.method})`;
}

export function close(card: Card, detail: JsonObject, check: Check): string {
  check(!isInningsOver(card), 'The innings is over.');
  const how = oneOf(detail['how'], ['declared', 'rain', 'captain']);
  if (how === null) throw new NotAllowed('Select why the innings ends.');
  card.closed = how;
  const score = `${card.runs}/${card.wickets}`;
  if (how === 'declared') return `${card.batting} declare at ${score}.`;
  return how === 'rain' ? `Rain ends the innings at ${score}.` : `${card.batting} close the innings at ${score}.`;
}

export function limit(card: Card, detail: JsonObject, check: Check): string {
  const overs = numberIn(detail, 'overs', 0, Number.NaN, 'Overs must be a whole number, or 0 for no limit.');
  const isEnough = overs === 0 || overs * card.ballsInOver >= card.balls;
  check(isEnough, `The innings has had ${bowledOf(card)}. Enter the overs of the next innings when it begins.`);
  card.overs = overs === 0 ? null : overs;
  if (card.revised !== null) card.revised = { ...card.revised, overs };
  return overs === 0 ? 'The innings has no limit of overs.' : `The innings has ${lengthOf(card, overs)}.`;
}

export function revise(card: Card, detail: JsonObject, check: Check): string {
  const runs = numberIn(detail, 'runs', 1, Number.NaN, 'Enter the target, in runs.');
  const method = readText(detail['method'])?.trim();
  const isGiven = detail['overs'] !== undefined;
  const overs = numberIn(detail, 'overs', 0, card.overs ?? 0, 'Overs must be a whole number, or 0 for no limit.');
  card.revised = { target: runs, ...(isGiven ? { overs } : {}), ...(method ? { method } : {}) };
  const within = overs === 0 ? '' : ` in ${lengthOf(card, overs)}`;
  if (card.target === null) {
    check(isInningsOver(card) && card.innings === 1 && card.inningsEach === 1, 'Only the side that bats last has a target.');
    return `${card.bowling} need ${runs}${within} to win${methodOf(card)}.`;
  }
  check(overs === 0 || overs * card.ballsInOver >= card.balls, `The innings has had ${bowledOf(card)}.`);
  card.overs = overs === 0 ? null : overs;
  card.target = runs;
  return `${card.batting} need ${runs}${within} to win${methodOf(card)}.`;
}

/** Laws 41 and 42: five penalty runs. The fielding side's go to its last innings, or to its first if it has not batted. */
export function penalize(state: JsonObject, card: Card, detail: JsonObject): JsonObject {
  const to = oneOf(detail['to'], ['batting', 'bowling']);
  const runs = numberIn(detail, 'runs', 1, 5, 'Enter the penalty runs.');
  if (to === null) throw new NotAllowed('Select the side that gets the penalty runs.');
  const commentary = `${several(runs, 'penalty run')} to ${card[to]}.`;
  if (to === 'batting') {
    card.runs += runs;
    card.extras.penalties += runs;
    if (card.stand) card.stand = { ...card.stand, runs: card.stand.runs + runs };
    addToOver(card, overNumber(card), { runs });
    return { ...state, ...writeCard(card), commentary };
  }
  // In a super over only its own innings count.
  const index = card.superOver && card.target === null ? -1 : card.cards.map((ended) => readText(ended['team'])).lastIndexOf(card.bowling);
  const last = card.cards[index];
  if (last === undefined) card.owed.set(card.bowling, (card.owed.get(card.bowling) ?? 0) + runs);
  else {
    const extras = readObject(last['extras']);
    const raised = { ...last, runs: count(last['runs']) + runs, extras: { ...extras, penalties: count(extras['penalties']) + runs } };
    card.cards = card.cards.map((ended, number) => (number === index ? raised : ended));
    if (card.target !== null) card.target += runs;
    if (card.revised !== null) card.revised = { ...card.revised, target: card.revised.target + runs };
  }
  const first = readObject(state['first']);
  const isFirst = index === 0 && readText(first['team']) !== null;
  return { ...state, ...writeCard(card), ...(isFirst ? { first: { ...first, runs: count(first['runs']) + runs } } : {}), commentary };
}
