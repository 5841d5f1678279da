// The sides of a plain match in its state, and the reading of taps.
import { readEntries, readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { readPlainFormat, type PlainFormat } from '../../sports/families/plain/format';
import { nameFor } from '../../sports/families/plain/read';
import { NotAllowed } from '../rules';

export interface Side {
  key: string;
  name: string;
  score: number;
}

export function formatOf(state: JsonObject): PlainFormat {
  return readPlainFormat(state['format']) ?? { family: 'plain', steps: [1] };
}

/** In the order in which they were entered. */
export function sidesIn(state: JsonObject): Side[] {
  return readEntries(state['sides'])
    .filter(([key]) => /^[1-9]\d?$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([key, side]) => {
      const score = Number(readText(side['score']) ?? 0);
      return { key, name: readText(side['name']) ?? nameFor(key), score: Number.isFinite(score) ? score : 0 };
    });
}

/** The side that a tap is about. */
export function sideIn(state: JsonObject, detail: JsonObject): Side {
  const found = sidesIn(state).find(({ key }) => key === readText(detail['side']));
  if (found === undefined) throw new NotAllowed('Select a side.');
  return found;
}

export function withSide(state: JsonObject, key: string, members: JsonObject): JsonObject {
  const sides = readObject(state['sides']);
  return { ...state, sides: { ...sides, [key]: { ...readObject(sides[key]), ...members } } };
}

/** A score without the noise of binary fractions: 0.1 + 0.2 is 0.3. */
export function rounded(score: number): number {
  return Math.round(score * 1_000) / 1_000;
}

/** `+10` or `−5`. */
export function signed(by: number): string {
  return by < 0 ? `−${-by}` : `+${by}`;
}

/** `1 point`, `3 pulls`. */
export function counted(number: number, unit = 'points'): string {
  return `${number} ${number === 1 && unit.endsWith('s') ? unit.slice(0, -1) : unit}`;
}

/** `Harbour Lane 3, Meadow Bank 2`; the first three sides if there are more. */
export function scoreline(state: JsonObject): string {
  const sides = sidesIn(state);
  const shown = sides.length === 2 ? sides : ranked(state).slice(0, 3);
  return shown.map(({ name, score }) => `${name} ${score}`).join(', ');
}

/** The best first. */
export function ranked(state: JsonObject): Side[] {
  const sign = formatOf(state).fewest ? 1 : -1;
  return sidesIn(state).sort((a, b) => sign * (a.score - b.score));
}
