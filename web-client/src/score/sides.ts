// The two sides of an event: its competitors, or the names in a title such as `A v B`.
import { readList, readObject, readText } from '../lib/read';
import type { EventInfo } from '../lib/wire';

export function sidesOf(event: EventInfo | null): string[] {
  const named = readList(event?.competitors).flatMap((one) => readText(one) ?? readText(readObject(one)['name']) ?? []);
  if (named.length >= 2) return named.slice(0, 2);
  const [, first, second] = /^(.+?) (?:v|vs\.?|–|-) ([^,(]+)/.exec(event?.title ?? '') ?? [];
  return first && second ? [first.trim(), second.trim()] : [];
}
