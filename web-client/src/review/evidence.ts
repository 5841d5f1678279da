// A rule's evidence, in words and figures for a reviewer.
import type { HistoryEntry } from '../protocol/HistoryEntry';
import type { Rule } from '../protocol/Rule';

/** The labels of figures. A figure without one is shown under its own name. */
const names: Record<string, string> = {
  tookMs: 'Time taken',
  medianMs: 'Others’ time (median)',
  players: 'Players compared',
  atMinimum: 'At the minimum time',
  of: 'Out of',
  minMs: 'Minimum time allowed',
  withinMs: 'Tolerance',
  actions: 'Actions',
  median: 'Others (median)',
  windowMs: 'Time window',
  intervals: 'Intervals compared',
  meanBeyondCooldownMs: 'Mean wait after the cooldown',
  spreadMs: 'Spread',
  activeHours: 'Hours with an action',
  ofHours: 'Out of hours',
  accountsOfDevice: 'Other accounts on the device',
  accountsAtTheSameMoments: 'Accounts active at the same moments',
  ageMs: 'Account age',
  rank: 'Rank afterwards',
  points: 'Points afterwards',
};

export const titles: Record<Rule, string> = {
  too_fast: 'Too fast',
  exact_minimum: 'Exactly the minimum time',
  high_rate: 'Too many actions',
  same_rhythm: 'Regular rhythm',
  together: 'Accounts acting together',
  round_the_clock: 'Active around the clock',
  new_in_ten: 'New account in the top ten',
};

export interface Figure {
  name: string;
  value: string;
}

/** The figures of one rule. */
export function figuresOf(evidence: Record<string, number>): Figure[] {
  return Object.entries(evidence).map(([name, value]) => ({
    name: names[name] ?? name,
    value: name.endsWith('Ms') ? durationOf(value) : String(value),
  }));
}

/** `250 ms`, `3.2 s`, `4 min`, `5 h`, `2 days`. */
export function durationOf(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 86_400_000) return `${Math.round(ms / 3_600_000)} h`;
  const days = Math.round(ms / 86_400_000);
  return days === 1 ? '1 day' : `${days} days`;
}

/** One bar of a chart. */
export interface Bar {
  value: number;
  isMarked: boolean;
}

/** How long each of the last entries took, earliest first. Held entries are marked. */
export function timesTaken(history: readonly HistoryEntry[]): Bar[] {
  return history.map(({ tookMs, held }) => ({ value: tookMs, isMarked: held })).reverse();
}

/** The time from each entry to the next, earliest first. */
export function timesBetween(history: readonly HistoryEntry[]): Bar[] {
  return history.slice(0, -1).map((entry, index) => ({
    value: Math.max(0, entry.at - (history[index + 1]?.at ?? entry.at)),
    isMarked: entry.held,
  })).reverse();
}

/** A chart's range and median, for screen readers. */
export function summaryOf(bars: readonly Bar[]): string {
  const values = bars.map(({ value }) => value).sort((a, b) => a - b);
  const [least, most] = [values[0], values.at(-1)];
  if (least === undefined || most === undefined) return 'no data yet';
  const middle = values[Math.floor(values.length / 2)] ?? least;
  return `${values.length} ${values.length === 1 ? 'value' : 'values'}, ${durationOf(least)} to ${durationOf(most)}, median ${durationOf(middle)}`;
}
