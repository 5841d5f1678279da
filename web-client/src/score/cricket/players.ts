// Who a scorer may choose from: the sides as they were entered, and whoever has played a part already.
import { readList, readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import type { Card } from './card';

/** The players of a side, as far as they are known. */
export function playersOf(state: JsonObject, card: Card, team: string): string[] {
  const squad = readList(readObject(state['squads'])[team]).flatMap((name) => readText(name) ?? []);
  const seen = team === card.batting ? card.batters : card.bowlers;
  return [...new Set([...squad, ...seen.keys()])];
}

/** Who can come in: not out, and not at the wickets. */
export function canComeIn(state: JsonObject, card: Card): string[] {
  return playersOf(state, card, card.batting).filter(
    (name) => !card.batters.get(name)?.out && name !== card.striker && name !== card.partner,
  );
}

/** Who can bowl the next over: those who have bowled first, and never the last over's bowler. */
export function canBowl(state: JsonObject, card: Card): string[] {
  const players = playersOf(state, card, card.bowling).filter((name) => name !== card.bowler || card.balls === 0);
  return players.sort((a, b) => Number(card.bowlers.has(b)) - Number(card.bowlers.has(a)));
}
