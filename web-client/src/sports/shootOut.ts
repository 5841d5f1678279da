// A penalty shoot-out, read from the timeline: each kick with the score after it, and whether it is decided.
import { readEntries, readObject, readText } from '../lib/read';
import type { JsonObject } from '../lib/wire';

export type Side = 'home' | 'away';

export const otherSide = (side: Side): Side => (side === 'home' ? 'away' : 'home');

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

export interface ShootOut {
  /** In order. */
  kicks: Kick[];
  home: number;
  away: number;
  /** Whether the next kick belongs to sudden death, or the last one did. */
  sudden: boolean;
  winner: Side | null;
  /** Who kicks next; null before the first kick and after the decision. */
  next: Side | null;
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
    const side = sideOf(data, readText(entry['team']));
    if (side === null) continue;
    const isGoal = readText(entry['type'])?.toLowerCase().includes('goal') ?? false;
    taken[side] += 1;
    if (isGoal) scored[side] += 1;
    const outcome = isGoal ? 'scored' : readText(entry['detail']) === 'saved' ? 'saved' : 'missed';
    kicks.push({ key, round: taken[side], side, player: readText(entry['player']), outcome, ...scored });
  }
  const [first] = kicks;
  if (first === undefined) return null;
  const winner = winnerOf(taken, scored);
  const other = otherSide(first.side);
  const next = taken[first.side] <= taken[other] ? first.side : other;
  const sudden = winner === null ? Math.min(taken.home, taken.away) >= KICKS : Math.max(taken.home, taken.away) > KICKS;
  return { kicks, ...scored, sudden, winner, next: winner === null ? next : null };
}

/** The team that the other one can no longer catch within the round. In sudden death a round is one kick each. */
function winnerOf(taken: Record<Side, number>, scored: Record<Side, number>): Side | null {
  const rounds = Math.max(KICKS, taken.home, taken.away);
  const most = (side: Side) => scored[side] + rounds - taken[side];
  if (scored.home > most('away')) return 'home';
  return scored.away > most('home') ? 'away' : null;
}

/** The side of a team. Apps write the side or the team's name. */
export function sideOf(data: JsonObject, team: string | null): Side | null {
  if (team === 'home' || team === 'away') return team;
  if (team === null) return null;
  if (readText(readObject(data['home'])['name']) === team) return 'home';
  return readText(readObject(data['away'])['name']) === team ? 'away' : null;
}
