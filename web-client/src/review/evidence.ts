// What a rule saw, in words and figures that a reviewer reads.
import type { HistoryEntry } from '../protocol/HistoryEntry';
import type { Rule } from '../protocol/Rule';

/** The names of figures; one that is not here is shown by its own name. */
const names: Record<string, string> = {
  tookMs: 'Took',
  medianMs: 'Others take (median)',
  players: 'Other players compared',
  atMinimum: 'At the least time',
  of: 'Out of',
  minMs: 'Least time allowed',
  withinMs: 'Counted as at once, within',
  actions: 'Actions',
  median: 'Others (median)',
  windowMs: 'Within',
  intervals: 'Intervals looked at',
  meanBeyondCooldownMs: 'Mean beyond the cooldown',
  spreadMs: 'Spread',
  activeHours: 'Hours with an action',
  ofHours: 'Out of hours',
  accountsOfDevice: 'Other accounts of the device',
  accountsAtTheSameMoments: 'Accounts at the same moments',
  ageMs: 'Age of the account',
  rank: 'Rank after it',
  points: 'Points after it',
};

export const titles: Record<Rule, string> = {
  too_fast: 'Too fast',
  exact_minimum: 'Exactly the least time',
  high_rate: 'Very many actions',
  same_rhythm: 'An even rhythm',
  together: 'Accounts together',
  round_the_clock: 'Round the clock',
  new_in_ten: 'New among the ten',
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

/** How long each of the last entries took, the earliest first; those that were held are marked. */
export function timesTaken(history: readonly HistoryEntry[]): Bar[] {
  return history.map(({ tookMs, held }) => ({ value: tookMs, isMarked: held })).reverse();
}

/** The time from each entry to the next, the earliest first. */
export function timesBetween(history: readonly HistoryEntry[]): Bar[] {
  return history.slice(0, -1).map((entry, index) => ({
    value: Math.max(0, entry.at - (history[index + 1]?.at ?? entry.at)),
    isMarked: entry.held,
  })).reverse();
}

/** The middle and the ends of a chart, for who does not see it. */
export function summaryOf(bars: readonly Bar[]): string {
  const values = bars.map(({ value }) => value).sort((a, b) => a - b);
  const [least, most] = [values[0], values.at(-1)];
  if (least === undefined || most === undefined) return 'nothing yet';
  const middle = values[Math.floor(values.length / 2)] ?? least;
  return `${values.length} of them, ${durationOf(least)} to ${durationOf(most)}, in the middle ${durationOf(middle)}`;
}
