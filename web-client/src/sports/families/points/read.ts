// Reads a state of points and periods: two sides with a score, the periods, and what is counted besides. Feeds of other programs
// may have any part of it.
import { clip, readEntries, readObject, readText, readWhole } from '../../../lib/read';
import type { JsonObject, Summary, SummarySide } from '../../../lib/wire';
import { readClock, type Clock } from '../../clock';
import { bothSides, sideNames, sideOf, type Side } from '../../side';
import { familyIn } from '../family';
import { readPointsFormat, type Counter, type Penalty, type PointsFormat } from './format';
import { isOvertime, MOST_PARTS, partShort, playedAt } from './parts';
import { readShots, type Shots } from './shots';

export interface PointsSide {
  name: string;
  short: string | null;
  score: string;
  counters: Count[];
  /** Players on the court; null where they are not counted. */
  players: number | null;
  /** Attacks in a row without a point. */
  empty: number;
}

export interface Count {
  key: string;
  title: string;
  count: number;
  /** How many are left; null where there is no limit. */
  left: number | null;
  /** What the number means, such as `Bonus`; null as long as it means nothing. */
  means: string | null;
}

export interface Given {
  number: string;
  side: Side;
  name: string;
  color: Penalty['color'] | null;
  who: string | null;
  /** The match time at which the side is whole again, in milliseconds; null for the rest of the match, or without a time. */
  until: number | null;
  /** Out for the rest of the match. */
  match: boolean;
  /** Back before the time is over. */
  back: boolean;
}

export interface PointsBoard {
  format: PointsFormat | null;
  home: PointsSide;
  away: PointsSide;
  period: string | null;
  /** The part of the match, from 1. */
  part: number;
  isBreak: boolean;
  /** The points of each part. */
  parts: { key: string; short: string; home: number | null; away: number | null }[];
  /** The clock as viewers see it: none in a break, in a shoot-out and after the end. */
  clock: Clock | null;
  /** The clock as it stands or runs, by which penalties end. */
  time: Clock | null;
  attack: Side | null;
  /** What the next attack is called after several empty ones, such as `Do-or-die raid`. */
  pressed: string | null;
  penalties: Given[];
  shots: Shots | null;
  result: string | null;
  commentary: string | null;
}

const MOST_PENALTIES = 100;

/** Null unless the state has two sides with a score, and periods or a format of this family. */
export function readPoints(data: JsonObject): PointsBoard | null {
  const format = readPointsFormat(data['format']);
  const parts = readParts(data, format);
  if (format === null && parts.length === 0 && familyIn(data['format']) !== 'points') return null;
  const part = Math.min(Math.max(1, integer(data['part']) ?? 0, ...parts.map(({ key }) => Number(key))), MOST_PARTS);
  const [home, away] = bothSides.map((side) => readSide(data, side, format, part));
  if (!home || !away) return null;
  const result = readText(data['result']);
  const isBreak = data['break'] === true;
  const shots = readShots(data, format?.shootOut?.rounds ?? 5);
  const attack = sideOf(data['attack']);
  return {
    format,
    home,
    away,
    period: readText(data['period']),
    part,
    isBreak,
    parts,
    clock: isBreak || shots !== null || result !== null ? null : readClock(data['clock']),
    time: readClock(data['clock']),
    attack: format?.attack && result === null ? attack : null,
    pressed: result === null && attack !== null ? pressedName(format, attack === 'home' ? home : away) : null,
    penalties: readPenalties(data, format),
    shots,
    result,
    commentary: readText(data['commentary']),
  };
}

export function pointsSummary(data: JsonObject): Summary | null {
  const board = readPoints(data);
  if (board === null) return null;
  const { shots, clock, period, pressed, attack, result } = board;
  const side = (which: Side): SummarySide => {
    const { name, short, score } = board[which];
    return {
      name: clip(name, 60),
      ...(short === null ? {} : { short: clip(short, 12) }),
      score: clip(score, 12),
      ...(shots !== null && shots.shots.length > 0 ? { detail: `(${shots[which]})` } : {}),
    };
  };
  const note = pressed === null || attack === null ? null : `${pressed}: ${board[attack].name}`;
  return {
    sides: [side('home'), side('away')],
    ...(note === null ? {} : { note: clip(note, 120) }),
    ...(period === null || result !== null ? {} : { period: clip(period, 60) }),
    ...(clock === null ? {} : { clock }),
    ...(result === null ? {} : { result: clip(result, 160) }),
  };
}

/** The time that a penalty still has at the server's time `now`, in milliseconds; null if it is over, or has none. */
export function leftOf({ until, back }: Given, { format, part, time }: Pick<PointsBoard, 'format' | 'part' | 'time'>, now: number): number | null {
  if (until === null || back || format === null) return null;
  const played = playedAt(format, part, time, now);
  return played === null || played >= until ? null : until - played;
}

/** The penalties that still leave a side short or a player out at the server's time `now`, with the time that they have left. */
export function runningPenalties(board: PointsBoard, now: number): { given: Given; left: number | null }[] {
  if (board.result !== null) return [];
  return board.penalties
    .map((given) => ({ given, left: leftOf(given, board, now) }))
    .filter(({ given, left }) => left !== null || (given.match && given.until === null && !given.back));
}

/** How many a side may have of what is counted, in a part of the match; null without a limit. */
export function mostOf({ most, overtime, goesOn, per }: Counter, format: PointsFormat, part: number): number | null {
  if (isOvertime(format, part) && !goesOn && overtime !== undefined) return overtime;
  if (most === undefined || most.length === 0) return null;
  const half = part * 2 <= format.periods.count ? 0 : 1;
  const index = per === 'match' ? 0 : per === 'half' ? half : Math.min(part, format.periods.count) - 1;
  return most[Math.min(index, most.length - 1)] ?? null;
}

function pressedName(format: PointsFormat | null, { empty }: PointsSide): string | null {
  const rule = format?.attack?.empty;
  return rule !== undefined && empty >= rule.most ? rule.next : null;
}

function readSide(data: JsonObject, which: Side, format: PointsFormat | null, part: number): PointsSide | null {
  const side = readObject(data[which]);
  const score = readText(side['score']) ?? readText(side['points']) ?? readText(side['goals']);
  if (score === null) return null;
  const counted = readObject(side['counters']);
  const known = Object.entries(format?.counters ?? {}).map(([key, counter]): Count => {
    const count = integer(counted[key]) ?? 0;
    const most = format === null ? null : mostOf(counter, format, part);
    const hasMeaning = counter.from !== undefined && count >= counter.from;
    return { key, title: counter.title, count, left: most === null ? null : Math.max(0, most - count), means: hasMeaning ? (counter.means ?? null) : null };
  });
  const others = Object.entries(counted).flatMap(([key, value]): Count[] => {
    const count = integer(value);
    const isKnown = format?.counters !== undefined && Object.hasOwn(format.counters, key);
    return count === null || isKnown ? [] : [{ key, title: `${key.slice(0, 1).toUpperCase()}${key.slice(1)}`, count, left: null, means: null }];
  });
  return {
    name: readText(side['name']) ?? sideNames[which],
    short: readText(side['short']),
    score,
    counters: [...known, ...others].slice(0, 8),
    players: integer(side['players']),
    empty: integer(side['empty']) ?? 0,
  };
}

function readParts(data: JsonObject, format: PointsFormat | null): PointsBoard['parts'] {
  return readEntries(data['periods'])
    .filter(([key, points]) => /^[1-9]\d?$/.test(key) && (integer(points['home']) !== null || integer(points['away']) !== null))
    .sort(([a], [b]) => Number(a) - Number(b))
    .slice(0, MOST_PARTS)
    .map(([key, points]) => ({
      key,
      short: format === null ? key : partShort(format, Number(key)),
      home: integer(points['home']),
      away: integer(points['away']),
    }));
}

function readPenalties(data: JsonObject, format: PointsFormat | null): Given[] {
  return readEntries(data['penalties'])
    .filter(([number, { side }]) => /^[1-9]\d{0,3}$/.test(number) && (side === 'home' || side === 'away'))
    .sort(([a], [b]) => Number(a) - Number(b))
    .slice(-MOST_PENALTIES)
    .map(([number, { side, name, who, until, match, back }]): Given => {
      const called = readText(name) ?? 'Penalty';
      return {
        number,
        side: side as Side,
        name: called,
        color: format?.penalties?.find((one) => one.name === called)?.color ?? null,
        who: readText(who),
        until: typeof until === 'number' && Number.isFinite(until) ? until : null,
        match: match === true,
        back: back === true,
      };
    });
}

/** A count, such as of points or players. */
function integer(value: unknown): number | null {
  return readWhole(value, 0, Number.MAX_SAFE_INTEGER);
}
