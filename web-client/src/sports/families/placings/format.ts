// The rules of a contest of the family `placings`: entries with a mark each, placed by rule.
import { isObject } from '../../../lib/merge';
import { readList, readObject, readShort, readWhole } from '../../../lib/read';
import { isFormatOf, type Format } from '../../definitions/definition';

export type Measure = 'time' | 'distance' | 'height' | 'weight' | 'points';

/**
 * How equal marks are separated. Entries that stay equal share a place, and the next one is left out: 1, 1, 3.
 * - `shared`: not at all.
 * - `exact`: by digits that are measured but not shown, such as the thousandths of a photo finish.
 * - `attempts`: by the next best attempt.
 * - `bar`: by fewer failures at the last height cleared, then in all up to it, then by a jump-off.
 * - `first`: the entry that reached the total first: with the lower best of the last group, then in an earlier attempt.
 * - `order`: in the order of finishing.
 */
export type Ties = 'shared' | 'exact' | 'attempts' | 'bar' | 'first' | 'order';

export interface Attempts {
  /** How many each entry has; with groups, in each of them. */
  count: number;
  /** Which attempt is the mark. With groups, the mark is the sum of those of the groups. */
  counts: 'best' | 'last' | 'sum';
  /** Such as Snatch, and Clean & jerk. */
  groups?: string[];
  /** After this many attempts only the best go on, in the reverse order of their places. */
  cut?: { after: number; keep: number };
}

export interface PlacingsFormat extends Format {
  family: 'placings';
  /** What a mark is. A time is entered such as `10.83`, `2:03.45` or `1:02:03`. */
  measure: Measure;
  better: 'lower' | 'higher';
  /** How many decimals are shown. */
  decimals: number;
  /** A mark that is measured finer than it is shown is rounded up, as the times of athletics are, or cut. */
  rounding: 'up' | 'down';
  /** What stands after a mark, such as `m`. Times have none. */
  unit?: string;
  ties: Ties;
  attempts?: Attempts;
  /** A bar is raised: this many failures one after the other end the contest for an entry. `step` is the usual raise. */
  bar?: { failures: number; step: number };
  lanes?: number;
  /** The entries compete in heats. */
  heats?: boolean;
  /** The wind is measured for the race, or for each attempt. */
  wind?: 'race' | 'attempt';
  /** Teams count the places of their first `count` entries; the lowest sum wins. */
  teams?: { count: number };
  clock?: { direction: 'up' | 'down'; minutes?: number };
}

const measures: readonly Measure[] = ['time', 'distance', 'height', 'weight', 'points'];
const waysToSeparate: readonly Ties[] = ['shared', 'exact', 'attempts', 'bar', 'first', 'order'];

/** The format in a value of unknown origin; null if it is none. Members of a wrong type count as missing. */
export function readPlacingsFormat(value: unknown): PlacingsFormat | null {
  if (!isFormatOf('placings', value)) return null;
  const measure = one(measures, value['measure']) ?? 'time';
  const isTime = measure === 'time';
  const unit = readShort(value['unit'], 8);
  const bar = barIn(value['bar']);
  const attempts = bar ? {} : attemptsIn(value['attempts']);
  return {
    family: 'placings',
    measure,
    better: one(['lower', 'higher'] as const, value['better']) ?? (isTime ? 'lower' : 'higher'),
    decimals: readWhole(value['decimals'], 0, 3) ?? (measure === 'weight' || measure === 'points' ? 0 : 2),
    rounding: one(['up', 'down'] as const, value['rounding']) ?? 'down',
    ...(unit && !isTime ? { unit } : {}),
    ties: bar ? 'bar' : (one(waysToSeparate, value['ties']) ?? (attempts.attempts && !attempts.attempts.groups ? 'attempts' : 'shared')),
    ...(bar ? { bar } : attempts),
    ...optional('lanes', readWhole(value['lanes'], 1, 20)),
    ...(value['heats'] === true ? { heats: true } : {}),
    ...optional('wind', one(['race', 'attempt'] as const, value['wind']) ?? null),
    ...teamsIn(value['teams']),
    ...clockIn(value['clock']),
  };
}

function barIn(value: unknown): PlacingsFormat['bar'] {
  if (!isObject(value)) return undefined;
  const { step } = value;
  const isStep = typeof step === 'number' && step > 0 && step <= 10;
  return { failures: readWhole(value['failures'], 1, 9) ?? 3, step: isStep ? step : 0.03 };
}

function attemptsIn(value: unknown): { attempts?: Attempts } {
  const count = readWhole(readObject(value)['count'], 1, 20);
  if (count === null || !isObject(value)) return {};
  const groups = readList(value['groups']).slice(0, 6).flatMap((name) => readShort(name, 24) || []);
  const { after, keep } = readObject(value['cut']);
  const [last, best] = [readWhole(after, 1, count), readWhole(keep, 1, 200)];
  return {
    attempts: {
      count,
      counts: one(['best', 'last', 'sum'] as const, value['counts']) ?? 'best',
      ...(groups.length > 1 ? { groups } : {}),
      ...(last !== null && best !== null && groups.length < 2 ? { cut: { after: last, keep: best } } : {}),
    },
  };
}

function teamsIn(value: unknown): Pick<PlacingsFormat, 'teams'> {
  const count = readWhole(readObject(value)['count'], 1, 20);
  return count === null ? {} : { teams: { count } };
}

function clockIn(value: unknown): Pick<PlacingsFormat, 'clock'> {
  const { direction, minutes } = readObject(value);
  const hasMinutes = typeof minutes === 'number' && minutes > 0 && minutes <= 6_000;
  if (direction === 'up') return { clock: { direction, ...(hasMinutes ? { minutes } : {}) } };
  return direction === 'down' && hasMinutes ? { clock: { direction, minutes } } : {};
}

function optional<Name extends string, Value>(name: Name, value: Value | null): { [key in Name]?: Value } {
  return (value === null ? {} : { [name]: value }) as { [key in Name]?: Value };
}

function one<Value extends string>(values: readonly Value[], value: unknown): Value | undefined {
  return values.find((known) => known === value);
}

/** How many attempts an entry has in all. */
export function attemptsOf({ attempts }: Pick<PlacingsFormat, 'attempts'>): number {
  return attempts === undefined ? 0 : attempts.count * (attempts.groups?.length ?? 1);
}
