// The rules of a sport of points and periods, as data: what scores, the periods and their clock, and what is counted besides.
import { readEntries, readList, readNumber, readObject, readWhole } from '../../../lib/read';
import type { JsonObject } from '../../../lib/wire';
import { isFormatOf, type Format } from '../../definitions/definition';

export interface PointsFormat extends Format {
  family: 'points';
  /** What scores, in the order of the keys. */
  keys: readonly ScoreKey[];
  periods: Periods;
  /** The clock of a period; none without it. */
  clock?: ClockFormat;
  /** What is played after a draw. */
  overtime?: Overtime;
  /** Shots that decide a draw. */
  shootOut?: ShootOutFormat;
  /** The score that wins at once, such as 21. */
  target?: number;
  /** What is counted for each side besides the score, by its name in the state, such as `fouls`. */
  counters?: Readonly<Record<string, Counter>>;
  /** Cards and other penalties. */
  penalties?: readonly Penalty[];
  /** The side that attacks, raids or has the ball. */
  attack?: Attack;
  /** How many players a side has on the court, where they go out and come back. */
  players?: number;
}

export interface ScoreKey {
  /** What happened, such as `3 points` or `Try`. */
  name: string;
  /** What the key says, if that is not the name, such as `+3`. */
  label?: string;
  points: number;
  /** The side that can score so, in a sport with an attack. */
  by?: 'attack' | 'defence';
  /** How many players of the other side go out; the same number of this side comes back. */
  takes?: number;
  /** All players of the other side, who were out, come back. */
  refills?: true;
  /** The attack is over. */
  ends?: true;
  /** The key stands under "More". */
  rare?: true;
}

export interface Periods {
  count: number;
  minutes: number;
  /** What one is called, such as `Quarter`. */
  name: string;
  /** Before its number, such as `Q` in `Q3`. */
  short: string;
}

export interface ClockFormat {
  direction: 'up' | 'down';
  /** A clock up goes on from where the period before ended, such as 40:00. */
  continues?: true;
  /** The last minute has tenths. */
  tenths?: true;
}

export interface Overtime {
  name: string;
  short: string;
  /** 0 without a time. */
  minutes: number;
  /** How many are played before they decide, such as two halves. */
  each?: number;
  /** How many are played at most; as many as needed without it. */
  most?: number;
  /** The points in overtime that win at once: 1 for sudden death. */
  target?: number;
}

export interface ShootOutFormat {
  name: string;
  /** What one is called, such as `Shot`. */
  shot: string;
  /** Shots of a side before sudden death. */
  rounds: number;
}

export interface Counter {
  /** One of them: `Foul`. */
  name: string;
  /** What its key says, if that is not the name. */
  label?: string;
  /** All of them, as on the board: `Fouls`. */
  title: string;
  /** When it begins anew. */
  per: 'period' | 'half' | 'match';
  /** From which number on it means something. */
  from?: number;
  /** What it means then, such as `Bonus`. */
  means?: string;
  /** How many a side has in each period, half or match; the last number is for all that follow. */
  most?: readonly number[];
  /** How many a side has in an overtime. */
  overtime?: number;
  /** Overtime counts on from the period before. */
  goesOn?: true;
}

export interface Penalty {
  /** Such as `Yellow card`. */
  name: string;
  color?: 'green' | 'yellow' | 'red';
  /** How long the side is a player short. */
  seconds?: number;
  /** The player is out for the rest of the match. */
  match?: true;
}

export interface Attack {
  /** What it is called, such as `Raid`. */
  name: string;
  /** When the other side has it: after a key that ends it, in the next period, after each score, or as the scorer says. */
  passes: 'end' | 'period' | 'score' | 'tap';
  /** After `most` attacks of a side in a row without a point, the next one is called `next`. Without a point in it, the other side gets `points`. */
  empty?: { name: string; most: number; next: string; points: number };
}

const NAME = 40;

/** A format of any JSON. Null if it is none: this format decides about a match, so that nothing of it is guessed. */
export function readPointsFormat(value: unknown): PointsFormat | null {
  if (!isFormatOf('points', value)) return null;
  const { clock, overtime, shootOut, attack, counters } = value;
  const keys = all(readList(value['keys']), readKey);
  const periods = readPeriods(value['periods']);
  const parts = {
    ...optional('clock', clock, readClockFormat),
    ...optional('overtime', overtime, readOvertime),
    ...optional('shootOut', shootOut, readShootOutFormat),
    ...optional('attack', attack, readAttack),
    ...optional('target', value['target'], (target) => readWhole(target, 1, 10_000)),
    ...optional('players', value['players'], (players) => readWhole(players, 1, 30)),
    ...optional('counters', counters, readCounters),
    ...optional('penalties', value['penalties'], (list) => all(readList(list), readPenalty)),
  };
  if (keys === null || keys.length === 0 || keys.length > 12 || periods === null) return null;
  if (new Set(keys.map(({ name }) => name)).size < keys.length) return null;
  if (Object.values(parts).includes(null as never)) return null;
  return { family: 'points', keys, periods, ...parts } as PointsFormat;
}

/** A number alone is a key too, so that a form can ask for "1, 2, 3". */
function readKey(value: unknown): ScoreKey | null {
  if (typeof value === 'number') return readKey({ name: value === 1 ? '1 point' : `${value} points`, label: `+${value}`, points: value });
  const { name, label, points, by, takes, refills, ends, rare } = readObject(value);
  const read = { name: text(name), points: readWhole(points, 0, 100) };
  if (read.name === null || read.points === null) return null;
  return {
    name: read.name,
    points: read.points,
    ...(text(label, 12) === null ? {} : { label: text(label, 12) as string }),
    ...(by === 'attack' || by === 'defence' ? { by } : {}),
    ...(readWhole(takes, 1, 30) === null ? {} : { takes: takes as number }),
    ...flags({ refills, ends, rare }),
  };
}

function readPeriods(value: unknown): Periods | null {
  const { count, minutes, name, short } = readObject(value);
  const read = { count: readWhole(count, 1, 20), minutes: readNumber(minutes ?? 0, 0, 240), name: text(name ?? 'Period') };
  if (read.count === null || read.minutes === null || read.name === null) return null;
  return { ...(read as Omit<Periods, 'short'>), short: text(short, 6) ?? ([...read.name][0] ?? '').toUpperCase() };
}

function readClockFormat(value: unknown): ClockFormat | null {
  const { direction, continues, tenths } = readObject(value);
  return direction === 'up' || direction === 'down' ? { direction, ...flags({ continues, tenths }) } : null;
}

function readOvertime(value: unknown): Overtime | null {
  const { name, short, minutes, each, most, target } = readObject(value);
  const read = { name: text(name), short: text(short, 6), minutes: readNumber(minutes, 0, 240) };
  if (read.name === null || read.short === null || read.minutes === null) return null;
  const counts = Object.entries({ each, most, target }).filter(([, count]) => readWhole(count, 1, 100) !== null);
  return { ...read, ...Object.fromEntries(counts) } as Overtime;
}

function readShootOutFormat(value: unknown): ShootOutFormat | null {
  const { name, shot, rounds } = readObject(value);
  const read = { name: text(name), shot: text(shot), rounds: readWhole(rounds, 1, 20) };
  return read.name === null || read.shot === null || read.rounds === null ? null : (read as ShootOutFormat);
}

/** Names of counters become members of a state. */
const MEMBER = /^[a-z][a-zA-Z]{0,19}$/;

function readCounters(value: unknown): Record<string, Counter> | null {
  const entries = readEntries(value).map(([name, counter]): [string, Counter | null] => [name, MEMBER.test(name) && name !== 'constructor' ? readCounter(counter) : null]);
  if (entries.length > 4 || entries.some(([, counter]) => counter === null)) return null;
  return Object.fromEntries(entries) as Record<string, Counter>;
}

function readCounter({ name, label, title, per, from, means, most, overtime, goesOn }: JsonObject): Counter | null {
  const read = { name: text(name), title: text(title) };
  if (read.name === null || read.title === null || (per !== 'period' && per !== 'half' && per !== 'match')) return null;
  const counts = all(readList(most), (count) => readWhole(count, 0, 100));
  return {
    name: read.name,
    ...(text(label, 12) === null ? {} : { label: text(label, 12) as string }),
    title: read.title,
    per,
    ...(readWhole(from, 1, 100) === null ? {} : { from: from as number }),
    ...(text(means) === null ? {} : { means: text(means) as string }),
    ...(counts === null || counts.length === 0 ? {} : { most: counts.slice(0, 20) }),
    ...(readWhole(overtime, 0, 100) === null ? {} : { overtime: overtime as number }),
    ...flags({ goesOn }),
  };
}

function readPenalty(value: unknown): Penalty | null {
  const { name, color, seconds, match } = readObject(value);
  const read = text(name);
  if (read === null) return null;
  return {
    name: read,
    ...(color === 'green' || color === 'yellow' || color === 'red' ? { color } : {}),
    ...(readWhole(seconds, 1, 7_200) === null ? {} : { seconds: seconds as number }),
    ...flags({ match }),
  };
}

function readAttack(value: unknown): Attack | null {
  const { name, passes, empty } = readObject(value);
  const read = text(name);
  if (read === null || (passes !== 'end' && passes !== 'period' && passes !== 'score' && passes !== 'tap')) return null;
  const { name: called, most, next, points } = readObject(empty);
  const count = { name: text(called), most: readWhole(most, 1, 20), next: text(next), points: readWhole(points, 0, 100) };
  const isWhole = !Object.values(count).includes(null);
  return { name: read, passes, ...(isWhole ? { empty: count as NonNullable<Attack['empty']> } : {}) };
}

function text(value: unknown, most = NAME): string | null {
  return typeof value === 'string' && value.trim() !== '' && value.length <= most ? value : null;
}

/** Each member read; null if one of them can't be, or if they are too many. */
function all<T>(list: unknown[], read: (value: unknown) => T | null): T[] | null {
  const found = list.slice(0, 40).map(read);
  return list.length > 40 || found.includes(null) ? null : (found as T[]);
}

/** The flags that are set. */
function flags(values: JsonObject): Record<string, true> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value === true)) as Record<string, true>;
}

/** A member that may be missing; null if it is there and can't be read. */
function optional<Name extends string, T>(name: Name, value: unknown, read: (value: unknown) => T | null): { [key in Name]?: T | null } {
  return (value === undefined || value === null ? {} : { [name]: read(value) }) as { [key in Name]?: T | null };
}
