// Reads a score of any two or more sides, as the console or another program writes it.
import { isObject } from '../../../lib/merge';
import { clip, readObject, readText } from '../../../lib/read';
import type { JsonObject, Summary, SummarySide } from '../../../lib/wire';
import { readClock, type Clock } from '../../clock';
import { bothSides, sideNames, sideOf } from '../../side';
import { fitted } from '../fitted';
import { MOST_SIDES, readPlainFormat } from './format';

export interface PlainSide {
  /** Its key in the state: `1`, `2`…, or `home` and `away`. */
  key: string;
  name: string | null;
  score: string;
  /** The score, if it is a number. */
  points: number | null;
  /** `1`, or `2=` for a shared place. Null for two sides, and without a format. */
  place: string | null;
}

export interface PlainBoard {
  /** In the order of the state. */
  sides: PlainSide[];
  unit: string | null;
  period: string | null;
  clock: Clock | null;
  result: string | null;
  commentary: string | null;
}

/** The members of a side that may hold its score, the first one first. */
const scores = ['score', 'points', 'goals'];

/** Null unless the data has the scores of two sides, or of one of `home` and `away`. Never throws. */
export function readPlain(data: JsonObject): PlainBoard | null {
  const format = readPlainFormat(data['format']);
  const numbered = Object.entries(readObject(data['sides']))
    .filter(([key, side]) => /^[1-9]\d?$/.test(key) && (isObject(side) || bareScore(side) !== null))
    .sort(([a], [b]) => Number(a) - Number(b));
  const sides = numbered.length >= 2 ? numbered.slice(0, MOST_SIDES).map(([key, side]) => readSide(key, side) ?? unscored(key, side)) : twoSides(data);
  if (sides === null) return null;
  return {
    sides: format !== null && sides.length > 2 ? placed(sides, format.fewest === true) : sides,
    unit: format?.unit ?? null,
    period: readText(data['period']),
    clock: readClock(data['clock']),
    result: readText(data['result']),
    commentary: readText(data['commentary']),
  };
}

/** A program may have written the score of one team so far: the other one has none yet. What is there and is no side is shown as a value. */
function twoSides(data: JsonObject): PlainSide[] | null {
  const home = readSide('home', data['home']);
  const away = readSide('away', data['away']);
  const isOther = bothSides.some((key) => data[key] !== undefined && !isObject(data[key]) && readSide(key, data[key]) === null);
  if (isOther || (home === null && away === null)) return null;
  return [home ?? unscored('home', data['home']), away ?? unscored('away', data['away'])];
}

function readSide(key: string, value: unknown): PlainSide | null {
  const members = readObject(value);
  const score = isObject(value) ? scores.map((name) => readText(members[name])).find((text) => text !== null) : bareScore(value);
  if (score === undefined || score === null) return null;
  const points = Number(score);
  return { key, name: readText(members['name']), score, points: Number.isFinite(points) ? points : null, place: null };
}

/** A side may be its score alone. A text such as a name is none. */
function bareScore(value: unknown): string | null {
  const text = readText(value);
  return text !== null && /^[-−]?\d/.test(text) ? text : null;
}

function unscored(key: string, value: unknown): PlainSide {
  return { key, name: readText(readObject(value)['name']), score: '0', points: 0, place: null };
}

/** The sides with their places. Equal scores share a place, and the next one is left out: 1, 1, 3. */
function placed(sides: readonly PlainSide[], isFewest: boolean): PlainSide[] {
  const isBetter = (one: PlainSide, other: PlainSide) => ((one.points ?? 0) - (other.points ?? 0)) * (isFewest ? -1 : 1) > 0;
  return sides.map((side) => {
    const place = 1 + sides.filter((other) => isBetter(other, side)).length;
    const isShared = sides.some((other) => other !== side && other.points === side.points);
    return { ...side, place: `${place}${isShared ? '=' : ''}` };
  });
}

/** In the order of their places; two sides, and sides without places, as they are. */
export function inOrder(sides: readonly PlainSide[]): PlainSide[] {
  return [...sides].sort((a, b) => (a.place === null || b.place === null ? 0 : Number.parseInt(a.place) - Number.parseInt(b.place)));
}

/** The name to show for a side that has none. */
export function nameFor(key: string): string {
  const side = sideOf(key);
  return side === null ? `Side ${key}` : sideNames[side];
}

export function plainSummary(data: JsonObject): Summary | null {
  const board = readPlain(data);
  if (board === null) return null;
  const sides = inOrder(board.sides).map((side): SummarySide => ({
    name: clip(side.name ?? nameFor(side.key), 60),
    score: clip(side.score, 24),
    ...(side.place === null ? {} : { place: side.place }),
  }));
  return fitted({
    sides,
    ...(board.period === null || board.result !== null ? {} : { period: clip(board.period, 60) }),
    ...(board.clock === null || board.result !== null ? {} : { clock: board.clock }),
    ...(board.result === null ? {} : { result: clip(board.result, 160) }),
  });
}
