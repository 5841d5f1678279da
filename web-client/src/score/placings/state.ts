// The entries of a contest in its state, and the places that follow from them.
import { readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { readEntriesOf, type Entry } from '../../sports/families/placings/entry';
import { readPlacingsFormat, type PlacingsFormat } from '../../sports/families/placings/format';
import { nameOf } from '../../sports/families/placings/read';
import { placesOf, standingsOf } from '../../sports/families/placings/rank';
import { NotAllowed } from '../rules';

const plain: PlacingsFormat = { family: 'placings', measure: 'time', better: 'lower', decimals: 2, rounding: 'down', ties: 'shared' };

export function formatOf(state: JsonObject): PlacingsFormat {
  return readPlacingsFormat(state['format']) ?? plain;
}

/** The entry that a tap is about. */
export function entryIn(state: JsonObject, detail: JsonObject): Entry {
  const found = readEntriesOf(state).find(({ key }) => key === readText(detail['entry']));
  if (found === undefined) throw new NotAllowed('Select an entry.');
  return found;
}

export function calledIn(state: JsonObject, key: string): string {
  const entry = readEntriesOf(state).find((one) => one.key === key);
  return entry === undefined ? '' : nameOf(entry);
}

/** The state with members of an entry changed. A member of null is removed. */
export function withEntry(state: JsonObject, key: string, members: JsonObject): JsonObject {
  const entries = readObject(state['entries']);
  const entry = Object.entries({ ...readObject(entries[key]), ...members }).filter(([, value]) => value !== null);
  return { ...state, entries: { ...entries, [key]: Object.fromEntries(entry) } };
}

/** The number of the next entry, height or round. Numbers are never used again. */
export function nextKey(value: unknown): string {
  return String(Math.max(0, ...Object.keys(readObject(value)).map((key) => Number(key) || 0)) + 1);
}

/** The state with the marks that follow from attempts, and the places that follow from the marks: in a heat, and in all. */
export function settled(state: JsonObject): JsonObject {
  const format = formatOf(state);
  const all = readEntriesOf(state);
  const heats = [...new Set(all.map(({ heat }) => heat))];
  const inHeats = new Map(heats.flatMap((heat) => [...placesOf(standingsOf(format, state, all.filter((entry) => entry.heat === heat)))]));
  const standings = standingsOf(format, state, all);
  const overall = heats.length < 2 ? new Map<string, number>() : placesOf(standings);
  const isMade = format.attempts !== undefined || format.bar !== undefined;
  return standings.reduce((now, { entry: { key }, text }) => {
    const places = { place: inHeats.get(key) ?? null, overall: overall.get(key) ?? null };
    return withEntry(now, key, { ...(isMade ? { mark: text } : {}), ...places });
  }, state);
}
