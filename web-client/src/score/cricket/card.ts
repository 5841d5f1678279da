// The cricket scorecard of the current innings: read from an event's state and written back to it. The state has the same
// shape as the demo's.
import { readEntries, readList, readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';

export const BALLS_IN_OVER = 6;

export interface Batter {
  order: number;
  runs: number;
  balls: number;
  fours: number;
  sixes: number;
  out: boolean;
  how: string;
}

export interface Bowler {
  balls: number;
  maidens: number;
  runs: number;
  wickets: number;
}

export interface Card {
  innings: number;
  batting: string;
  bowling: string;
  /** The overs per innings; null if unlimited. */
  overs: number | null;
  /** Players per side. */
  players: number;
  runs: number;
  wickets: number;
  /** Legal balls. */
  balls: number;
  extras: { wides: number; noBalls: number; byes: number; legByes: number };
  target: number | null;
  freeHit: boolean;
  striker: string | null;
  partner: string | null;
  bowler: string | null;
  /** Balls of this innings, including wides and no-balls. */
  deliveries: number;
  thisOver: string[];
  batters: Map<string, Batter>;
  bowlers: Map<string, Bowler>;
}

/** Null before the match is set up. */
export function readCard(state: JsonObject): Card | null {
  const batting = readText(state['batting']);
  const bowling = readText(state['bowling']);
  if (batting === null || bowling === null || readText(state['runs']) === null) return null;
  const extras = readObject(state['extras']);
  return {
    batting,
    bowling,
    innings: count(state['innings']) || 1,
    overs: state['overs'] === 0 ? null : count(state['overs']) || 20,
    players: count(state['players']) || 11,
    runs: count(state['runs']),
    wickets: count(state['wickets']),
    balls: ballsOf(state['over']),
    extras: {
      wides: count(extras['wides']),
      noBalls: count(extras['noBalls']),
      byes: count(extras['byes']),
      legByes: count(extras['legByes']),
    },
    target: readText(state['target']) === null ? null : count(state['target']),
    freeHit: state['freeHit'] === true,
    striker: readText(state['striker']),
    partner: readText(state['partner']),
    bowler: readText(state['bowler']),
    deliveries: count(readObject(state['ball'])['n']),
    thisOver: readList(state['thisOver']).flatMap((ball) => readText(ball) ?? []),
    batters: new Map(readEntries(state['batters']).map(([name, player], index) => [name, readBatter(player, index)])),
    bowlers: new Map(readEntries(state['bowlers']).map(([name, player]) => [name, readBowler(player)])),
  };
}

/** The members of the state that the card owns. */
export function writeCard(card: Card): JsonObject {
  const over = isInningsOver(card);
  return {
    innings: card.innings,
    batting: card.batting,
    bowling: card.bowling,
    overs: card.overs ?? 0,
    players: card.players,
    runs: card.runs,
    wickets: card.wickets,
    over: oversOf(card.balls),
    extras: card.extras,
    target: card.target,
    required:
      card.target === null || card.overs === null || over
        ? null
        : { runs: card.target - card.runs, balls: card.overs * BALLS_IN_OVER - card.balls },
    freeHit: card.freeHit,
    striker: over ? null : card.striker,
    partner: over ? null : card.partner,
    bowler: card.bowler,
    thisOver: card.thisOver,
    batters: Object.fromEntries(card.batters),
    bowlers: Object.fromEntries(
      [...card.bowlers].map(([name, { balls, ...figures }]) => [name, { overs: oversOf(balls), ...figures }]),
    ),
  };
}

/** Whether the side is all out, the overs are used up, or the target is reached. */
export function isInningsOver(card: Card): boolean {
  return (
    card.wickets >= card.players - 1 ||
    (card.overs !== null && card.balls >= card.overs * BALLS_IN_OVER) ||
    (card.target !== null && card.runs >= card.target)
  );
}

/** Whether an over has ended and the bowler of the next is not named yet. */
export function isOverToCome(card: Card): boolean {
  if (card.bowler === null) return true;
  const last = card.thisOver.at(-1);
  return card.balls > 0 && card.balls % BALLS_IN_OVER === 0 && last !== undefined && !/wd|nb/.test(last);
}

/** Overs and balls: 75 legal balls are `12.3`. */
export function oversOf(balls: number): string {
  return `${Math.floor(balls / BALLS_IN_OVER)}.${balls % BALLS_IN_OVER}`;
}

export function emptyBatter(order: number): Batter {
  return { order, runs: 0, balls: 0, fours: 0, sixes: 0, out: false, how: 'not out' };
}

export const emptyBowler: Bowler = { balls: 0, maidens: 0, runs: 0, wickets: 0 };

function ballsOf(overs: unknown): number {
  const [whole = '0', part = '0'] = (readText(overs) ?? '0').split('.');
  return count(whole) * BALLS_IN_OVER + count(part);
}

function count(value: unknown): number {
  const number = Number(readText(value) ?? 0);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}

function readBatter(player: JsonObject, index: number): Batter {
  return {
    order: count(player['order']) || index + 1,
    runs: count(player['runs']),
    balls: count(player['balls']),
    fours: count(player['fours']),
    sixes: count(player['sixes']),
    out: player['out'] === true,
    how: readText(player['how']) ?? 'not out',
  };
}

function readBowler(player: JsonObject): Bowler {
  return {
    balls: ballsOf(player['overs']),
    maidens: count(player['maidens']),
    runs: count(player['runs']),
    wickets: count(player['wickets']),
  };
}
