// The names of sides that a state has scores for, but no names: those of the event's competitors.
import type { Competitor } from '../lib/competitors';
import { isObject } from '../lib/merge';
import { readText } from '../lib/read';
import type { JsonObject } from '../lib/wire';

/** The state with a name for each of its two sides, or of its `sides` or `entries` by number. A score alone becomes a side. */
export function withNames(data: JsonObject, competitors: readonly Competitor[]): JsonObject {
  const isSide = (value: unknown) => isObject(value) || typeof value === 'number';
  const named: JsonObject = { ...data };
  if (isSide(data['home']) || isSide(data['away'])) {
    named['home'] = sideOf(data['home'], competitors[0]);
    named['away'] = sideOf(data['away'], competitors[1]);
  }
  for (const member of ['sides', 'entries'] as const) {
    const numbered = data[member];
    if (!isObject(numbered)) continue;
    named[member] = Object.fromEntries(Object.entries(numbered).map(([number, side]) => [number, sideOf(side, competitors[Number(number) - 1])]));
  }
  return named;
}

function sideOf(value: unknown, competitor: Competitor | undefined): unknown {
  if (competitor === undefined) return value;
  if (value === undefined) return { name: competitor.name };
  if (typeof value === 'number') return { name: competitor.name, score: value };
  return isObject(value) && readText(value['name']) === null ? { ...value, name: competitor.name } : value;
}
