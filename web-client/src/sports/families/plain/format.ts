// The rules of a match of the family `plain`: sides that get points, a text for the period, and a clock if wanted.
import { readList, readNumber, readObject, readShort, readWhole } from '../../../lib/read';
import { isFormatOf, type Format } from '../../definitions/definition';

export interface PlainFormat extends Format {
  family: 'plain';
  /** What a tap adds; a key for each. A number below 0 takes away. Without such a number, one more key takes the first one back. */
  steps: number[];
  /** How many sides the form begins with. */
  sides?: number;
  /** What the points are called, such as `pulls`. */
  unit?: string;
  /** What the periods are called, such as `Round`: they are numbered. */
  period?: string;
  /** How many periods there are. */
  periods?: number;
  /** The score that wins. */
  target?: number;
  /** The fewest points win, as in golf. */
  fewest?: boolean;
  /** A score may be below 0. */
  negative?: boolean;
  /** The clock, and the minutes that it has: it runs down from them, or up to them. */
  clock?: { direction: 'up' | 'down'; minutes?: number };
}

export const MOST_SIDES = 24;

/** The format in a value of unknown origin; null if it is none. Members of a wrong type count as missing. */
export function readPlainFormat(value: unknown): PlainFormat | null {
  if (!isFormatOf('plain', value)) return null;
  const steps = readList(value['steps']).slice(0, 6).flatMap((step) => readNumber(step, -1_000, 1_000) || []);
  return {
    family: 'plain',
    steps: steps.some((step) => step > 0) ? steps : [1, ...steps],
    ...within('sides', value['sides'], 2, MOST_SIDES),
    ...worded('unit', value['unit']),
    ...worded('period', value['period']),
    ...within('periods', value['periods'], 1, 99),
    ...within('target', value['target'], 1, 100_000),
    ...(value['fewest'] === true ? { fewest: true } : {}),
    ...(value['negative'] === true ? { negative: true } : {}),
    ...clockIn(value['clock']),
  };
}

function clockIn(value: unknown): Pick<PlainFormat, 'clock'> {
  const { direction, minutes } = readObject(value);
  if (direction !== 'up' && direction !== 'down') return {};
  const given = readNumber(minutes, 0.1, 6_000);
  return direction === 'down' && given === null ? {} : { clock: { direction, ...(given === null ? {} : { minutes: given }) } };
}

function within<Name extends string>(name: Name, value: unknown, least: number, most: number): { [key in Name]?: number } {
  const number = readWhole(value, least, most);
  return (number === null ? {} : { [name]: number }) as { [key in Name]?: number };
}

function worded<Name extends string>(name: Name, value: unknown): { [key in Name]?: string } {
  const text = readShort(value, 24);
  return (text ? { [name]: text } : {}) as { [key in Name]?: string };
}
