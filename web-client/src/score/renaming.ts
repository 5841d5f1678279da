// Puts another name in the place of one, for the rules of all sports.
import { readEntries } from '../lib/read';
import type { JsonObject } from '../lib/wire';

export type Change = [from: string, to: string];

/** What viewers read of a change. */
export function renamedWords([from, to]: Change): string {
  return `Name corrected: ${to}, not ${from}.`;
}

/** A name within a sentence: not within a longer word, nor within `other`, a longer name such as `North End` for `North`. */
export function inText(text: string, change: Change, other: string): string {
  if (!other.includes(change[0])) return inPart(text, change);
  return text.split(other).map((part) => inPart(part, change)).join(other);
}

function inPart(text: string, [from, to]: Change): string {
  const isLetter = (letter: string | undefined) => letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
  return text.split(from).reduce((done, rest) => {
    const isName = !isLetter(done.at(-1)) && !isLetter(rest[0]);
    return `${done}${isName ? to : from}${rest}`;
  });
}

export function swapped(name: string, [from, to]: Change): string {
  return name === from ? to : name;
}

/** The fields of an object that hold the name. */
export function withNames(object: JsonObject, [from, to]: Change, fields: readonly string[]): JsonObject {
  return { ...object, ...Object.fromEntries(fields.filter((field) => object[field] === from).map((field) => [field, to])) };
}

/** The member that the name is the key of. */
export function withKey(object: JsonObject, change: Change): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [swapped(name, change), value]));
}

/** The members of an object that are objects, each remade. */
export function eachIn(object: JsonObject, make: (member: JsonObject) => JsonObject): JsonObject {
  return { ...object, ...Object.fromEntries(readEntries(object).map(([name, member]) => [name, make(member)])) };
}
