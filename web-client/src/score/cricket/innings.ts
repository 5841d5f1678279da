// Applies a delivery to an innings by the Laws of Cricket (MCC, 2017 code).
import { readText } from '../../lib/read';
import { NotAllowed } from '../rules';
import { batterOf, bowlerOf, isExtended, isInningsOver, isOverToCome, overNumber, wicketsToFall, type Card } from './card';
import type { Check } from './check';
import { howOut, onTheRun, signOf, type Delivery, type Wicket } from './delivery';
import { oversOf, readBatters } from './figures';
import { addToOver, changeEnds, countMaiden, endOver, swapEnds } from './overs';

/** A copy that can be changed. */
export function copyOf(card: Card): Card {
  return {
    ...card,
    extras: { ...card.extras },
    batters: new Map(card.batters),
    bowlers: new Map(card.bowlers),
    fall: new Map(card.fall),
    progress: new Map(card.progress),
    owed: new Map(card.owed),
  };
}

/** The card as the ball finds it: who faces, where the tap knows better than the card. */
export function readyFor(card: Card, ball: Delivery): Card {
  const ready = copyOf(card);
  if (isOverToCome(ready)) {
    // One more ball than the over has: the ends have changed already.
    countMaiden(ready, -1);
    changeEnds(ready);
  }
  const out = ball.wicket?.out ?? null;
  if (ball.wicket && out !== null && out === ready.partner && !onTheRun.includes(ball.wicket.how)) swapEnds(ready);
  return ready;
}

/** The card after a ball. Throws `NotAllowed` unless both batters and the bowler are named. */
export function bowl(ready: Card, ball: Delivery, check: Check): Card {
  const after = copyOf(ready);
  const { striker, partner, bowler } = after;
  if (bowler === null || striker === null || partner === null) throw new NotAllowed('Enter the batters and the bowler first.');
  const isExtra = isOverToCome(ready) || isExtended(ready);
  const number = overNumber(after);
  after.deliveries += 1;
  after.thisOver = [...after.thisOver, signOf(ball)];
  countRuns(after, ball, { striker, bowler, number, isExtra });
  if (!ball.boundary && ball.runs % 2 === 1) swapEnds(after);
  if (ball.wicket) fall(after, ball.wicket, { striker, partner, bowler, number }, check);
  // A wide does not use up a free hit.
  if (ball.fault !== 'wide') after.freeHit = after.freeHits && ball.fault === 'noBall';
  if (ball.fault === null && after.balls % after.ballsInOver === 0) endOver(after);
  return after;
}

/** Who is in on a ball, and the number of the over. */
interface Now {
  striker: string;
  bowler: string;
  number: number;
}

function countRuns(card: Card, ball: Delivery, { striker, bowler, number, isExtra }: Now & { isExtra: boolean }): void {
  const { fault, off, runs, boundary } = ball;
  const penalty = fault === null ? 0 : fault === 'noBall' ? card.noBallRuns : 1;
  let conceded = penalty;
  card.runs += penalty + runs;
  const batter = { ...batterOf(card, striker) };
  if (fault === 'wide') {
    conceded += runs;
    card.extras.wides += conceded;
  } else if (off === 'bat') {
    conceded += runs;
    batter.runs += runs;
    if (boundary && runs === 4) batter.fours += 1;
    if (boundary && runs === 6) batter.sixes += 1;
  } else {
    card.extras[off] += runs;
  }
  if (fault === 'noBall') card.extras.noBalls += penalty;
  // A no-ball is a ball received; a wide is not.
  const received = fault === 'wide' ? 0 : 1;
  batter.balls += received;
  card.batters.set(striker, batter);
  if (card.stand) card.stand = { runs: card.stand.runs + penalty + runs, balls: card.stand.balls + received };
  const legal = fault === null ? 1 : 0;
  // The over has its usual number of balls, whatever the umpire allows.
  const counted = isExtra ? 0 : legal;
  card.balls += counted;
  card.legal += legal;
  const figures = bowlerOf(card, bowler);
  card.bowlers.set(bowler, {
    ...figures,
    balls: figures.balls + counted,
    legal: figures.legal + legal,
    runs: figures.runs + conceded,
  });
  addToOver(card, number, { runs: penalty + runs, balls: legal, conceded, ...(legal > counted ? { uncounted: -1 } : {}) });
}

/**
 * Applies a wicket. The new batter goes to the end where the wicket fell (for a catch, Law 18.11); the other batter goes
 * to the other end.
 */
function fall(card: Card, wicket: Wicket, { striker, partner, bowler, number }: Now & { partner: string }, check: Check): void {
  const isOnTheRun = onTheRun.includes(wicket.how);
  if (wicket.out !== null && wicket.out !== striker && wicket.out !== partner) throw new NotAllowed(`${wicket.out} is not batting.`);
  const out = wicket.out ?? (isOnTheRun && wicket.who === 'partner' ? partner : striker);
  if (batterOf(card, out).out) throw new NotAllowed(`${out} is out already.`);
  const stays = out === striker ? partner : striker;
  // Without an end, the next batter takes the place of the batter who is out.
  const end = wicket.end ?? (card.striker === out ? 'striker' : 'bowler');
  const atStrikersEnd = !isOnTheRun || end === 'striker';
  const isBowlers = !isOnTheRun && wicket.how !== 'hitTwice';
  if (isBowlers) {
    const figures = bowlerOf(card, bowler);
    card.bowlers.set(bowler, { ...figures, wickets: figures.wickets + 1 });
  }
  addToOver(card, number, { taken: Number(isBowlers) });
  dismiss(card, out, howOut(wicket, bowler), { pair: [striker, partner], number });
  const next = wicketsLeft(card) === 0 ? out : comesIn(card, wicket.next, check);
  [card.striker, card.partner] = atStrikersEnd ? [next, stays] : [stays, next];
}

/** Counts a wicket: the batter's line, the fall, and the end of the partnership. */
export function dismiss(card: Card, out: string, how: string, { pair, number }: { pair: string[]; number: number }): void {
  card.wickets += 1;
  const { absent: _, ...batter } = batterOf(card, out);
  card.batters.set(out, { ...batter, out: true, how });
  card.fall.set(card.wickets, {
    runs: card.runs,
    over: oversOf(card.balls, card.ballsInOver),
    batter: out,
    ...(card.stand && pair.length === 2 ? { stand: { ...card.stand, pair } } : {}),
  });
  card.stand = { runs: 0, balls: 0 };
  addToOver(card, number, { wickets: 1 });
}

export function wicketsLeft(card: Card): number {
  return Math.max(0, wicketsToFall(card) - card.wickets);
}

/** ICC playing conditions of T20 internationals, super overs: a batter who was out in one does not bat in another. */
export function isSpent({ superOver, batting, cards }: Pick<Card, 'superOver' | 'batting' | 'cards'>, name: string): boolean {
  if (!superOver) return false;
  const earlier = cards.filter((ended) => ended['superOver'] === true && readText(ended['team']) === batting);
  return earlier.some((ended) => readBatters(ended['batters']).get(name)?.out === true);
}

/** Brings in a batter who has not batted yet, or one who retired. */
export function comesIn(card: Card, name: string | null, check: Check): string | null {
  const next = name?.trim() || null;
  // Nobody comes in once the innings is over. "Anyway" leaves the end vacant, so that the innings can be closed.
  check(next !== null || isInningsOver(card), 'Enter the next batter.');
  if (next === null) return null;
  const { absent: _, ...batter } = batterOf(card, next);
  check(!isSpent(card, next), `${next} was out in an earlier super over.`);
  if (batter.out || next === card.striker || next === card.partner) throw new NotAllowed(`${next} is already out or batting.`);
  card.batters.set(next, { ...batter, how: 'not out' });
  return next;
}
