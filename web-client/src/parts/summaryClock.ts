// What the clock of a summary shows.
import type { Summary } from '../lib/wire';
import { following } from '../sports/clockNow';
import { clockWords } from '../sports/summary';

/** The clock now; null if the summary has none, or if it runs while the event is not `live`. A component that reads a running clock is drawn again whenever it turns. */
export function clockNow(sport: string, summary: Summary, live: boolean): string | null {
  const { clock } = summary;
  if (clock === undefined || (clock.running && !live)) return null;
  return following(clock, (now) => clockWords(sport, summary, now));
}
