// Contests by the console's taps, for tests.
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { readPlacings } from '../../sports/families/placings/read';
import { Sheet } from '../sheet.testing';
import { placingsRules } from './rules';

export const startOf = (format: unknown, ...entries: (string | JsonObject)[]): Tap => [
  'start',
  { format, entries: entries.map((entry) => (typeof entry === 'string' ? { name: entry } : entry)) },
];

export const sheetOf = (...taps: Tap[]) => new Sheet(placingsRules).play(...taps);
export const play = (...taps: Tap[]) => sheetOf(...taps).state;
export const mark = (entry: number, text: string): Tap => ['mark', { entry: String(entry), mark: text }];
export const attempt = (entry: number, number: number, text: string, more: JsonObject = {}): Tap => ['attempt', { entry: String(entry), number: String(number), mark: text, ...more }];

/** All attempts of an entry: `8.10 x - 8.05`. */
export const attempts = (entry: number, texts: string): Tap[] => texts.split(' ').map((text, index) => attempt(entry, index + 1, text));

/** A contest over a bar, round by round: the jumps of each entry at each height, such as `o xo - xxx`. */
export function jumpsOver(heights: readonly string[], jumps: readonly string[]): Tap[] {
  return heights.flatMap((height, index): Tap[] => [
    ['height', { height }],
    ...[0, 1, 2].flatMap((round) =>
      jumps.flatMap((all, entry): Tap[] => {
        const one = all.split(' ')[index]?.[round];
        return one === undefined ? [] : [['attempt', { entry: String(entry + 1), height: String(index + 1), mark: one }]];
      }),
    ),
  ]);
}

/** `1 Ann 9.79`, in the order of the board. */
export function rowsOf(state: JsonObject): string[] {
  const board = readPlacings(state);
  return (board?.overall ?? board?.sections[0]?.lines ?? []).map(({ place, entry, mark: text }) => [place, entry.name, text].filter((part) => part).join(' '));
}
