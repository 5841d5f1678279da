// Cricket rules for the console: applies each tap to the scorecard.
import { mergePatch } from '../../lib/merge';
import { readObject, readText } from '../../lib/read';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { cricketSummary } from '../../sports/summary';
import { NotAllowed, TAP, UnknownTap, type Rules } from '../rules';
import { neededFor, nextOf, placeOf, recallOut, recordOut } from './arrange';
import { fill, goOut, retire } from './batters';
import { batterOf, isExtended, isInningsOver, isLegal, isOverToCome, readCard, writeCard, type Card } from './card';
import { checkFor, nameIn, numberIn, type Check } from './check';
import { kindOf, readDelivery, scoredOff, type Delivery } from './delivery';
import { bowl, copyOf, readyFor } from './innings';
import { contradiction } from './invariants';
import { knows } from './known';
import { changeInnings, close, limit, penalize, revise, start } from './match';
import { rename, setSquad, setToss } from './names';
import { nameBowler, nextOver, replaceBowler, swapEnds } from './overs';
import { conclude } from './result';
import type { Kind } from './taps';
import { words } from './words';


export const cricketRules: Rules = {
  play,
  words,
  summary: cricketSummary,
  keepsTap: true,
  knows,
  place: placeOf,
  record: recordOut,
  recall: recallOut,
  overruled,
  next: nextOf,
  needed: neededFor,
  check: contradiction,
};

/** Applies a tap: to the card, a copy, and gives the commentary. */
type OnCard = (card: Card, detail: JsonObject, check: Check) => string;
/** Applies a tap to the state, where the card is not all. */
type OnState = (state: JsonObject, card: Card, detail: JsonObject, check: Check) => JsonObject;

const onState: Partial<Record<Kind, OnState>> = {
  ball: afterBall,
  innings: changeInnings,
  result: conclude,
  penalty: penalize,
  rename: (state, card, detail) => rename(state, card, detail),
  squad: setSquad,
  toss: (state, _card, detail) => setToss(state, detail),
};

const onCard: Partial<Record<Kind, OnCard>> = {
  over: afterOver,
  bowler: changeBowler,
  swap: (card) => {
    swapEnds(card);
    return `${card.striker ?? 'Nobody'} is on strike.`;
  },
  retire,
  comesIn: fill,
  out: goOut,
  target: revise,
  limit,
  close,
};

/** What stands although the match is over: names, and what has its own check. */
const afterTheEnd: readonly string[] = ['result', 'innings', 'rename', 'squad', 'toss', 'ball', 'bowler'];

function play(state: JsonObject, tap: Tap): JsonObject {
  const check = checkFor(tap[1] ?? {});
  const played = apply(state, tap, check);
  const reason = check.reason();
  return reason === null ? played : { ...played, commentary: `${readText(played['commentary']) ?? ''} Umpire: ${reason.replace(/[.\s]+$/, '')}.` };
}

/** See `Rules.overruled`. */
function overruled(state: JsonObject, tap: Tap): readonly string[] {
  const { anyway } = tap[1] ?? {};
  if (anyway === undefined) return [];
  const check = checkFor({ anyway });
  apply(state, tap, check);
  return check.overruled;
}

function apply(state: JsonObject, [kind, detail = {}]: Tap, check: Check): JsonObject {
  if (kind === 'start') return start(detail, check);
  if (kind === 'plain') return plainly(state, detail);
  const known = readCard(state);
  if (known === null) throw new NotAllowed('Set the match up first.');
  const card = copyOf(known);
  if (!afterTheEnd.includes(kind)) check(readText(state['result']) === null, 'The match is over.');
  const whole = Object.hasOwn(onState, kind) ? onState[kind as Kind] : undefined;
  if (whole) return whole(state, card, detail, check);
  const part = Object.hasOwn(onCard, kind) ? onCard[kind as Kind] : undefined;
  if (part === undefined) throw new UnknownTap(`Cricket has no entry "${kind}".`);
  const commentary = part(card, detail, check);
  return { ...state, ...writeCard(card), commentary };
}

function afterBall(state: JsonObject, before: Card, detail: JsonObject, check: Check): JsonObject {
  const isMore = detail['more'] === true;
  check(readText(state['result']) === null, 'The match is over.');
  // One more ball than the over has can be the last of the innings.
  check(!isInningsOver(isMore ? { ...before, overs: null } : before), 'The innings is over.');
  check(isMore || !isOverToCome(before), 'Enter the bowler of the next over first.');
  const ball = readDelivery(detail, before.freeHit, check);
  const ready = readyFor(before, ball);
  const after = bowl(ready, ball, check);
  const over = labelOf(before);
  const { striker, bowler } = ready;
  const text = `${bowler} to ${striker}: ${sentence(ball, before, after)}`;
  return {
    ...state,
    ...writeCard(after),
    result: null,
    outcome: null,
    ball: { n: after.deliveries, over, runs: after.runs - before.runs, kind: kindOf(ball), batter: striker, bowler, text },
    commentary: `${over} ${text}`,
  };
}

/** The name of the ball to come: `3.4` is the fourth of the fourth over. A seventh ball of it is `3.7`. */
function labelOf(card: Card): string {
  const { balls, ballsInOver, thisOver } = card;
  const whole = Math.floor(balls / ballsInOver);
  if (isOverToCome(card) || isExtended(card)) return `${whole - 1}.${thisOver.filter(isLegal).length + 1}`;
  return `${whole}.${(balls % ballsInOver) + 1}`;
}

/** The commentary on a ball: runs, and the batter who is out. */
function sentence(ball: Delivery, before: Card, after: Card): string {
  const scored = scoredOff(ball);
  const out = [before.striker, before.partner].find((name) => name !== null && batterOf(after, name).out);
  if (!ball.wicket || !out) return `${scored}.`;
  const { how, runs, balls } = batterOf(after, out);
  return `${scored}, OUT! ${out} ${how} ${runs} (${balls}).`;
}

function afterOver(card: Card, detail: JsonObject, check: Check): string {
  const bowler = readText(detail['bowler'])?.trim() || null;
  const isNew = bowler !== null && !card.bowlers.has(bowler);
  nextOver(card, bowler, detail['called'] === true, check);
  if (bowler === null) return 'The umpire calls over.';
  return isNew ? `${bowler} into the attack.` : `${bowler} to bowl.`;
}

function changeBowler(card: Card, detail: JsonObject, check: Check): string {
  const bowler = nameIn(detail, 'bowler');
  if (detail['over'] === undefined) {
    const before = card.bowler ?? '';
    replaceBowler(card, bowler, check);
    return `${bowler} replaces ${before}.`;
  }
  const over = numberIn(detail, 'over', 1, 0, 'Enter the number of the over.');
  const before = nameBowler(card, over, bowler, check);
  return `Over ${over} was bowled by ${bowler}, not by ${before}.`;
}

/** An entry in words, with its patch. It cannot take the match away. */
function plainly(state: JsonObject, detail: JsonObject): JsonObject {
  const commentary = nameIn(detail, 'text');
  const { [TAP]: _, ...patch } = readObject(detail['patch']);
  const changed = mergePatch(state, patch);
  if (readCard(state) !== null && readCard(changed) === null) throw new NotAllowed('This would remove the score.');
  return { ...changed, commentary };
}
