// Cricket rules for the console: applies each tap to the scorecard.
import { readObject, readText } from '../../lib/read';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { cricketSummary } from '../../sports/summary';
import { NotAllowed, type Rules } from '../rules';
import { BALLS_IN_OVER, emptyBowler, isInningsOver, isOverToCome, oversOf, readCard, writeCard, type Card } from './card';
import { dismissals, kindOf, readDelivery, scoredOff, several, type Delivery, type How } from './delivery';
import { batterOf, bowl, comesIn, swapEnds } from './innings';

export const cricketRules: Rules = { play, words, summary: cricketSummary, keepsTap: true };

function play(state: JsonObject, [kind, detail = {}]: Tap): JsonObject {
  if (kind === 'start') return start(detail);
  const card = readCard(state);
  if (card === null) throw new NotAllowed('Set the match up first.');
  const changed = { ...card, batters: new Map(card.batters), bowlers: new Map(card.bowlers) };
  switch (kind) {
    case 'ball':
      return afterBall(state, card, detail);
    case 'over':
      return { ...state, ...writeCard(nextOver(changed, nameIn(detail, 'bowler'))) };
    case 'swap':
      swapEnds(changed);
      return { ...state, ...writeCard(changed), commentary: `${changed.striker} is on strike.` };
    case 'retire':
      return retire(state, changed, detail);
    case 'innings':
      return changeInnings(state, card, detail);
    case 'result':
      return conclude(state, card, readText(detail['text']));
    default:
      throw new NotAllowed(`Cricket has no entry "${kind}".`);
  }
}

function start(detail: JsonObject): JsonObject {
  const overs = Number(detail['overs'] ?? 20);
  const players = Number(detail['players'] ?? 11);
  if (!Number.isSafeInteger(overs) || overs < 0) throw new NotAllowed('Overs must be a whole number, or 0 for no limit.');
  if (!Number.isSafeInteger(players) || players < 2) throw new NotAllowed('A side has at least two players.');
  const batting = nameIn(detail, 'batting');
  const bowling = nameIn(detail, 'bowling');
  if (batting === bowling) throw new NotAllowed('The two sides need different names.');
  const card = open(batting, bowling, detail, { overs: overs === 0 ? null : overs, players });
  const toss = readText(detail['toss']);
  return {
    ...(toss === null ? {} : { toss }),
    ...writeCard(card),
    squads: readObject(detail['squads']),
    commentary: toss ?? `${batting} bat first.`,
  };
}

/** An innings before its first ball, with the openers. */
function open(batting: string, bowling: string, detail: JsonObject, match: Pick<Card, 'overs' | 'players'>): Card {
  const card: Card = {
    ...match,
    batting,
    bowling,
    innings: 1,
    runs: 0,
    wickets: 0,
    balls: 0,
    extras: { wides: 0, noBalls: 0, byes: 0, legByes: 0 },
    target: null,
    freeHit: false,
    striker: null,
    partner: null,
    bowler: null,
    deliveries: 0,
    thisOver: [],
    batters: new Map(),
    bowlers: new Map(),
  };
  card.striker = comesIn(card, nameIn(detail, 'striker'));
  card.partner = comesIn(card, nameIn(detail, 'partner'));
  return nextOver(card, nameIn(detail, 'bowler'));
}

function nextOver(card: Card, bowler: string): Card {
  if (!isOverToCome(card)) throw new NotAllowed('The over is not finished.');
  if (isInningsOver(card)) throw new NotAllowed('The innings is over.');
  // Law 17.6: nobody bowls two overs in a row.
  if (bowler === card.bowler && card.balls > 0) throw new NotAllowed(`${bowler} bowled the last over.`);
  if (!card.bowlers.has(bowler)) card.bowlers.set(bowler, emptyBowler);
  return { ...card, bowler, thisOver: [] };
}

function afterBall(state: JsonObject, before: Card, detail: JsonObject): JsonObject {
  if (readText(state['result']) !== null) throw new NotAllowed('The match is over.');
  if (isInningsOver(before)) throw new NotAllowed('The innings is over.');
  if (isOverToCome(before)) throw new NotAllowed('Enter the bowler of the next over first.');
  const ball = readDelivery(detail, before.freeHit);
  const after = bowl(before, ball);
  const over = `${Math.floor(before.balls / BALLS_IN_OVER)}.${(before.balls % BALLS_IN_OVER) + 1}`;
  const { striker, bowler } = before;
  const text = `${bowler} to ${striker}: ${sentence(ball, before, after)}`;
  return {
    ...state,
    ...writeCard(after),
    ball: { n: after.deliveries, over, runs: after.runs - before.runs, kind: kindOf(ball), batter: striker, bowler, text },
    commentary: `${over} ${text}`,
  };
}

/** The commentary on a ball: runs, and the batter who is out. */
function sentence(ball: Delivery, before: Card, after: Card): string {
  const scored = scoredOff(ball);
  const out = [before.striker, before.partner].find((name) => name !== null && batterOf(after, name).out);
  if (!ball.wicket || !out) return `${scored}.`;
  const { how, runs, balls } = batterOf(after, out);
  return `${scored}, OUT! ${out} ${how} ${runs} (${balls}).`;
}

function retire(state: JsonObject, card: Card, detail: JsonObject): JsonObject {
  const who = nameIn(detail, 'who');
  if (who !== card.striker && who !== card.partner) throw new NotAllowed(`${who} is not batting.`);
  const next = comesIn(card, readText(detail['next']));
  card.batters.set(who, { ...batterOf(card, who), how: 'retired, not out' });
  if (who === card.striker) card.striker = next;
  else card.partner = next;
  return { ...state, ...writeCard(card), commentary: `${who} retires; ${next} comes in.` };
}

function changeInnings(state: JsonObject, card: Card, detail: JsonObject): JsonObject {
  if (card.innings !== 1) throw new NotAllowed('Both sides have batted.');
  const { batting, bowling, runs, wickets } = card;
  const second = open(bowling, batting, detail, card);
  const first = { team: batting, runs, wickets, over: oversOf(card.balls) };
  const made = `${batting} made ${runs} for ${wickets} in ${first.over} overs.`;
  return {
    ...state,
    ...writeCard({ ...second, innings: 2, target: runs + 1 }),
    first,
    ball: null,
    commentary: `${made} ${bowling} need ${runs + 1} to win.`,
  };
}

function conclude(state: JsonObject, card: Card, text: string | null): JsonObject {
  const result = text ?? resultOf(card);
  if (result === null) throw new NotAllowed('The match is not over. Enter how it ended.');
  return { ...state, ...writeCard(card), striker: null, partner: null, required: null, result, commentary: `${result}.` };
}

/** How the match ended; null while it has not. */
export function resultOf(card: Card): string | null {
  if (card.target === null || !isInningsOver(card)) return null;
  const short = card.target - 1 - card.runs;
  if (short < 0) return `${card.batting} won by ${several(card.players - 1 - card.wickets, 'wicket')}`;
  return short === 0 ? 'The match is tied' : `${card.bowling} won by ${several(short, 'run')}`;
}

const fieldNames: Record<string, string> = { batting: 'batting side', bowling: 'bowling side', partner: 'non-striker', who: 'batter' };

function nameIn(detail: JsonObject, field: string): string {
  const name = readText(detail[field])?.trim();
  if (!name) throw new NotAllowed(`Enter the ${fieldNames[field] ?? field}.`);
  return name;
}

function words([kind, detail = {}]: Tap): string {
  switch (kind) {
    case 'ball': {
      const wicket = readObject(detail['wicket']);
      const how = dismissals[wicket['how'] as How] as string | undefined;
      const ball = { fault: null, off: 'bat', boundary: false, runs: 0, wicket: null, ...detail } as Delivery;
      const scored = scoredOff(ball);
      if (how === undefined) return scored;
      return ball.runs > 0 || ball.fault ? `${how} (${scored})` : how;
    }
    case 'over':
      return `New over: ${readText(detail['bowler']) ?? ''}`;
    case 'swap':
      return 'Strike swapped';
    case 'retire':
      return `${readText(detail['who']) ?? ''} retires`;
    case 'start':
      return 'Start of the match';
    case 'innings':
      return 'Second innings';
    case 'result':
      return 'End of the match';
    default:
      return kind;
  }
}
