// Applies a delivery to an innings by the Laws of Cricket (MCC, 2017 code).
import { NotAllowed } from '../rules';
import { BALLS_IN_OVER, emptyBatter, emptyBowler, type Batter, type Bowler, type Card } from './card';
import { howOut, signOf, type Delivery, type Wicket } from './delivery';

/** The card after a ball. Throws `NotAllowed` unless both batters and the bowler are named. */
export function bowl(card: Card, ball: Delivery): Card {
  const { striker, partner, bowler } = card;
  if (striker === null || partner === null || bowler === null) throw new NotAllowed('Enter the batters and the bowler first.');
  const after: Card = {
    ...card,
    deliveries: card.deliveries + 1,
    thisOver: [...card.thisOver, signOf(ball)],
    extras: { ...card.extras },
    batters: new Map(card.batters),
    bowlers: new Map(card.bowlers),
  };
  countRuns(after, ball, striker, bowler);
  if (!ball.boundary && ball.runs % 2 === 1) swapEnds(after);
  if (ball.wicket) fall(after, ball.wicket, striker, partner, bowler, ball.runs % 2 === 1);
  // A wide does not use up a free hit.
  if (ball.fault !== 'wide') after.freeHit = ball.fault === 'noBall';
  if (ball.fault === null && after.balls % BALLS_IN_OVER === 0) {
    const figures = bowlerOf(after, bowler);
    const isMaiden = after.thisOver.every((sign) => /^(0|W|\d+l?b)$/.test(sign));
    after.bowlers.set(bowler, { ...figures, maidens: figures.maidens + Number(isMaiden) });
    swapEnds(after);
  }
  return after;
}

export function batterOf(card: Card, name: string): Batter {
  return card.batters.get(name) ?? emptyBatter(card.batters.size + 1);
}

export function bowlerOf(card: Card, name: string): Bowler {
  return card.bowlers.get(name) ?? emptyBowler;
}

function countRuns(card: Card, ball: Delivery, striker: string, bowler: string): void {
  const { fault, off, runs, boundary } = ball;
  const penalty = fault === null ? 0 : 1;
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
  if (fault === 'noBall') card.extras.noBalls += 1;
  // A no-ball is a ball received; a wide is not.
  if (fault !== 'wide') batter.balls += 1;
  card.batters.set(striker, batter);
  const legal = 1 - penalty;
  card.balls += legal;
  const figures = bowlerOf(card, bowler);
  card.bowlers.set(bowler, { ...figures, balls: figures.balls + legal, runs: figures.runs + conceded });
}

/**
 * Applies a wicket. The new batter goes to the end where the wicket fell (for a catch, Law 18.11); the other batter goes
 * to the other end.
 */
function fall(card: Card, wicket: Wicket, striker: string, partner: string, bowler: string, crossed: boolean): void {
  const isRunOut = wicket.how === 'runOut';
  const out = isRunOut && wicket.who === 'partner' ? partner : striker;
  const stays = out === striker ? partner : striker;
  const atStrikersEnd = !isRunOut || wicket.end === 'striker';
  if (!isRunOut && crossed) throw new NotAllowed('Runs count with a wicket only if the batter is run out.');
  card.wickets += 1;
  card.batters.set(out, { ...batterOf(card, out), out: true, how: howOut(wicket, bowler) });
  if (!isRunOut) {
    const figures = bowlerOf(card, bowler);
    card.bowlers.set(bowler, { ...figures, wickets: figures.wickets + 1 });
  }
  const isLast = card.wickets >= card.players - 1;
  const next = isLast ? out : comesIn(card, wicket.next);
  [card.striker, card.partner] = atStrikersEnd ? [next, stays] : [stays, next];
}

/** Brings in a batter who has not batted yet, or one who retired. */
export function comesIn(card: Card, name: string | null): string {
  if (name === null) throw new NotAllowed('Enter the next batter.');
  const known = card.batters.get(name);
  if (known?.out || name === card.striker || name === card.partner) throw new NotAllowed(`${name} is already out or batting.`);
  card.batters.set(name, known ? { ...known, how: 'not out' } : emptyBatter(card.batters.size + 1));
  return name;
}

export function swapEnds(card: Card): void {
  [card.striker, card.partner] = [card.partner, card.striker];
}
