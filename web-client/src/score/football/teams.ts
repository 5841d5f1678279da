// The two teams of a football state, and the reading of taps.
import { readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { otherSide, sideNames, type Side } from '../../sports/side';
import { NotAllowed } from '../rules';

export { otherSide, type Side };

export function teamOf(state: JsonObject, side: Side): { name: string; goals: number; penalties: number } {
  const team = readObject(state[side]);
  const number = (value: unknown) => Math.max(0, Number(readText(value) ?? 0)) || 0;
  return {
    name: readText(team['name']) ?? sideNames[side],
    goals: number(team['goals']),
    penalties: number(team['penalties']),
  };
}

export function scoreOf(state: JsonObject): string {
  const [home, away] = [teamOf(state, 'home'), teamOf(state, 'away')];
  return `${home.name} ${home.goals}, ${away.name} ${away.goals}`;
}

const fieldNames: Record<string, string> = { home: 'home team', away: 'away team', name: 'period', from: 'wrong name', to: 'right name', text: 'venue' };

/** The side that a tap is about. */
export function sideIn(detail: JsonObject): Side {
  const side = detail['team'];
  if (side !== 'home' && side !== 'away') throw new NotAllowed('Select a team.');
  return side;
}

/** A text that a tap must have. */
export function textIn(detail: JsonObject, field: string): string {
  const text = readText(detail[field])?.trim();
  if (!text) throw new NotAllowed(`Enter the ${fieldNames[field] ?? field}.`);
  return text;
}
