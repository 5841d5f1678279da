// Who competes in an event, read with care: an event's competitors are its creator's JSON.
import { readList, readObject, readText } from './read';
import type { EventInfo } from './wire';

/** The most names that are read. */
const MOST = 24;

/** The names of the competitors, or the two names in a title such as `A v B`. Empty if there are none. */
export function namesOf({ competitors, title }: Pick<EventInfo, 'competitors' | 'title'>): string[] {
  const named = readList(competitors).slice(0, MOST).flatMap((one) => readText(one) ?? readText(readObject(one)['name']) ?? []);
  if (named.length >= 2) return named;
  const [, first, second] = /^(.+?) (?:v|vs\.?|–|-) ([^,(]+)/.exec(title) ?? [];
  return first && second ? [first.trim(), second.trim()] : named;
}
