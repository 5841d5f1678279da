// Careful reading of a scorer's JSON, which may hold anything. A value of the wrong type counts as missing.
import { isObject } from './merge';
import type { JsonObject } from './wire';

/** A text to show. A number becomes its decimal text. */
export function readText(value: unknown): string | null {
  if (typeof value === 'string' && value.trim() !== '') return value;
  return typeof value === 'number' ? String(value) : null;
}

/** The text without the spaces around it, at most `length` code units of it. Empty if there is none. */
export function readShort(value: unknown, length: number): string {
  return cut(readText(value)?.trim() ?? '', length);
}

/** A number from `least` to `most`; null if it is none. */
export function readNumber(value: unknown, least: number, most: number): number | null {
  return typeof value === 'number' && value >= least && value <= most ? value : null;
}

/** A whole number from `least` to `most`; null if it is none. */
export function readWhole(value: unknown, least: number, most: number): number | null {
  return Number.isSafeInteger(value) ? readNumber(value, least, most) : null;
}

export function readObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function readList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The names in a list, such as those of a squad. */
export function readNames(value: unknown): string[] {
  return readList(value).flatMap((name) => readText(name) ?? []);
}

/** What a person typed with one name or the like on each line. */
export function readLines(text: string): string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

/** The members that are objects, by name. */
export function readEntries(value: unknown): [string, JsonObject][] {
  return Object.entries(readObject(value)).filter((entry): entry is [string, JsonObject] =>
    isObject(entry[1]),
  );
}

/** At most `length` code units of a text. An emoji is not cut in half, because JSON with half of one is refused. */
export function cut(text: string, length: number): string {
  const part = text.slice(0, length);
  return /[\uD800-\uDBFF]$/.test(part) ? part.slice(0, -1) : part;
}

/** The first `length` graphemes of a text, so that a very long text cannot fill the page. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  let clipped = '';
  let count = 0;
  // A single grapheme can be very long (a letter with a thousand accents), so code units are limited too.
  for (const { segment } of new Intl.Segmenter().segment(cut(text, length * 16))) {
    if (++count > length) break;
    clipped += segment;
  }
  return clipped === text ? text : `${clipped}…`;
}

/** A JSON value in one line, for lists and screen readers: each value after the names that lead to it. */
export function inOneLine(value: unknown, length = 200): string {
  return clip(isObject(value) ? pairs(value).join(', ') : plain(value), length);
}

/** Deeper nesting becomes JSON; members past the limit are left out. */
function pairs(value: JsonObject, depth = 0): string[] {
  return Object.entries(value)
    .slice(0, 20)
    .flatMap(([name, member]) =>
      isObject(member) && depth < 3
        ? pairs(member, depth + 1).map((pair) => `${name} ${pair}`)
        : [`${name} ${plain(member)}`],
    );
}

function plain(value: unknown): string {
  if (value === null) return 'removed';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
