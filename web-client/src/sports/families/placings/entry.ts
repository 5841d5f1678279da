// The entries of a state, read with care.
import { cut, readEntries, readObject, readText } from '../../../lib/read';
import type { JsonObject } from '../../../lib/wire';

/** Did not start, did not finish, disqualified, withdrawn. */
export const statuses = ['DNS', 'DNF', 'DQ', 'WD'] as const;
export type Status = (typeof statuses)[number];

export interface Entry {
  /** Its number in the state. */
  key: string;
  name: string | null;
  team: string | null;
  lane: string | null;
  heat: string | null;
  /** Such as a record, or `Q`. */
  note: string | null;
  /** As it is shown. */
  mark: string | null;
  /** With the digits that are not shown. */
  exact: string | null;
  place: number | null;
  status: Status | null;
  /** Why it was disqualified. */
  reason: string | null;
  /** By number: a mark, `x` for a failure, `-` for a pass. Over a bar, by the number of the height: such as `xo`. */
  attempts: ReadonlyMap<string, string>;
  winds: ReadonlyMap<string, string>;
  /** Jumps of a jump-off by its rounds: `o`, `x`, or `r` of an entry that stops. */
  jumpOff: ReadonlyMap<string, string>;
  /** When it finished: the first one is 1. */
  order: number | null;
}

/** The most entries that are read. */
const MOST = 500;

/** In the order of their numbers. Empty if the state has none. */
export function readEntriesOf(data: JsonObject): Entry[] {
  return readEntries(data['entries'])
    .filter(([key]) => isNumber(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .slice(0, MOST)
    .map(([key, entry]) => ({
      key,
      name: readText(entry['name']),
      team: readText(entry['team']),
      lane: readText(entry['lane']),
      heat: readText(entry['heat']),
      note: readText(entry['note']),
      mark: readText(entry['mark']),
      exact: readText(entry['exact']),
      place: placeIn(entry['place']),
      status: statusIn(entry['status']),
      reason: readText(entry['reason']),
      attempts: textsIn(entry['attempts']),
      winds: textsIn(entry['winds']),
      jumpOff: textsIn(entry['jumpOff']),
      order: placeIn(entry['order']),
    }));
}

/** A member of texts by number, such as the attempts of an entry or the heights of a bar. */
export function textsIn(value: unknown): Map<string, string> {
  const texts = Object.entries(readObject(value)).flatMap(([key, member]): [string, string][] => {
    const text = cut(readText(member)?.trim().replaceAll('–', '-') ?? '', 24);
    return isNumber(key) && text ? [[key, text]] : [];
  });
  return new Map(texts.sort(([a], [b]) => Number(a) - Number(b)).slice(0, MOST));
}

/** Swimming writes DSQ, and some programs lower case. */
function statusIn(value: unknown): Status | null {
  const text = readText(value)?.trim().toUpperCase();
  return text === 'DSQ' ? 'DQ' : (statuses.find((status) => status === text) ?? null);
}

function isNumber(key: string): boolean {
  return /^[1-9]\d{0,3}$/.test(key);
}

function placeIn(value: unknown): number | null {
  const place = Number(/^\d{1,4}/.exec(readText(value) ?? '')?.[0] ?? Number.NaN);
  return place > 0 ? place : null;
}
