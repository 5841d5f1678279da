// The players that a form suggests: the entered squads, and everybody who has batted or bowled.
import { readNames, readObject } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { overAfter, type Card } from './card';
import { isSpent } from './innings';
import { endedOf } from './match';
import { mayBowl } from './overs';

/** The known players of a side. */
export function playersOf(state: JsonObject, card: Card, team: string): string[] {
  const squad = readNames(readObject(state['squads'])[team]);
  const seen = team === card.batting ? card.batters : card.bowlers;
  return [...new Set([...squad, ...seen.keys()])];
}

/** Players who can open the next innings. */
export function canOpen(state: JsonObject, card: Card, team: string, isSuper: boolean): string[] {
  const next = { superOver: isSuper, batting: team, cards: [...card.cards, endedOf(card)] };
  return playersOf(state, card, team).filter((name) => !isSpent(next, name));
}

/** Players who can come in: not out, not absent, and not batting now. */
export function canComeIn(state: JsonObject, card: Card): string[] {
  return playersOf(state, card, card.batting).filter((name) => {
    const batter = card.batters.get(name);
    return !isSpent(card, name) && !batter?.out && !batter?.absent && name !== card.striker && name !== card.partner;
  });
}

/** Players who can bowl the next over, without those who bowled the last. Players who have bowled come first. */
export function canBowl(state: JsonObject, card: Card): string[] {
  const players = playersOf(state, card, card.bowling).filter((name) => mayBowl(card, overAfter(card), name));
  return players.sort((a, b) => Number(card.bowlers.has(b)) - Number(card.bowlers.has(a)));
}
