// The cricket scorecard of the current innings: read from an event's state and written back to it. The state has the same
// shape as the demo's, with more members.
import { readEntries, readNames, readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { isObject } from '../../lib/merge';
import { oneOf } from './check';
import {
  ballsOf, count, emptyBatter, emptyBowler, oversOf, readBatters, readBowlers, readExtras, readFall, readProgress, readStand, writeBowlers,
  type Batter, type Bowler, type Extras, type Fall, type OverFigures, type Stand,
} from './figures';
import type { CloseHow } from './taps';

export const BALLS_IN_OVER = 6;

export interface Card {
  innings: number;
  batting: string;
  bowling: string;
  /** The overs per innings; null if unlimited. */
  overs: number | null;
  /** Players per side. */
  players: number;
  /** Six, or five for sets of five (The Hundred). */
  ballsInOver: number;
  noBallRuns: number;
  /** Whether the ball after a no-ball is a free hit. */
  freeHits: boolean;
  inningsEach: number;
  superOver: boolean;
  runs: number;
  wickets: number;
  /** Balls as overs count them: a whole over has the usual number, whatever the umpire counted. */
  balls: number;
  /** Legal balls. */
  legal: number;
  extras: Extras;
  target: number | null;
  revised: Revised | null;
  freeHit: boolean;
  /** Known after the innings is over too, so that play can resume. */
  striker: string | null;
  partner: string | null;
  bowler: string | null;
  /** Balls of this innings, including wides and no-balls. */
  deliveries: number;
  thisOver: string[];
  batters: Map<string, Batter>;
  bowlers: Map<string, Bowler>;
  fall: Map<number, Fall>;
  /** Null if it began before the desk kept partnerships. */
  stand: Stand | null;
  progress: Map<number, OverFigures>;
  /** The innings that ended, in order, as the state has them. */
  cards: JsonObject[];
  closed: CloseHow | null;
  /** Penalty runs that a side gets when it bats. */
  owed: Map<string, number>;
}

/** A target that the umpires set. In the break it is that of the innings to come. */
export interface Revised {
  target: number;
  /** 0: no limit. */
  overs?: number;
  method?: string;
}

/** Null before the match is set up. */
export function readCard(state: JsonObject): Card | null {
  const batting = readText(state['batting']);
  const bowling = readText(state['bowling']);
  if (batting === null || bowling === null || readText(state['runs']) === null) return null;
  const ballsInOver = count(state['ballsInOver']) || BALLS_IN_OVER;
  const balls = ballsOf(state['over'], ballsInOver);
  const ends = readObject(state['ends']);
  return {
    batting,
    bowling,
    innings: count(state['innings']) || 1,
    overs: state['overs'] === 0 ? null : count(state['overs']) || 20,
    players: count(state['players']) || 11,
    ballsInOver,
    noBallRuns: count(state['noBallRuns']) || 1,
    freeHits: state['freeHits'] !== false,
    inningsEach: count(state['inningsEach']) === 2 ? 2 : 1,
    superOver: state['superOver'] === true,
    runs: count(state['runs']),
    wickets: count(state['wickets']),
    balls,
    legal: readText(state['balls']) === null ? balls : count(state['balls']),
    extras: readExtras(state['extras']),
    target: readText(state['target']) === null ? null : count(state['target']),
    revised: readRevised(readObject(state['revised'])),
    freeHit: state['freeHit'] === true,
    striker: readText(state['striker']) ?? readText(ends['striker']),
    partner: readText(state['partner']) ?? readText(ends['partner']),
    bowler: readText(state['bowler']),
    deliveries: count(readObject(state['ball'])['n']),
    thisOver: readNames(state['thisOver']),
    batters: readBatters(state['batters']),
    bowlers: readBowlers(state['bowlers'], ballsInOver),
    fall: readFall(state['fall']),
    stand: readText(state['over']) === null || isObject(state['stand']) || balls === 0 ? readStand(state['stand']) : null,
    progress: readProgress(state['progress']),
    cards: readCards(state, bowling),
    closed: oneOf(state['closed'], ['declared', 'rain', 'captain']),
    owed: new Map(Object.entries(readObject(state['owed'])).map(([team, runs]) => [team, count(runs)])),
  };
}

/** The ended innings. A match of the 0.1.0 console has only the total of the first one. */
function readCards(state: JsonObject, bowling: string): JsonObject[] {
  const ended = readEntries(state['cards']).filter(([number]) => /^[1-9]\d?$/.test(number));
  if (ended.length > 0) return ended.sort(([a], [b]) => Number(a) - Number(b)).map(([, card]) => card);
  const first = readObject(state['first']);
  return readText(first['team']) === null ? [] : [{ bowling: readText(first['team']) === bowling ? readText(state['batting']) : bowling, ...first }];
}

function readRevised(revised: JsonObject): Revised | null {
  if (readText(revised['target']) === null) return null;
  const method = readText(revised['method']);
  return {
    target: count(revised['target']),
    ...(readText(revised['overs']) === null ? {} : { overs: count(revised['overs']) }),
    ...(method === null ? {} : { method }),
  };
}

/** The members of the state that the card owns. */
export function writeCard(card: Card): JsonObject {
  const over = isInningsOver(card);
  const { striker, partner, ballsInOver } = card;
  return {
    innings: card.innings,
    batting: card.batting,
    bowling: card.bowling,
    overs: card.overs ?? 0,
    players: card.players,
    ballsInOver,
    noBallRuns: card.noBallRuns === 1 ? null : card.noBallRuns,
    freeHits: card.freeHits,
    inningsEach: card.inningsEach,
    superOver: card.superOver ? true : null,
    runs: card.runs,
    wickets: card.wickets,
    over: oversOf(card.balls, ballsInOver),
    balls: card.legal === card.balls ? null : card.legal,
    extras: card.extras,
    target: card.target,
    revised: card.revised,
    required:
      card.target === null || card.overs === null || over
        ? null
        : { runs: card.target - card.runs, balls: card.overs * ballsInOver - card.balls },
    lead: card.inningsEach === 2 && card.innings > 1 ? totalOf(card, card.batting) + card.runs - totalOf(card, card.bowling) : null,
    freeHit: card.freeHit,
    striker: over ? null : striker,
    partner: over ? null : partner,
    ends: over ? { ...(striker === null ? {} : { striker }), ...(partner === null ? {} : { partner }) } : null,
    bowler: card.bowler,
    thisOver: card.thisOver,
    batters: Object.fromEntries(card.batters),
    bowlers: writeBowlers(card.bowlers, ballsInOver),
    fall: Object.fromEntries(card.fall),
    stand: card.stand,
    progress: Object.fromEntries(card.progress),
    cards: card.cards.length === 0 ? null : Object.fromEntries(card.cards.map((ended, index) => [index + 1, ended])),
    closed: card.closed,
    owed: card.owed.size === 0 ? null : Object.fromEntries(card.owed),
  };
}

/** The runs of a side's ended innings, without super overs. */
export function totalOf(card: Card, team: string): number {
  const its = card.cards.filter((ended) => readText(ended['team']) === team && ended['superOver'] !== true);
  return its.reduce((sum, ended) => sum + count(ended['runs']), 0);
}

/** Whether the side is all out, the overs are used up, the target is reached, or the innings was closed. */
export function isInningsOver(card: Card): boolean {
  return (
    card.closed !== null ||
    card.wickets >= wicketsToFall(card) ||
    (card.overs !== null && card.balls >= card.overs * card.ballsInOver && !isExtended(card)) ||
    (card.target !== null && card.runs >= card.target)
  );
}

/** The wickets that end the innings: two in a super over, and one less for each batter who is absent. */
export function wicketsToFall({ superOver, players, batters }: Card): number {
  if (superOver) return Math.min(2, players - 1);
  return players - 1 - [...batters.values()].filter(({ absent }) => absent).length;
}

/** Whether an over has ended and the bowler of the next is not named yet. */
export function isOverToCome(card: Card): boolean {
  return card.bowler === null || (card.balls > 0 && card.balls % card.ballsInOver === 0 && isLegal(card.thisOver.at(-1)));
}

/** Whether the over goes on after its last ball: the umpire allowed one more, and that was not legal. */
export function isExtended({ balls, ballsInOver, thisOver }: Card): boolean {
  return balls > 0 && balls % ballsInOver === 0 && !isLegal(thisOver.at(-1)) && thisOver.filter(isLegal).length >= ballsInOver;
}

/** The batters who are in: fewer than two where an end is vacant. */
export function pairOf({ striker, partner }: Card): string[] {
  return [striker, partner].filter((name) => name !== null);
}

export function batterOf(card: Card, name: string): Batter {
  return card.batters.get(name) ?? emptyBatter(card.batters.size + 1);
}

export function bowlerOf(card: Card, name: string): Bowler {
  return card.bowlers.get(name) ?? emptyBowler;
}

/** The number of the over after the whole ones, from 1. */
export function overAfter({ balls, ballsInOver }: Card): number {
  return Math.floor(balls / ballsInOver) + 1;
}

/** The number of the running over, from 1; that of the last one, if the next is to come. */
export function overNumber(card: Card): number {
  const isWhole = card.balls % card.ballsInOver === 0 && (isOverToCome(card) || isExtended(card));
  return isWhole ? overAfter(card) - 1 : overAfter(card);
}

/** Whether the sign of a ball is that of a legal one. */
export function isLegal(sign: string | undefined): boolean {
  return sign !== undefined && !/wd|nb/.test(sign);
}
