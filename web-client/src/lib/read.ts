// Careful reading of a scorer's JSON, which may hold anything: a value of another kind is as none.
import { isObject } from './merge';
import type { JsonObject } from './wire';

/** A text that is shown; a number is taken as its decimal text. */
export function readText(value: unknown): string | null {
  if (typeof value === 'string' && value.trim() !== '') return value;
  return typeof value === 'number' ? String(value) : null;
}

export function readObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function readList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The members that are objects, by name. */
export function readEntries(value: unknown): [string, JsonObject][] {
  return Object.entries(readObject(value)).filter((entry): entry is [string, JsonObject] =>
    isObject(entry[1]),
  );
}

/** The first graphemes of a text, so that a very long one cannot fill the page. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  let clipped = '';
  let count = 0;
  // A grapheme may itself be endless (a letter under a thousand accents): code units are bounded too.
  for (const { segment } of new Intl.Segmenter().segment(text.slice(0, length * 16))) {
    if (++count > length) break;
    clipped += segment;
  }
  return clipped === text ? text : `${clipped}…`;
}

/** A JSON value in one line, for a list or for speech: each figure after the names that lead to it. */
export function inOneLine(value: unknown, length = 200): string {
  return clip(isObject(value) ? pairs(value).join(', ') : plain(value), length);
}

/** Nesting and number are bounded: what is deeper is JSON, what is more is left out. */
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
