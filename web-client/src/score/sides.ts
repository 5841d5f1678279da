// The two sides of an event: its competitors, or the names in a title such as `A v B`.
import { namesOf } from '../lib/competitors';
import type { EventInfo } from '../lib/wire';

export function sidesOf(event: EventInfo | null): string[] {
  const names = event === null ? [] : namesOf(event);
  return names.length >= 2 ? names.slice(0, 2) : [];
}
