// A penalty shoot-out, read from the timeline: each kick with the score after it, and whether it is decided.
import { readEntries, readObject, readText } from '../lib/read';
import type { JsonObject } from '../lib/wire';
import { bothSides, otherSide, sideOf, type Side } from './side';

export interface Kick {
  key: string;
  /** The kick's number for its team, from 1. */
  round: number;
  side: Side;
  player: string | null;
  /** `scored`, `missed`, or `saved`. */
  outcome: string;
  /** The score after the kick. */
  home: number;
  away: number;
}

/** How a shoot-out stands. */
export interface Standing {
  /** Whether the next one belongs to sudden death, or the last one did. */
  sudden: boolean;
  winner: Side | null;
  /** The side that is next; null before the first one, which any side may take, and after the decision. */
  next: Side | null;
}

export interface ShootOut extends Standing {
  /** In order. */
  kicks: Kick[];
  home: number;
  away: number;
}

/** Each team takes five kicks before sudden death (Laws of the Game, law 10). */
const KICKS = 5;

/** Whether an entry of the timeline is a kick of a shoot-out. */
export function isKick(type: string | null): boolean {
  return type?.toLowerCase().startsWith('shootout') ?? false;
}

/** The shoot-out of a state; null before its first kick. */
export function readShootOut(data: JsonObject): ShootOut | null {
  const entries = readEntries(data['timeline'])
    .filter(([, entry]) => isKick(readText(entry['type'])))
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .slice(0, 200);
  const taken = { home: 0, away: 0 };
  const scored = { home: 0, away: 0 };
  const kicks: Kick[] = [];
  for (const [key, entry] of entries) {
    const side = sideOfTeam(data, readText(entry['team']));
    if (side === null) continue;
    const isGoal = readText(entry['type'])?.toLowerCase().includes('goal') ?? false;
    taken[side] += 1;
    if (isGoal) scored[side] += 1;
    const outcome = isGoal ? 'scored' : readText(entry['detail']) === 'saved' ? 'saved' : 'missed';
    kicks.push({ key, round: taken[side], side, player: readText(entry['player']), outcome, ...scored });
  }
  const [first] = kicks;
  if (first === undefined) return null;
  return { kicks, ...scored, ...standingOf(taken, scored, first.side, KICKS) };
}

/** How a shoot-out stands that the side `first` began, with `each` kicks or shots of a side before sudden death. */
export function standingOf(taken: Record<Side, number>, scored: Record<Side, number>, first: Side | null, each: number): Standing {
  const winner = winnerOf(taken, scored, each);
  const sudden = winner === null ? Math.min(taken.home, taken.away) >= each : Math.max(taken.home, taken.away) > each;
  if (winner !== null || first === null) return { sudden, winner, next: null };
  return { sudden, winner, next: taken[first] <= taken[otherSide(first)] ? first : otherSide(first) };
}

/** The side that the other one can no longer catch within the round. In sudden death a round is one kick or shot each. */
function winnerOf(taken: Record<Side, number>, scored: Record<Side, number>, each: number): Side | null {
  const rounds = Math.max(each, taken.home, taken.away);
  const most = (side: Side) => scored[side] + rounds - taken[side];
  if (scored.home > most('away')) return 'home';
  return scored.away > most('home') ? 'away' : null;
}

/** The side of a team. Apps write the side or the team's name. */
export function sideOfTeam(data: JsonObject, team: string | null): Side | null {
  if (team === null) return null;
  return sideOf(team) ?? bothSides.find((side) => readText(readObject(data[side])['name']) === team) ?? null;
}
