// The parts of a scorecard as members of a state: batters, bowlers, wickets, overs. Reading never throws: a wrong shape
// counts as missing.
import { readEntries, readNames, readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';

export interface Batter {
  order: number;
  runs: number;
  balls: number;
  fours: number;
  sixes: number;
  out: boolean;
  how: string;
  /** Cannot bat, or cannot resume; not out. */
  absent?: true;
}

export interface Bowler {
  /** Balls as overs count them: a whole over has the usual number, whatever the umpire counted. */
  balls: number;
  /** Legal balls. */
  legal: number;
  maidens: number;
  runs: number;
  wickets: number;
}

/** The fall of a wicket. */
export interface Fall {
  runs: number;
  over: string;
  batter: string;
  /** Missing if it began before the desk kept partnerships. */
  stand?: Stand & { pair: string[] };
}

/** A partnership: its runs with extras, and the balls faced. */
export interface Stand {
  runs: number;
  balls: number;
}

/** What happened in an over, and the part of its bowler: the last one, if `others` began it. */
export interface OverFigures {
  runs: number;
  wickets: number;
  bowler: string;
  /** Legal balls, runs and wickets of `bowler`. */
  balls: number;
  conceded: number;
  taken: number;
  /** Balls that `bowler` has in overs, but did not bowl: the rest of an over that was called early. Less than 0 for balls too many. */
  uncounted?: number;
  others?: string[];
}

export interface Extras {
  wides: number;
  noBalls: number;
  byes: number;
  legByes: number;
  penalties: number;
}

export const noExtras: Extras = { wides: 0, noBalls: 0, byes: 0, legByes: 0, penalties: 0 };

export function emptyBatter(order: number): Batter {
  return { order, runs: 0, balls: 0, fours: 0, sixes: 0, out: false, how: 'not out' };
}

export const emptyBowler: Bowler = { balls: 0, legal: 0, maidens: 0, runs: 0, wickets: 0 };

export function emptyOver(bowler: string): OverFigures {
  return { runs: 0, wickets: 0, bowler, balls: 0, conceded: 0, taken: 0 };
}

/** Overs and balls: 75 balls in overs of six are `12.3`. */
export function oversOf(balls: number, ballsInOver: number): string {
  return `${Math.floor(balls / ballsInOver)}.${balls % ballsInOver}`;
}

export function ballsOf(overs: unknown, ballsInOver: number): number {
  const [whole = '0', part = '0'] = (readText(overs) ?? '0').split('.');
  return count(whole) * ballsInOver + count(part);
}

/** A whole number from 0; 0 for anything else. */
export function count(value: unknown): number {
  const number = Number(readText(value) ?? 0);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}

export function readExtras(value: unknown): Extras {
  const extras = readObject(value);
  const read = (name: keyof Extras) => [name, count(extras[name])] as const;
  return Object.fromEntries((Object.keys(noExtras) as (keyof Extras)[]).map(read)) as unknown as Extras;
}

export function readBatters(value: unknown): Map<string, Batter> {
  return new Map(readEntries(value).map(([name, player], index) => [name, readBatter(player, index)]));
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
    ...(player['absent'] === true ? { absent: true } : {}),
  };
}

export function readBowlers(value: unknown, ballsInOver: number): Map<string, Bowler> {
  return new Map(
    readEntries(value).map(([name, player]) => {
      const balls = ballsOf(player['overs'], ballsInOver);
      const legal = readText(player['balls']) === null ? balls : count(player['balls']);
      return [name, { balls, legal, maidens: count(player['maidens']), runs: count(player['runs']), wickets: count(player['wickets']) }];
    }),
  );
}

export function writeBowlers(bowlers: Map<string, Bowler>, ballsInOver: number): JsonObject {
  const figures = ({ balls, legal, ...rest }: Bowler) => ({ overs: oversOf(balls, ballsInOver), ...(legal === balls ? {} : { balls: legal }), ...rest });
  return Object.fromEntries([...bowlers].map(([name, bowler]) => [name, figures(bowler)]));
}

export function readFall(value: unknown): Map<number, Fall> {
  return numbered(value, (fall) => {
    const stand = readObject(fall['stand']);
    const pair = readNames(stand['pair']);
    return {
      runs: count(fall['runs']),
      over: readText(fall['over']) ?? '0.0',
      batter: readText(fall['batter']) ?? '',
      ...(pair.length > 0 ? { stand: { ...readStand(stand), pair } } : {}),
    };
  });
}

export function readStand(value: unknown): Stand {
  const stand = readObject(value);
  return { runs: count(stand['runs']), balls: count(stand['balls']) };
}

export function readProgress(value: unknown): Map<number, OverFigures> {
  return numbered(value, (over) => {
    const others = readNames(over['others']);
    const uncounted = Number(readText(over['uncounted']) ?? 0);
    return {
      runs: count(over['runs']),
      wickets: count(over['wickets']),
      bowler: readText(over['bowler']) ?? '',
      balls: count(over['balls']),
      conceded: count(over['conceded']),
      taken: count(over['taken']),
      ...(Number.isSafeInteger(uncounted) && uncounted !== 0 ? { uncounted } : {}),
      ...(others.length > 0 ? { others } : {}),
    };
  });
}

/** Members by number: wickets, overs, innings. */
function numbered<T>(value: unknown, read: (member: JsonObject) => T): Map<number, T> {
  const members = readEntries(value).filter(([name]) => /^[1-9]\d{0,4}$/.test(name));
  return new Map(members.map(([name, member]) => [Number(name), read(member)]));
}
