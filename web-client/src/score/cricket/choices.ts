// What the forms of the console offer: fielders, and whether anybody is left to come in.
import type { JsonObject } from '../../lib/wire';
import { isOverToCome, type Card } from './card';
import { copyOf, wicketsLeft } from './innings';
import { changeEnds } from './overs';
import { playersOf } from './players';
import type { How } from './taps';

/** The card before one more ball than the over has: the ends change back for it. */
export function forOneMore(card: Card): Card {
  if (!isOverToCome(card)) return card;
  const ready = copyOf(card);
  changeEnds(ready);
  return ready;
}

/** The fielders to choose from. The bowler comes first for a catch, and is nobody's keeper. */
export function fieldersOf(state: JsonObject, card: Card, how: How | ''): string[] {
  const others = playersOf(state, card, card.bowling).filter((name) => name !== card.bowler);
  return card.bowler === null || how === 'stumped' ? others : [card.bowler, ...others];
}

/** Whether nobody comes in after the next wicket. */
export function isLastWicket(card: Card): boolean {
  return wicketsLeft(card) <= 1;
}

/** The keeper, as an earlier stumping of this innings names one. */
export function keeperOf(state: JsonObject, card: Card): string {
  const stumpings = [...card.batters.values()].map(({ how }) => how).filter((how) => how.startsWith('st '));
  return playersOf(state, card, card.bowling).find((name) => stumpings.some((how) => how.startsWith(`st ${name} b `))) ?? '';
}
