// The score of teams: the places of their first entries, as in cross-country.
import type { Line } from './read';

export interface Team {
  name: string;
  /** `1`, or null for a team with too few entries. */
  place: string | null;
  points: number | null;
  /** The places that count, the best first. */
  places: number[];
}

/**
 * Teams by the sum of the places of their first `count` entries. Of equal sums, the team wins whose last entry that counts is
 * nearer to the first place, as World Athletics has it for cross-country.
 */
export function teamsOf(lines: readonly Line[], count: number): Team[] {
  const places = new Map<string, number[]>();
  for (const { entry, place } of lines) {
    if (entry.team === null) continue;
    const known = places.get(entry.team) ?? [];
    places.set(entry.team, place === null ? known : [...known, Number.parseInt(place)]);
  }
  const teams = [...places].map(([name, all]) => {
    const counting = all.sort((a, b) => a - b).slice(0, count);
    return { name, places: counting, points: counting.length < count ? null : counting.reduce((sum, place) => sum + place, 0) };
  });
  const last = ({ places: counting }: { places: number[] }) => counting.at(-1) ?? 0;
  const full = teams.filter(({ points }) => points !== null).sort((a, b) => (a.points ?? 0) - (b.points ?? 0) || last(a) - last(b));
  const isBefore = (a: (typeof full)[number], b: (typeof full)[number]) => (a.points ?? 0) < (b.points ?? 0) || (a.points === b.points && last(a) < last(b));
  const placed = full.map((team) => {
    const place = 1 + full.filter((other) => isBefore(other, team)).length;
    const isShared = full.some((other) => other !== team && !isBefore(other, team) && !isBefore(team, other));
    return { ...team, place: `${place}${isShared ? '=' : ''}` };
  });
  return [...placed, ...teams.filter(({ points }) => points === null).map((team) => ({ ...team, place: null }))];
}
