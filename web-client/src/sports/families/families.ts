// The families of sports as viewers see them. Loaded on demand: the pages of cricket, football and chess do without.
import type { Component } from 'svelte';
import type { Competitor } from '../../lib/competitors';
import type { JsonObject, Summary } from '../../lib/wire';
import { familyIn, type FamilyName } from './family';
import { placingsSummary, readPlacings } from './placings/read';
import { plainSummary, readPlain } from './plain/read';
import { pointsSummary, readPoints } from './points/read';
import { readSets, setsSummary } from './sets/read';

export interface BoardProps {
  data: JsonObject;
  /** Returns the time since the update in milliseconds; null if no clock runs. */
  elapsed?: (() => number) | null;
  /** The event's. */
  title?: string;
  /** The event's, for sides without names, and for colours. */
  competitors?: readonly Competitor[];
}

export interface Family {
  /** Whether the data has the shape of the family. */
  fits: (data: JsonObject) => boolean;
  summary: (data: JsonObject) => Summary | null;
  board: () => Promise<{ default: Component<BoardProps> }>;
}

export const families: Record<FamilyName, Family> = {
  placings: { fits: (data) => readPlacings(data) !== null, summary: placingsSummary, board: () => import('./placings/Placings.svelte') },
  points: { fits: (data) => readPoints(data) !== null, summary: pointsSummary, board: () => import('./points/Points.svelte') },
  plain: { fits: (data) => readPlain(data) !== null, summary: plainSummary, board: () => import('./plain/Plain.svelte') },
  sets: { fits: (data) => readSets(data) !== null, summary: setsSummary, board: () => import('./sets/Sets.svelte') },
};

/** A state without a format may fit several families: the most specific shape comes first. */
const byShape: readonly FamilyName[] = ['placings', 'sets', 'points', 'plain'];

/** The family that a state names in its format, or whose shape it has. */
export function familyOf(data: JsonObject): Family | null {
  const named = familyIn(data['format']);
  const names = named === null ? byShape : [named, ...byShape];
  return names.map((name) => families[name]).find((family) => family.fits(data)) ?? null;
}
