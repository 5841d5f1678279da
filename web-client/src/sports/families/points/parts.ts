// The parts of a match, numbered through: its periods, then those of overtime. How they are called, and how much of the match
// was played before each.
import { clockAt, type Clock } from '../../clock';
import type { PointsFormat } from './format';

const MINUTE = 60_000;

/** More parts than any match has. */
export const MOST_PARTS = 99;

/** Up to here numbers are written out. */
const ordinals = ['First', 'Second', 'Third', 'Fourth'];

export function isOvertime({ periods }: PointsFormat, part: number): boolean {
  return part > periods.count;
}

/** `Third quarter`, `Period 7`, `Overtime 2`. */
export function partName(format: PointsFormat, part: number): string {
  const { periods, overtime } = format;
  if (isOvertime(format, part)) {
    const name = overtime?.name ?? 'Overtime';
    return overtime?.most === 1 ? name : `${name} ${part - periods.count}`;
  }
  if (periods.count === 1) return periods.name;
  return periods.count <= ordinals.length ? `${ordinals[part - 1]} ${periods.name.toLowerCase()}` : `${periods.name} ${part}`;
}

/** `Q3`, `OT1`. */
export function partShort(format: PointsFormat, part: number): string {
  const { periods, overtime } = format;
  if (!isOvertime(format, part)) return `${periods.short}${periods.count === 1 ? '' : part}`;
  return `${overtime?.short ?? 'OT'}${overtime?.most === 1 ? '' : part - periods.count}`;
}

/** What the pause after a part is called. */
export function breakName(format: PointsFormat, part: number): string {
  const { count } = format.periods;
  if (part === count) return 'End of normal time';
  return part * 2 === count ? 'Half-time' : `End of ${inSentence(partName(format, part))}`;
}

/** A name within a sentence: `third quarter`. */
export function inSentence(name: string): string {
  return name.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}

/** The length of a part in milliseconds; 0 without a time. */
export function lengthOf(format: PointsFormat, part: number): number {
  return (isOvertime(format, part) ? (format.overtime?.minutes ?? 0) : format.periods.minutes) * MINUTE;
}

/** The time of all parts before one, in milliseconds. */
export function playedBefore(format: PointsFormat, part: number): number {
  const { count } = format.periods;
  return Math.min(part - 1, count) * lengthOf(format, 1) + Math.max(0, part - 1 - count) * lengthOf(format, count + 1);
}

/** The clock of a part before it begins; null if it has none. */
export function clockFor(format: PointsFormat, part: number, at: number): Clock | null {
  const { clock } = format;
  const length = lengthOf(format, part);
  if (clock === undefined || length === 0) return null;
  const from = clock.direction === 'up' && clock.continues ? playedBefore(format, part) : 0;
  const stands = { running: false, at: Math.round(at), direction: clock.direction };
  return clock.direction === 'down' ? { ...stands, value: length } : { ...stands, value: from, limit: from + length };
}

/** How much of the match was played at the server's time `now`, in milliseconds. Null without a clock. */
export function playedAt(format: PointsFormat, part: number, clock: Clock | null, now: number): number | null {
  if (clock === null) return null;
  const shown = clockAt(clock, now);
  const from = playedBefore(format, part);
  if (clock.direction === 'down') return from + Math.max(0, lengthOf(format, part) - shown);
  return format.clock?.continues ? shown : from + shown;
}

/** The half of the match that a part belongs to, from 1. Overtime is none of both, so each part of it is its own. */
export function halfOf(format: PointsFormat, part: number): number {
  if (isOvertime(format, part)) return 2 + part - format.periods.count;
  return part * 2 <= format.periods.count ? 1 : 2;
}
