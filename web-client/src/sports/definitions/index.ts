// All sports of the families, by title, and what an event of a sport can be played by. Each other file of this folder is a sport.
import { isSame } from '../../lib/diff';
import { familyIn, type FamilyName } from '../families/family';
import { readPlacingsFormat } from '../families/placings/format';
import { readPlainFormat } from '../families/plain/format';
import { readPointsFormat } from '../families/points/format';
import { readSetsFormat } from '../families/sets/format';
import type { Definition, Format } from './definition';

const files = import.meta.glob<Record<string, Definition>>(['./*.ts', '!./{definition,index,own}.ts', '!./*.test.ts'], { eager: true });

export const definitions: readonly Definition[] = Object.values(files)
  .flatMap((file) => Object.values(file))
  .sort((a, b) => a.title.localeCompare(b.title));

/** The definition of a sport, by its name or another one. */
export function definitionOf(sport: string): Definition | null {
  const name = sport.trim().toLowerCase();
  return definitions.find((definition) => definition.sport === name || (definition.also ?? []).some((other) => other.toLowerCase() === name)) ?? null;
}

const readers: Record<FamilyName, (value: unknown) => Format | null> = {
  placings: readPlacingsFormat,
  plain: readPlainFormat,
  points: readPointsFormat,
  sets: readSetsFormat,
};

/** The format of an event, whatever it holds; null unless a match can be played by it. */
export function readFormat(value: unknown): Format | null {
  const family = familyIn(value);
  return family !== null && readers[family](value) !== null ? (value as Format) : null;
}

/** The formats that a match can have, the usual one first: the event's own, and those of its sport. All are of one family. */
export function formatsFor({ sport, format }: { sport: string; format?: unknown }): { title: string; format: Format }[] {
  const own = readFormat(format);
  const definition = definitionOf(sport);
  // A sport that only has the name of a known one is played by its own format alone.
  const isOther = own !== null && own.family !== definition?.format.family;
  const known = definition === null || isOther ? [] : [{ title: definition.usual ?? 'Usual', format: definition.format }, ...(definition.variants ?? [])];
  if (own === null) return known;
  const same = known.find((one) => isSame(one.format, own));
  return [same ?? { title: 'As set for this match', format: own }, ...known.filter((one) => one !== same)];
}
