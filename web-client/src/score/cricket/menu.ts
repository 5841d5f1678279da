// The less frequent keys of the cricket console, by subject. Each opens a form, or is a tap.
import type { Tap } from '../../lib/outbox';
import type { Leaving } from './LeaveForm.svelte';

/** A form in a sheet over the keys. */
export type Sheet =
  | { name: 'menu' | 'ball' | 'more' | 'bowler' | 'target' | 'close' | 'result' | 'super' | 'plain' | 'edit' | 'anyway' }
  | { name: 'wicket'; ball: Record<string, unknown> }
  | { name: 'leave'; how: Leaving };

/** An entry that the rules refuse. */
export interface Refusal {
  tap: Tap;
  why: string;
  /** Whether the entry can count by the umpire's word. Otherwise something is missing in it. */
  mayBeOverruled: boolean;
}

export type Item = { words: string; note?: string } & ({ opens: Sheet } | { taps: Tap });

const target: Item = { words: 'Target or overs', note: 'revised, DLS', opens: { name: 'target' } };
const penalties: Item[] = [
  { words: '5 to the batting side', taps: ['penalty', { to: 'batting', runs: 5 }] },
  { words: '5 to the bowling side', taps: ['penalty', { to: 'bowling', runs: 5 }] },
];

/** The keys while an innings is played. */
export const inPlay: Record<string, Item[]> = {
  'This over': [
    { words: 'Another kind of ball', note: '7, 8, all-run four', opens: { name: 'ball' } },
    { words: 'Replace the bowler', opens: { name: 'bowler' } },
    { words: 'End the over now', note: 'called early', taps: ['over', { called: true }] },
  ],
  Batters: [
    { words: 'Retired hurt', note: 'may come back', opens: { name: 'leave', how: 'retire' } },
    { words: 'Retired out', opens: { name: 'leave', how: 'retiredOut' } },
    { words: 'Timed out', opens: { name: 'leave', how: 'timedOut' } },
    { words: 'Absent', note: 'cannot bat', opens: { name: 'leave', how: 'absent' } },
  ],
  'Penalty runs': penalties,
  Innings: [
    target,
    { words: 'Close the innings', note: 'declared, rain', opens: { name: 'close' } },
  ],
};

/** The keys between two innings. */
export const inBreak: Record<string, Item[]> = {
  Innings: [
    target,
    { words: 'One more ball', note: 'in the last over', opens: { name: 'more' } },
  ],
  'Penalty runs': penalties,
};

/** The keys at any time. */
export const always: Record<string, Item[]> = {
  Match: [
    { words: 'Names and squads', note: 'bowler of an over, toss', opens: { name: 'edit' } },
    { words: 'Plain entry', note: 'in your own words', opens: { name: 'plain' } },
    { words: 'End the match', opens: { name: 'result' } },
  ],
};

/** Ways to close an innings before it is over. */
export const closings: [how: string, words: string][] = [
  ['declared', 'Declared'],
  ['rain', 'Rain or bad light'],
  ['captain', "The captains' agreement"],
];
