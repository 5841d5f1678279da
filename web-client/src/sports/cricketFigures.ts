// Cricket's figures: balls and overs, and the rates computed from them.
import { readText } from '../lib/read';
import type { JsonObject } from '../lib/wire';

/** Overs and balls as balls: `12.3` is 75. Null for anything else. */
export function ballsOf(overs: unknown, ballsInOver: number): number | null {
  const [, whole, part = '0'] = /^(\d{1,4})(?:\.(\d{1,2}))?$/.exec(readText(overs) ?? '') ?? [];
  return whole === undefined ? null : Number(whole) * ballsInOver + Number(part);
}

/** A whole number from 0. Null for anything else. */
export function countOf(value: unknown): number | null {
  const number = Number(readText(value) ?? Number.NaN);
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** The balls of an over: six, unless the match says otherwise. */
export function ballsInOverOf(data: JsonObject): number {
  const balls = countOf(data['ballsInOver']);
  return balls !== null && balls >= 1 && balls <= 12 ? balls : 6;
}

/** Runs per `each` balls, such as an over or a hundred balls; null before the first ball. */
export function rateOf(runs: number | null, balls: number | null, each: number): number | null {
  return runs === null || balls === null || balls === 0 ? null : (runs / balls) * each;
}

/** A rate with its decimals. */
export function rateText(rate: number | null, decimals: number): string | null {
  return rate === null || !Number.isFinite(rate) ? null : rate.toFixed(decimals);
}
