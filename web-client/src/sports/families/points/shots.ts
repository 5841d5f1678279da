// A shoot-out: the sides shoot in turn, each the same number of times. If they are level, they go on until one is ahead after both
// have shot.
import { readEntries, readObject } from '../../../lib/read';
import type { JsonObject } from '../../../lib/wire';
import { standingOf, type Standing } from '../../shootOut';
import { bothSides, otherSide, sideOf, type Side } from '../../side';

export { bothSides, otherSide, type Side };

export interface Shot {
  number: string;
  side: Side;
  scored: boolean;
}

export interface Shots extends Standing {
  /** In order. */
  shots: Shot[];
  home: number;
  away: number;
}

const MOST = 200;

/** The shoot-out of a state; null if there is none. `rounds` is how many shots a side has before sudden death. */
export function readShots(data: JsonObject, rounds: number): Shots | null {
  const { shots: written } = readObject(data['shootOut']);
  if (written === undefined && data['shootOut'] === undefined) return null;
  const shots = readEntries(written)
    .flatMap(([number, { side: named, scored }]): Shot[] => {
      const side = sideOf(named);
      return side === null ? [] : [{ number, side, scored: scored === true }];
    })
    .sort((a, b) => Number(a.number) - Number(b.number))
    .slice(0, MOST);
  const count = (of: Side, isScored: boolean) => shots.filter(({ side, scored }) => side === of && (scored || !isScored)).length;
  const taken = { home: count('home', false), away: count('away', false) };
  const scored = { home: count('home', true), away: count('away', true) };
  return { shots, ...scored, ...standingOf(taken, scored, shots[0]?.side ?? null, rounds) };
}
