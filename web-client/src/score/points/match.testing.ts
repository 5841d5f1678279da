// Matches of points and periods for tests, by short taps.
import type { Tap } from '../../lib/outbox';
import { readObject } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import type { PointsFormat } from '../../sports/families/points/format';
import { readPoints } from '../../sports/families/points/read';
import type { Side } from '../../sports/families/points/shots';
import { Sheet } from '../sheet.testing';
import { offersFor } from './result';
import { pointsRules } from './rules';

export const MINUTE = 60_000;

export const begin = (format: PointsFormat, more: JsonObject = {}): Tap => ['start', { format, home: 'Reds', away: 'Blues', at: 0, ...more }];
export const home = (key: string, more: JsonObject = {}): Tap => ['score', { side: 'home', key, ...more }];
export const away = (key: string, more: JsonObject = {}): Tap => ['score', { side: 'away', key, ...more }];
export const counted = (side: Side, counter: string, times = 1): Tap[] => Array.from({ length: times }, (): Tap => ['count', { side, counter }]);
export const end: Tap = ['end', {}];
export const period = (number: number): Tap => ['period', { number }];
export const times = (count: number, tap: Tap): Tap[] => Array.from({ length: count }, () => tap);
/** The parts of the match up to this one, without points. */
export const upTo = (part: number): Tap[] => Array.from({ length: part - 1 }, (_, index): Tap[] => [end, period(index + 2)]).flat();

/** A match by the rules of a format. */
export function matchOf(format: PointsFormat, ...taps: Tap[]): Sheet {
  return new Sheet(pointsRules).play(begin(format), ...taps);
}

export function stateOf(format: PointsFormat, ...taps: Tap[]): JsonObject {
  return matchOf(format, ...taps).state;
}

export const scoreIn = (state: JsonObject) => `${readObject(state['home'])['score']}–${readObject(state['away'])['score']}`;
export const memberOf = (state: JsonObject, side: Side, name: string) => readObject(state[side])[name];
export const countOf = (state: JsonObject, side: Side, name: string) => readObject(memberOf(state, side, 'counters'))[name];
export const offered = (state: JsonObject, now = 0) => offersFor(state, now).map(({ text }) => text);
/** What is counted for a side, in the order of the format: how many, how many are left, and what it means. */
export const leftAndMeaning = (state: JsonObject, side: Side) => readPoints(state)?.[side].counters.map(({ count, left, means }) => [count, left, means]);
