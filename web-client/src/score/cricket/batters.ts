// Batters who leave or miss the innings without a ball: retired, timed out, absent.
import { readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { NotAllowed } from '../rules';
import { batterOf, isInningsOver, overNumber, pairOf, type Card } from './card';
import { nameIn, oneOf, type Check } from './check';
import { comesIn, dismiss, wicketsLeft } from './innings';

/** A batter retires, not out: they may come back. */
export function retire(card: Card, detail: JsonObject, check: Check): string {
  const who = nameIn(detail, 'who');
  check(!isInningsOver(card), 'The innings is over.');
  if (who !== card.striker && who !== card.partner) throw new NotAllowed(`${who} is not batting.`);
  const next = comesIn(card, readText(detail['next']), check);
  card.batters.set(who, { ...batterOf(card, who), how: 'retired, not out' });
  replace(card, who, next);
  card.stand = { runs: 0, balls: 0 };
  return next === null ? `${who} retires.` : `${who} retires; ${next} comes in.`;
}

/** A batter comes in at a vacant end. */
export function fill(card: Card, detail: JsonObject, check: Check): string {
  if (pairOf(card).length === 2) throw new NotAllowed('Two batters are in.');
  const next = comesIn(card, nameIn({ batter: detail['next'] }, 'batter'), check);
  putIn(card, next);
  return `${next} comes in.`;
}

/** Law 40: timed out. Law 25.4: retired out. Absent: the side bats with one player less. */
export function goOut(card: Card, detail: JsonObject, check: Check): string {
  const who = nameIn(detail, 'who');
  const how = oneOf(detail['how'], ['timedOut', 'retiredOut', 'absent']);
  if (how === null) throw new NotAllowed('Select how the batter was out.');
  check(!isInningsOver(card), 'The innings is over.');
  if (card.batters.get(who)?.out) throw new NotAllowed(`${who} is out already.`);
  return how === 'absent' ? miss(card, who) : leave(card, who, how, detail, check);
}

function leave(card: Card, who: string, how: 'timedOut' | 'retiredOut', detail: JsonObject, check: Check): string {
  const isIn = who === card.striker || who === card.partner;
  check(how === 'timedOut' || card.batters.has(who), `${who} has not batted.`);
  check(how !== 'timedOut' || batterOf(card, who).balls === 0, `${who} has faced a ball already.`);
  const words = how === 'timedOut' ? 'timed out' : 'retired out';
  dismiss(card, who, words, { pair: isIn ? pairOf(card) : [], number: overNumber(card) });
  const { runs, balls } = batterOf(card, who);
  const told = `${who} is ${words}, ${runs} (${balls}).`;
  if (wicketsLeft(card) === 0) return told;
  const next = isIn || (pairOf(card).length < 2 && readText(detail['next']) !== null) ? comesIn(card, readText(detail['next']), check) : null;
  if (isIn) replace(card, who, next);
  else if (next !== null) putIn(card, next);
  return next === null ? told : `${told} ${next} comes in.`;
}

function miss(card: Card, who: string): string {
  if (who === card.striker || who === card.partner) throw new NotAllowed(`${who} is batting. Let them retire first.`);
  const known = card.batters.get(who);
  const how = known ? known.how : 'absent hurt';
  card.batters.set(who, { ...batterOf(card, who), how, absent: true });
  return known ? `${who} does not bat again.` : `${who} is absent hurt.`;
}

/** Puts a batter at a vacant end. */
function putIn(card: Card, next: string | null): void {
  if (card.striker === null) card.striker = next;
  else card.partner = next;
}

/** Puts the next batter at the end of the one who leaves. */
function replace(card: Card, who: string, next: string | null): void {
  if (who === card.striker) card.striker = next;
  else card.partner = next;
}
