// What the clock of a summary shows.
import { ticking } from '../lib/clock.svelte';
import { serverNow } from '../lib/serverTime';
import type { Summary } from '../lib/wire';
import { clockWords } from '../sports/summary';

/** The clock now; null if the summary has none, or if it runs while the event is not `live`. A component that reads a running clock is drawn again every second. */
export function clockNow(sport: string, summary: Summary, live: boolean): string | null {
  if (!summary.clock?.running) return clockWords(sport, summary, 0);
  return live ? ticking(() => clockWords(sport, summary, serverNow())) : null;
}
