// The rules of a sport of sets, as data: to how many a set is, who serves, when the ends change.
import { isObject } from '../../../lib/merge';
import { readObject, readShort, readWhole } from '../../../lib/read';
import { isFormatOf, type Format } from '../../definitions/definition';

export interface SetsFormat extends Format {
  family: 'sets';
  /** The side that wins most of this many sets wins the match. */
  bestOf: number;
  /** What a set is called; `Set` by default. Badminton says `Game`. */
  unit?: string;
  set: SetRule;
  /** The deciding set, if it is played by other rules. */
  last?: SetRule;
  /** Left out for a sport without a serve. */
  serve?: ServeRule;
  /** The sides change ends after each set, or after the odd games of each set as in tennis. */
  ends?: 'sets' | 'games';
  /** How many timeouts each side has, in each set or in the whole match. */
  timeouts?: { each: number; per: 'set' | 'match' };
}

/** How a set is won. */
export interface SetRule {
  /** The points that win the set; the games, in a set of games. */
  to: number;
  /** The lead that is needed; 1 for none. */
  by: number;
  /** The points that win the set whatever the lead. */
  cap?: number;
  /** A set of games, as in tennis. */
  games?: GameRule;
  /** The most points of one entry; 1 by default. A board of carrom brings up to 12. */
  most?: number;
  /** After this many entries the set goes to the side that leads, such as after 8 boards of carrom. */
  entries?: number;
  /** The sides also change ends once a side has `at` points, or each time `every` points are played. */
  ends?: { at: number } | { every: number };
}

/** How a game within a set is won. */
export interface GameRule {
  /** 4 in tennis, where the points are called 15, 30, 40 and game. */
  to: number;
  /** 2 with advantage, 1 without: then the point at 40–40 decides. */
  by: number;
  /** Played at `at` games each. Without it a set goes on until a side leads by `by` games. */
  tiebreak?: { at: number; to: number; by: number };
}

export interface ServeRule {
  /**
   * Who serves next: `rally`, the side that won the rally; `every`, the other side after each `every` points, and after each
   * point once both sides are one short of `to`; `game`, the other side after each game, and in a tie-break after the first
   * point and then after each two.
   */
  moves: 'rally' | 'every' | 'game';
  every?: number;
  /** Who serves first in the next set: the winner of this one, or the side that did not serve first in this one. */
  next: 'winner' | 'other';
  /** A toss decides who serves first in the deciding set. */
  toss?: boolean;
  /** Only the serving side scores. A rally that it loses moves the serve. */
  sideOut?: boolean;
  /** With `sideOut`: how many players of a side serve in turn before the serve moves. */
  servers?: number;
}

const MOST_SETS = 15;
const MOST_POINTS = 999;

/** A format as an app wrote it; null if it is none. Members that make no sense are left out. */
export function readSetsFormat(value: unknown): SetsFormat | null {
  if (!isFormatOf('sets', value)) return null;
  const bestOf = readWhole(value['bestOf'], 1, MOST_SETS);
  const set = readRule(value['set']);
  if (bestOf === null || set === null) return null;
  const unit = readShort(value['unit'], 20);
  const last = readRule(value['last']);
  const serve = readServe(value['serve']);
  const { ends, timeouts } = value;
  const each = readWhole(readObject(timeouts)['each'], 1, 20);
  return {
    family: 'sets',
    bestOf,
    ...(unit ? { unit } : {}),
    set,
    ...(last ? { last } : {}),
    ...(serve ? { serve } : {}),
    ...(ends === 'sets' || ends === 'games' ? { ends } : {}),
    ...(each === null ? {} : { timeouts: { each, per: readObject(timeouts)['per'] === 'match' ? 'match' : 'set' } }),
  };
}

function readRule(value: unknown): SetRule | null {
  if (!isObject(value)) return null;
  const to = readWhole(value['to'], 1, MOST_POINTS);
  if (to === null) return null;
  const cap = readWhole(value['cap'], to, MOST_POINTS);
  const games = readGames(value['games']);
  const most = readWhole(value['most'], 1, 99);
  const entries = readWhole(value['entries'], 1, 99);
  const [at, every] = ['at', 'every'].map((name) => readWhole(readObject(value['ends'])[name], 1, MOST_POINTS));
  return {
    to,
    by: readWhole(value['by'], 1, 10) ?? 1,
    ...(cap === null ? {} : { cap }),
    ...(games === null ? {} : { games }),
    ...(most === null ? {} : { most }),
    ...(entries === null ? {} : { entries }),
    ...(typeof at === 'number' ? { ends: { at } } : typeof every === 'number' ? { ends: { every } } : {}),
  };
}

function readGames(value: unknown): GameRule | null {
  if (!isObject(value)) return null;
  const to = readWhole(value['to'], 1, 99);
  if (to === null) return null;
  const { at, to: points, by } = readObject(value['tiebreak']);
  const [from, enough] = [readWhole(at, 1, 99), readWhole(points, 1, 99)];
  return {
    to,
    by: readWhole(value['by'], 1, 10) ?? 1,
    ...(from === null || enough === null ? {} : { tiebreak: { at: from, to: enough, by: readWhole(by, 1, 10) ?? 2 } }),
  };
}

function readServe(value: unknown): ServeRule | null {
  if (!isObject(value)) return null;
  const { moves, next, toss, sideOut } = value;
  if (moves !== 'rally' && moves !== 'every' && moves !== 'game') return null;
  const servers = readWhole(value['servers'], 1, 2);
  return {
    moves,
    ...(moves === 'every' ? { every: readWhole(value['every'], 1, 99) ?? 2 } : {}),
    next: next === 'winner' ? 'winner' : 'other',
    ...(toss === true ? { toss } : {}),
    ...(sideOut === true ? { sideOut } : {}),
    ...(sideOut === true && servers !== null ? { servers } : {}),
  };
}
