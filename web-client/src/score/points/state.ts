// The state of a match of points and periods, as the rules change it.
import { readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { clockFace, readClock } from '../../sports/clock';
import { readPointsFormat, type PointsFormat } from '../../sports/families/points/format';
import { MOST_PARTS, partShort } from '../../sports/families/points/parts';
import { bothSides, type Side } from '../../sports/families/points/shots';
import { NotAllowed } from '../rules';

/** The rules of the match. They are in its state, so that a replay needs nothing else. */
export function formatOf(state: JsonObject): PointsFormat {
  const format = readPointsFormat(state['format']);
  if (format === null || state['part'] === undefined) throw new NotAllowed('Set the match up first.');
  return format;
}

/** The side that a tap is about. */
export function sideIn(detail: JsonObject): Side {
  const { side } = detail;
  if (side !== 'home' && side !== 'away') throw new NotAllowed('Select a side.');
  return side;
}

/** A text that a tap must have. */
export function textIn(detail: JsonObject, field: string, what: string): string {
  const text = readText(detail[field])?.trim();
  if (!text) throw new NotAllowed(`Enter ${what}.`);
  return text;
}

export function nameOf(state: JsonObject, side: Side): string {
  return readText(readObject(state[side])['name']) ?? (side === 'home' ? 'Home' : 'Away');
}

export function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : 0;
}

export function scoreOf(state: JsonObject, side: Side): number {
  return count(readObject(state[side])['score']);
}

export function partOf(state: JsonObject): number {
  return Math.min(Math.max(1, count(state['part'])), MOST_PARTS);
}

/** `United States 54, France 50`. */
export function scoreWords(state: JsonObject): string {
  return bothSides.map((side) => `${nameOf(state, side)} ${scoreOf(state, side)}`).join(', ');
}

/** The points of a side in a part of the match. */
export function pointsIn(state: JsonObject, part: number, side: Side): number {
  return count(readObject(readObject(state['periods'])[part])[side]);
}

/** The state with other members of a side. One that is undefined is removed. */
export function withSide(state: JsonObject, side: Side, members: JsonObject): JsonObject {
  return { ...state, [side]: defined({ ...readObject(state[side]), ...members }) };
}

/** The state with points for a side, in the running part of the match. */
export function withPoints(state: JsonObject, side: Side, points: number): JsonObject {
  const part = partOf(state);
  const periods = readObject(state['periods']);
  const inPart = { home: 0, away: 0, ...readObject(periods[part]), [side]: pointsIn(state, part, side) + points };
  return { ...withSide(state, side, { score: scoreOf(state, side) + points }), periods: { ...periods, [part]: inPart } };
}

/** Where in the match a state stands, such as `Q3 4:12`, at the server's time `at`. */
export function markOf(state: JsonObject, at: unknown): string {
  const format = formatOf(state);
  const part = partOf(state);
  if (state['result'] !== undefined) return readText(state['period']) ?? 'Full time';
  if (state['shootOut'] !== undefined) return format.shootOut?.name ?? 'Shoot-out';
  if (state['break'] === true) return part * 2 === format.periods.count ? 'Half-time' : `End of ${partShort(format, part)}`;
  const clock = readClock(state['clock']);
  if (clock === null) return partShort(format, part);
  const now = typeof at === 'number' && Number.isFinite(at) ? at : clock.at;
  return `${partShort(format, part)} ${clockFace(clock, now, format.clock?.tenths)}`;
}

export function defined(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
