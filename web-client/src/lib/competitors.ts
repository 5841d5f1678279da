// Who competes in an event, read with care: an event's competitors are its creator's JSON.
import { clip, readList, readObject, readText } from './read';
import type { EventInfo } from './wire';

export interface Competitor {
  name: string;
  /** A short name, such as `HAR`. */
  short?: string;
  /** Such as `#1f6f4a`. */
  color?: string;
}

/** The most competitors that are read. */
const MOST = 24;

type Named = Pick<EventInfo, 'competitors' | 'title'>;

/** The names of the competitors, or the two names in a title such as `A v B`. Empty if there are none. */
export function namesOf(event: Named): string[] {
  return competitorsOf(event).map(({ name }) => name);
}

/** The competitors, or the two names in a title such as `A v B`. Empty if there are none. */
export function competitorsOf({ competitors, title }: Named): Competitor[] {
  const named = readList(competitors).slice(0, MOST).flatMap((one) => readCompetitor(one) ?? []);
  if (named.length >= 2) return named;
  const [, first, second] = /^(.+?) (?:v|vs\.?|–|-) ([^,(]+)/.exec(title) ?? [];
  return first && second ? [{ name: first.trim() }, { name: second.trim() }] : named;
}

function readCompetitor(value: unknown): Competitor | null {
  const name = readText(value) ?? readText(readObject(value)['name']);
  if (name === null) return null;
  const [short, color] = [readText(readObject(value)['short']), readText(readObject(value)['color'])];
  return { name, ...(short ? { short: clip(short, 12) } : {}), ...(color && /^#[0-9a-f]{6}$/i.test(color) ? { color } : {}) };
}
