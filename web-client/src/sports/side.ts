// The two sides of a match.

export type Side = 'home' | 'away';

export const bothSides = ['home', 'away'] as const;

export const otherSide = (side: Side): Side => (side === 'home' ? 'away' : 'home');

/** A side by its name; null for any other value. */
export function sideOf(value: unknown): Side | null {
  return bothSides.find((side) => side === value) ?? null;
}

/** The names of sides that have none. */
export const sideNames: Readonly<Record<Side, string>> = { home: 'Home', away: 'Away' };
