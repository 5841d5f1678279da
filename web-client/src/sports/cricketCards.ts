// Reads the cards of all innings of a cricket match, the ended ones and the running one. Any member may be missing.
import { readEntries, readList, readObject, readText } from '../lib/read';
import type { JsonObject } from '../lib/wire';
import { readBatters, readBowlers, readStand, type Figures } from './cricket';
import { ballsInOverOf, ballsOf, countOf, rateOf, rateText } from './cricketFigures';

/** An innings as its card shows it. */
export interface Innings {
  number: number;
  team: string | null;
  runs: string;
  wickets: string | null;
  over: string | null;
  /** Runs an over. */
  rate: string | null;
  target: string | null;
  /** The most balls that it may last; null if unlimited or unknown. */
  limit: number | null;
  /** How it was ended early, in words. */
  closed: string | null;
  isSuperOver: boolean;
  isRunning: boolean;
  extras: { total: string; parts: string } | null;
  batters: Figures[];
  /** Players of the squad who have not batted. */
  yetToBat: string[];
  bowlers: Figures[];
  wicketsFallen: Wicket[];
  partnerships: Partnership[];
  overs: Over[];
  ballsInOver: number;
}

export interface Wicket {
  /** Counted from 1. */
  number: number;
  runs: string;
  over: string | null;
  batter: string | null;
}

export interface Partnership {
  /** The wicket that it was for, counted from 1. */
  number: number;
  pair: string[];
  /** Such as `34 (21)`. */
  stand: string;
  isUnbroken: boolean;
}

/** What happened in an over, counted from 1. */
export interface Over {
  number: number;
  runs: number;
  wickets: number;
  bowler: string | null;
}

/** A match has four innings at most, and super overs. */
const MOST_INNINGS = 12;
export const MOST_OVERS = 500;
const MOST_WICKETS = 20;

const endings: Record<string, string> = { declared: 'declared', rain: 'ended by rain', captain: 'ended by agreement' };
const kinds = { wides: 'wd', noBalls: 'nb', byes: 'b', legByes: 'lb', penalties: 'pen' };

/** The innings in order. Those without a card have their total alone. */
export function readInnings(data: JsonObject): Innings[] {
  const cards = numbered(data['cards'], MOST_INNINGS);
  const first = readObject(data['first']);
  const ended = cards.length > 0 || readText(first['runs']) === null ? cards : [[1, first] as const];
  const running = readText(data['runs']) === null ? [] : [[runningNumber(data, ended.at(-1)?.[0] ?? 0), data] as const];
  const last = running[0]?.[0];
  return [
    ...ended.filter(([number]) => number !== last).map(([number, card]) => read(number, card, data, false)),
    ...running.map(([number]) => read(number, data, data, true)),
  ];
}

function runningNumber(data: JsonObject, ended: number): number {
  const number = countOf(data['innings']);
  return number !== null && number >= 1 && number <= MOST_INNINGS ? number : ended + 1;
}

function read(number: number, card: JsonObject, data: JsonObject, isRunning: boolean): Innings {
  const ballsInOver = ballsInOverOf(data);
  const over = readText(card['over']);
  const team = readText(card[isRunning ? 'batting' : 'team']);
  const runs = readText(card['runs']) ?? '0';
  const batters = readText(card['striker']) === null ? [] : [card['striker'], card['partner']].map(readText);
  const closed = readText(card['closed']);
  const lines = readBatters(card['batters'], batters, batters[0] ?? null);
  const wicketsFallen = readFall(card['fall']);
  return {
    number,
    team,
    runs,
    wickets: readText(card['wickets']),
    over,
    rate: rateText(rateOf(countOf(runs), ballsOf(over, ballsInOver), ballsInOver), 2),
    target: readText(card['target']),
    limit: limitOf(card, ballsOf(over, ballsInOver), ballsInOver),
    closed: closed === null ? null : Object.hasOwn(endings, closed) ? (endings[closed] ?? null) : closed,
    isSuperOver: card['superOver'] === true,
    isRunning,
    extras: readExtras(card['extras']),
    batters: lines,
    yetToBat: lines.length === 0 || team === null ? [] : namesIn(readObject(data['squads'])[team]).filter((name) => !lines.some((line) => line.name === name)),
    bowlers: readBowlers(card['bowlers'], isRunning ? readText(card['bowler']) : null, ballsInOver),
    wicketsFallen,
    partnerships: readPartnerships(card, isRunning ? batters : []),
    overs: readOvers(card['progress']),
    ballsInOver,
  };
}

function limitOf(card: JsonObject, balls: number | null, ballsInOver: number): number | null {
  const left = countOf(readObject(card['required'])['balls']);
  if (left !== null && balls !== null) return balls + left;
  return (countOf(card['overs']) ?? 0) * ballsInOver || null;
}

function readExtras(value: unknown): Innings['extras'] {
  const extras = readObject(value);
  const counts = Object.entries(kinds).map(([name, short]) => [short, countOf(extras[name])] as const);
  if (counts.every(([, count]) => count === null)) return null;
  return {
    total: String(counts.reduce((sum, [, count]) => sum + (count ?? 0), 0)),
    parts: counts.filter(([, count]) => (count ?? 0) > 0).map(([short, count]) => `${short} ${count}`).join(', '),
  };
}

function readFall(value: unknown): Wicket[] {
  return numbered(value, MOST_WICKETS).flatMap(([number, wicket]) => {
    const runs = readText(wicket['runs']);
    return runs === null ? [] : [{ number, runs, over: readText(wicket['over']), batter: readText(wicket['batter']) }];
  });
}

/** The partnerships in order; the last one is that of the batters at the wicket. */
function readPartnerships(card: JsonObject, batters: (string | null)[]): Partnership[] {
  const broken = numbered(card['fall'], MOST_WICKETS).flatMap(([number, wicket]): Partnership[] => {
    const held = readObject(wicket['stand']);
    const stand = readStand(held);
    return stand === null ? [] : [{ number, pair: namesIn(held['pair']).slice(0, 2), stand, isUnbroken: false }];
  });
  const now = batters.length === 0 ? null : readStand(readObject(card['stand']));
  const wickets = countOf(card['wickets']);
  if (now === null || wickets === null) return broken;
  return [...broken, { number: wickets + 1, pair: batters.filter((name) => name !== null), stand: now, isUnbroken: true }];
}

/** The overs in order, without a gap from the first one; empty if they are not all known. */
export function readOvers(value: unknown): Over[] {
  const overs = numbered(value, MOST_OVERS).map(([number, over]) => ({
    number,
    runs: countOf(over['runs']),
    wickets: countOf(over['wickets']) ?? 0,
    bowler: readText(over['bowler']),
  }));
  return overs.every((over, index): over is Over => over.number === index + 1 && over.runs !== null) ? overs : [];
}

/** The members that are objects, by their numbers from 1. */
function numbered(value: unknown, most: number): (readonly [number, JsonObject])[] {
  return readEntries(value)
    .flatMap(([key, member]) => (/^[1-9]\d{0,2}$/.test(key) && Number(key) <= most ? [[Number(key), member] as const] : []))
    .sort(([a], [b]) => a - b);
}

function namesIn(value: unknown): string[] {
  return readList(value).slice(0, 30).flatMap((name) => readText(name) ?? []);
}
