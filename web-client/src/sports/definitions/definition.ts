// What a sport is: data for one of the families.
import { isObject } from '../../lib/merge';
import type { JsonObject } from '../../lib/wire';
import type { FamilyName } from '../families/family';

/** The rules of a match, as data. Each family has its own members. */
export interface Format {
  family: FamilyName;
}

/** How many characters of JSON a format may have. */
const MOST_CHARACTERS = 4_096;

/** Whether a value claims to be a format of this family, and is small enough to be read. */
export function isFormatOf(family: FamilyName, value: unknown): value is JsonObject {
  if (!isObject(value) || value['family'] !== family) return false;
  try {
    return JSON.stringify(value).length <= MOST_CHARACTERS;
  } catch {
    // JSON.stringify can't follow very deep nesting.
    return false;
  }
}

export interface Definition<Own extends Format = Format> {
  /** The sport of an event, in lower case, such as `table tennis`. */
  sport: string;
  /** Other names for it. */
  also?: readonly string[];
  title: string;
  /** Where its rules are published. */
  source: string;
  format: Own;
  /** What this format is called where a sport has several kinds of contest. */
  usual?: string;
  /** Formats to choose from when a match begins, such as a match to 11 points. */
  variants?: readonly { title: string; format: Own }[];
  /** A state in the middle of a match. */
  example: JsonObject;
}
