// Corrections of cricket: in which order entries are played once a ball is legal that was not, or the reverse. The balls
// move across the overs, and the bowlers keep their order.
import { readObject, readText } from '../../lib/read';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { startIsNeeded, type Asked, type Playable } from '../rules';
import { isInningsOver, isOverToCome, readCard, type Card } from './card';
import { oversOf } from './figures';
import { canBowl } from './players';

type Rest = readonly Playable[];

/** Nothing moves across these, nor across an update without a tap. */
const bounds = new Set(['start', 'innings', 'close', 'result']);

/** The entry to play next. See `Rules.next`. */
export function nextOf(state: JsonObject, rest: Rest): number | Asked {
  const card = readCard(state);
  const [kind, detail = {}] = rest[0]?.tap ?? [''];
  if (card === null) return 0;
  if (kind === 'over' && !isReached(card, detail)) return afterOver(card, rest, detail);
  if (kind === 'ball' && isOverToCome(card) && !isInningsOver(card)) return beforeBall(state, card, rest, detail);
  if (kind === 'innings' && !isInningsOver(card)) return askForEnd(card, rest[0]?.tap ?? ['innings']);
  return 0;
}

function isReached(card: Card, detail: JsonObject): boolean {
  return detail['called'] === true || isOverToCome(card) || isInningsOver(card);
}

/** "New over" comes too early: first the balls that the over lacks. */
function afterOver(card: Card, rest: Rest, detail: JsonObject): number | Asked {
  const bowler = readText(detail['bowler']);
  for (const [index, { tap }] of rest.entries()) {
    if (tap === null || bounds.has(tap[0]) || isFixed(tap, bowler)) break;
    if (tap[0] !== 'over' && tap[0] !== 'bowler') return index;
  }
  const balls = card.balls % card.ballsInOver;
  return {
    about: 0,
    isIdle: true,
    question: {
      text: `The over of ${card.bowler ?? 'the bowler'} has ${balls} balls now. Is “New over: ${bowler ?? ''}” right?`,
      choices: [
        { label: 'No, the over goes on', taps: [] },
        { label: `Yes, the umpire ended it after ${balls} balls`, taps: [['over', { ...detail, called: true }]] },
      ],
    },
  };
}

/** Whether an entry stays where it is, between the overs that it belongs to. */
function isFixed([kind, detail = {}]: Tap, bowler: string | null): boolean {
  return (kind === 'over' && detail['called'] === true) || (kind === 'rename' && detail['from'] === bowler);
}

/** The over is full: the next one begins before the ball. */
function beforeBall(state: JsonObject, card: Card, rest: Rest, detail: JsonObject): number | Asked {
  // The scorer said so, or entered it against this rule.
  if (detail['more'] === true || (detail['anyway'] !== undefined && wasOneMore(card, rest[0]))) return 0;
  for (const [index, { tap }] of rest.entries()) {
    if (tap === null || bounds.has(tap[0]) || tap[0] === 'bowler' || tap[0] === 'rename') break;
    if (tap[0] === 'over' && tap[1]?.['called'] === true) break;
    if (tap[0] === 'over') return index;
  }
  const ball: Tap = ['ball', detail];
  return {
    about: 0,
    question: {
      text: `One more ball comes after ${oversOf(card.balls, card.ballsInOver)} overs now. Who bowled it?`,
      choices: [{ label: `${card.bowler ?? 'The bowler'}: the umpire allowed one more ball in the over`, taps: [['ball', { ...detail, more: true }]] }],
      name: { label: 'Bowler of the next over', known: canBowl(state, card), taps: (name) => [['over', { bowler: name }], ball] },
    },
  };
}

/** Whether a ball that counts anyway was one more than the over has when it was entered. Its place says so, such as `3.7`. */
function wasOneMore({ ballsInOver }: Card, item: Playable | undefined): boolean {
  if (item === undefined || item.since !== item.update.seq) return true;
  return Number(placeOf(item.update.data)?.split('.')[1] ?? Infinity) > ballsInOver;
}

/** The next innings has begun, but this one is not over. */
function askForEnd(card: Card, tap: Tap): Asked {
  const score = `${card.runs}/${card.wickets} in ${oversOf(card.balls, card.ballsInOver)} overs`;
  const isLastOver = card.overs !== null && Math.floor(card.balls / card.ballsInOver) === card.overs - 1;
  const close = (label: string, how: string) => ({ label, taps: [['close', { how }], tap] as Tap[] });
  return {
    about: 0,
    question: {
      text: `${card.batting} are ${score} now. How did their innings end?`,
      choices: [
        ...(isLastOver ? [{ label: 'The umpire ended the last over early', taps: [['over', { called: true }], tap] as Tap[] }] : []),
        close('Declared', 'declared'),
        close('Rain', 'rain'),
        close('The captain ended it', 'captain'),
      ],
    },
  };
}

/** A wicket with the name of the batter who is out, so that a later change of the strike does not dismiss the other one. */
export function recordOut(state: JsonObject, tap: Tap): Tap {
  const [kind, detail = {}] = tap;
  if (kind !== 'ball' || detail['wicket'] === undefined || readText(readObject(detail['wicket'])['out']) !== null) return tap;
  const card = readCard(state);
  const wicket = readObject(detail['wicket']);
  const out = wicket['who'] === 'partner' ? card?.partner : card?.striker;
  return out ? [kind, { ...detail, wicket: { ...wicket, out } }] : tap;
}

/** The same for an update of the 0.1.0 console, which did not record the name: its data has the batter who is out. */
export function recallOut(tap: Tap, update: JsonObject): Tap {
  const [kind, detail = {}] = tap;
  if (kind !== 'ball' || detail['wicket'] === undefined || readText(readObject(detail['wicket'])['out']) !== null) return tap;
  const out = Object.entries(readObject(update['batters'])).find(([, batter]) => readObject(batter)['out'] === true)?.[0];
  return out === undefined ? tap : [kind, { ...detail, wicket: { ...readObject(detail['wicket']), out } }];
}

/** Why an entry can't be removed. */
export function neededFor(tap: Tap, later: readonly Tap[]): string | null {
  const [kind, detail = {}] = tap;
  const hasBalls = later.some(([one]) => one === 'ball');
  if (kind === 'innings' && later.length > 0) return 'What came after it depends on it. Change it instead.';
  if (kind === 'over' && readText(detail['bowler']) !== null && hasBalls) return 'Balls came after it. Change who bowled instead.';
  return startIsNeeded(tap, later);
}

/** The point of the match of a ball, such as `0.3`. */
export function placeOf(update: JsonObject): string | null {
  return /^\d+\.\d+(?= )/.exec(readText(update['commentary']) ?? '')?.[0] ?? readText(readObject(update['ball'])['over']);
}
