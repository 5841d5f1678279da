// A shoot-out: the sides shoot in turn, each the same number of times. If they are level, they go on until one is ahead after both
// have shot.
import { readEntries, readObject } from '../../../lib/read';
import type { JsonObject } from '../../../lib/wire';

export type Side = 'home' | 'away';

export const bothSides = ['home', 'away'] as const;

export const otherOf = (side: Side): Side => (side === 'home' ? 'away' : 'home');

export interface Shot {
  number: string;
  side: Side;
  scored: boolean;
}

export interface Shots {
  /** In order. */
  shots: Shot[];
  home: number;
  away: number;
  /** Each side has had its shots, and they were level. */
  sudden: boolean;
  winner: Side | null;
  /** The side that shoots next; null before the first shot, which any side may take, and after the last. */
  next: Side | null;
}

const MOST = 200;

/** The shoot-out of a state; null if there is none. `rounds` is how many shots a side has before sudden death. */
export function readShots(data: JsonObject, rounds: number): Shots | null {
  const { shots: written } = readObject(data['shootOut']);
  if (written === undefined && data['shootOut'] === undefined) return null;
  const shots = readEntries(written)
    .filter(([, { side }]) => side === 'home' || side === 'away')
    .sort(([a], [b]) => Number(a) - Number(b))
    .slice(0, MOST)
    .map(([number, { side, scored }]): Shot => ({ number, side: side as Side, scored: scored === true }));
  const count = (of: Side, isScored: boolean) => shots.filter(({ side, scored }) => side === of && (scored || !isScored)).length;
  const taken = { home: count('home', false), away: count('away', false) };
  const scored = { home: count('home', true), away: count('away', true) };
  const winner = winnerOf(taken, scored, rounds);
  const [first] = shots;
  const sudden = winner === null ? Math.min(taken.home, taken.away) >= rounds : Math.max(taken.home, taken.away) > rounds;
  const turn = first === undefined ? null : taken[first.side] <= taken[otherOf(first.side)] ? first.side : otherOf(first.side);
  return { shots, ...scored, sudden, winner, next: winner === null ? turn : null };
}

/** The side that the other one can no longer catch up with. In sudden death a round is one shot each. */
function winnerOf(taken: Record<Side, number>, scored: Record<Side, number>, most: number): Side | null {
  const rounds = Math.max(most, taken.home, taken.away);
  const possible = (side: Side) => scored[side] + rounds - taken[side];
  if (scored.home > possible('away')) return 'home';
  return scored.away > possible('home') ? 'away' : null;
}
