// The sports that the administrator's form offers: those with their own console, and all definitions.
import { isSame } from '../lib/diff';
import { definitionOf, definitions } from '../sports/definitions';
import type { Format } from '../sports/definitions/definition';
import { ownSports } from '../sports/definitions/own';

export interface Choice {
  /** What the event's `sport` becomes. */
  sport: string;
  title: string;
}

/** By title. The form asks for the name of any other sport, so it does not offer `other`, which programs write. */
export const choices: readonly Choice[] = [...ownSports, ...definitions]
  .filter(({ sport }) => sport !== 'other')
  .map(({ sport, title }) => ({ sport, title }))
  .sort((a, b) => a.title.localeCompare(b.title));

/** The choice that a sport stands for; null for another sport. */
export function choiceOf(sport: string): Choice | null {
  const name = definitionOf(sport)?.sport ?? sport.trim().toLowerCase();
  return choices.find((choice) => choice.sport === name) ?? null;
}

/** The formats that the form offers for a sport. The usual one is not kept with the event: a match takes it by itself. */
export function variantsOf(sport: string): { title: string; format: Format | null }[] {
  const { usual, variants = [] } = definitionOf(sport) ?? {};
  return variants.length === 0 ? [] : [{ title: usual ?? 'Usual rules', format: null }, ...variants];
}

/** The place of a format among the variants of its sport; -1 for an event's own. */
export function variantIndex(sport: string, format: unknown): number {
  const wanted = isSame(format, definitionOf(sport)?.format) ? null : (format ?? null);
  return variantsOf(sport).findIndex((variant) => isSame(variant.format, wanted));
}
