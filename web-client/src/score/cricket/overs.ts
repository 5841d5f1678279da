// Overs: their ends, their bowlers, and what the umpire makes longer or shorter.
import { NotAllowed } from '../rules';
import { bowlerOf, isExtended, isInningsOver, isOverToCome, overAfter, overNumber, type Card } from './card';
import type { Check } from './check';
import { withBowler } from './delivery';
import { emptyOver, type Bowler, type OverFigures } from './figures';

export function swapEnds(card: Card): void {
  [card.striker, card.partner] = [card.partner, card.striker];
}

/** After an over the other end is bowled from; in sets of five, after two of them. */
export function changeEnds(card: Card): void {
  if (card.ballsInOver !== 5 || (card.balls / 5) % 2 === 0) swapEnds(card);
}

/** Ends an over: its maiden, and the change of ends. */
export function endOver(card: Card): void {
  countMaiden(card, 1);
  changeEnds(card);
}

/** Adds or takes back the maiden of the over that has all its balls. Law 17: a maiden is a whole over of one bowler. */
export function countMaiden(card: Card, by: 1 | -1): void {
  const { bowler } = card;
  const over = card.progress.get(Math.floor(card.balls / card.ballsInOver));
  if (bowler === null || over?.others !== undefined) return;
  const isMaiden = card.thisOver.every((sign) => /^(0|W|\d+l?bW?)$/.test(sign));
  const figures = bowlerOf(card, bowler);
  if (isMaiden) card.bowlers.set(bowler, { ...figures, maidens: Math.max(0, figures.maidens + by) });
}

type Added = Partial<Pick<OverFigures, 'runs' | 'wickets' | 'balls' | 'conceded' | 'taken' | 'uncounted'>>;

/** Adds to an over's figures, if the desk keeps them: not for an over that was running when it took over. */
export function addToOver(card: Card, number: number, added: Added): void {
  const over = card.progress.get(number);
  if (over === undefined) return;
  const sums = (Object.keys(added) as (keyof Added)[]).map((name) => [name, (over[name] ?? 0) + (added[name] ?? 0)]);
  card.progress.set(number, { ...over, ...Object.fromEntries(sums) });
}

/** The next over. `called`: the umpire ends the running one early. */
export function nextOver(card: Card, bowler: string | null, called: boolean, check: Check): void {
  if (card.bowler !== null && !isOverToCome(card)) {
    check(called || isExtended(card), 'The over is not finished.');
    callOver(card);
  }
  if (bowler === null) {
    if (!called) throw new NotAllowed('Enter the bowler.');
    card.bowler = null;
    return;
  }
  check(!isInningsOver(card), 'The innings is over.');
  const number = overAfter(card);
  check(mayBowl(card, number, bowler), `${bowler} bowled the last over.`);
  card.bowlers.set(bowler, bowlerOf(card, bowler));
  card.bowler = bowler;
  card.thisOver = [];
  card.progress.set(number, emptyOver(bowler));
}

/** Ends the over before its last ball: it counts as a whole one, for the innings and for its bowler. */
function callOver(card: Card): void {
  const missing = isExtended(card) ? 0 : card.ballsInOver - (card.balls % card.ballsInOver);
  const figures = card.bowlers.get(card.bowler ?? '');
  if (missing > 0) addToOver(card, overNumber(card), { uncounted: missing });
  card.balls += missing;
  if (figures && card.bowler !== null) card.bowlers.set(card.bowler, { ...figures, balls: figures.balls + missing });
  endOver(card);
}

/**
 * Law 17.6: nobody bowls two overs in a row, nor parts of them. In sets of five a bowler may bowl two sets in a row, but
 * not three.
 */
export function mayBowl(card: Card, number: number, bowler: string): boolean {
  const bowled = (over: number) => namesIn(card.progress.get(over)).includes(bowler);
  const isLast = card.progress.has(number - 1) ? bowled(number - 1) : bowler === card.bowler && card.balls > 0;
  return !isLast || (card.ballsInOver === 5 && !bowled(number - 2));
}

function namesIn(over: OverFigures | undefined): string[] {
  return over === undefined ? [] : [over.bowler, ...(over.others ?? [])];
}

/** Another bowler goes on within the over. Law 17.8: somebody who bowls neither the over before nor the next. */
export function replaceBowler(card: Card, bowler: string, check: Check): void {
  const { bowler: before } = card;
  if (before === null || isOverToCome(card)) throw new NotAllowed('The over is finished. Enter the bowler of the next.');
  check(!isInningsOver(card), 'The innings is over.');
  if (bowler === before) throw new NotAllowed(`${bowler} is bowling already.`);
  const number = overNumber(card);
  if (number > 1) check(!namesIn(card.progress.get(number - 1)).includes(bowler), `${bowler} bowled the last over.`);
  const isBegun = card.thisOver.length > 0;
  const others = [...(card.progress.get(number)?.others ?? []), ...(isBegun ? [before] : [])].filter((name) => name !== bowler);
  const { others: _, uncounted: __, ...over } = card.progress.get(number) ?? emptyOver(bowler);
  if (card.progress.has(number) || isBegun === false) {
    card.progress.set(number, { ...over, bowler, balls: 0, conceded: 0, taken: 0, ...(others.length > 0 ? { others } : {}) });
  }
  if (!isBegun && isEmpty(card.bowlers.get(before))) card.bowlers.delete(before);
  card.bowlers.set(bowler, bowlerOf(card, bowler));
  card.bowler = bowler;
}

function isEmpty(figures: Bowler | undefined): boolean {
  return figures !== undefined && Object.values(figures).every((figure) => figure === 0);
}

/** Names who bowled an over of this innings: its figures, its wickets and its maiden are theirs. */
export function nameBowler(card: Card, number: number, bowler: string, check: Check): string {
  const over = card.progress.get(number);
  if (over === undefined) throw new NotAllowed(`The desk has no figures of over ${number}.`);
  if (over.bowler === bowler) throw new NotAllowed(`${bowler} bowled over ${number} already.`);
  const around = [card.progress.get(number - 1), card.progress.get(number + 1)].flatMap(namesIn);
  check(card.ballsInOver === 5 || !around.includes(bowler), `${bowler} bowled the over before or after.`);
  move(card, number, over, bowler);
  return over.bowler;
}

function move(card: Card, number: number, over: OverFigures, bowler: string): void {
  const isRunning = number === overNumber(card) && !isOverToCome(card);
  const isMaiden = !isRunning && over.conceded === 0 && over.others === undefined;
  const counted = over.balls + (over.uncounted ?? 0);
  const figures: Bowler = { balls: counted, legal: over.balls, maidens: Number(isMaiden), runs: over.conceded, wickets: over.taken };
  const add = (name: string, sign: 1 | -1) => {
    const known = bowlerOf(card, name);
    const sums = (Object.keys(figures) as (keyof Bowler)[]).map((figure) => [figure, Math.max(0, known[figure] + sign * figures[figure])]);
    card.bowlers.set(name, Object.fromEntries(sums) as unknown as Bowler);
  };
  add(over.bowler, -1);
  add(bowler, 1);
  if (isEmpty(card.bowlers.get(over.bowler)) && ![...card.progress.values()].some((one) => one !== over && namesIn(one).includes(over.bowler))) {
    card.bowlers.delete(over.bowler);
  }
  for (const { batter, over: when } of card.fall.values()) {
    const line = card.batters.get(batter);
    if (line && wasInOver(when, number)) card.batters.set(batter, { ...line, how: creditedTo(line.how, over.bowler, bowler) });
  }
  card.progress.set(number, { ...over, bowler });
  if (number === overNumber(card) && card.bowler === over.bowler) card.bowler = bowler;
}

/** Whether a wicket at `over`, such as `3.4`, fell in over `number`. The last ball of over 4 is at `4.0`. */
function wasInOver(over: string, number: number): boolean {
  const [whole = 0, part = 0] = over.split('.').map(Number);
  return whole === number - 1 || (whole === number && part === 0);
}

function creditedTo(how: string, before: string, bowler: string): string {
  if (how === `c & b ${before}`) return `c ${before} b ${bowler}`;
  return withBowler(how, before, bowler);
}
