// How a match ended: by the score, or as the scorer says.
import { readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { NotAllowed } from '../rules';
import { isInningsOver, totalOf, writeCard, type Card } from './card';
import { oneOf } from './check';
import { several } from './delivery';
import { methodOf } from './match';
import type { ResultHow } from './taps';

/** The result for programs; `result` has its words. */
export interface Outcome {
  how: ResultHow;
  winner?: string;
  by?: { runs?: number; wickets?: number; innings?: number };
  method?: string;
}

interface Ending {
  text: string;
  outcome: Outcome;
}

/** How the match ended, in words; null while it has not. */
export function resultOf(card: Card): string | null {
  return endingOf(card)?.text ?? null;
}

function endingOf(card: Card): Ending | null {
  if (!isInningsOver(card)) return null;
  if (card.superOver) return endOfSuperOver(card);
  if (card.target === null) return wonByAnInnings(card);
  const { batting, bowling, target, runs, wickets, players, revised } = card;
  const short = target - 1 - runs;
  // Rain ended a chase, and nobody has entered what the target is then.
  if (card.closed === 'rain' && short >= 0 && revised === null) return null;
  // A side with more than one innings can close the last one, or run out of time: a draw is for the scorer to enter.
  if (card.closed !== null && short >= 0 && card.inningsEach === 2) return null;
  const method = revised?.method === undefined ? {} : { method: revised.method };
  if (short === 0) return { text: `The match is tied${methodOf(card)}`, outcome: { how: 'tie', ...method } };
  const left = players - 1 - wickets;
  const [winner, by, margin] =
    short < 0
      ? ([batting, { wickets: left }, several(left, 'wicket')] as const)
      : ([bowling, { runs: short }, several(short, 'run')] as const);
  return { text: `${winner} won by ${margin}${methodOf(card)}`, outcome: { how: 'won', winner, by, ...method } };
}

function endOfSuperOver({ target, runs, batting, bowling }: Card): Ending | null {
  if (target === null) return null;
  const short = target - 1 - runs;
  if (short === 0) return { text: 'The match and the super over are tied', outcome: { how: 'tie' } };
  const winner = short < 0 ? batting : bowling;
  return { text: `The match is tied; ${winner} won the super over`, outcome: { how: 'tie', winner } };
}

/** In a match of four innings: the side that has batted twice is behind still. */
function wonByAnInnings(card: Card): Ending | null {
  const { batting, bowling, inningsEach, innings, runs } = card;
  const own = totalOf(card, batting) + runs;
  const behind = totalOf(card, bowling) - own;
  if (inningsEach !== 2 || innings !== 3 || behind <= 0 || card.cards.filter((ended) => readText(ended['team']) === batting).length !== 1) return null;
  return {
    text: `${bowling} won by an innings and ${several(behind, 'run')}`,
    outcome: { how: 'won', winner: bowling, by: { innings: 1, runs: behind } },
  };
}

export function conclude(state: JsonObject, card: Card, detail: JsonObject): JsonObject {
  const { text, outcome } = told(card, detail) ?? endingOf(card) ?? missing();
  const { striker, partner } = card;
  const ends = { ...(striker === null ? {} : { striker }), ...(partner === null ? {} : { partner }) };
  return { ...state, ...writeCard(card), striker: null, partner: null, ends, required: null, result: text, outcome, commentary: `${text}.` };
}

function missing(): never {
  throw new NotAllowed('The match is not over. Enter how it ended.');
}

/** The result as the scorer tells it; null where the score has to tell it. */
function told(card: Card, detail: JsonObject): Ending | null {
  const text = readText(detail['text'])?.trim() || null;
  const how = oneOf(detail['how'], ['won', 'tie', 'draw', 'noResult', 'abandoned', 'conceded']);
  const winner = readText(detail['winner'])?.trim() || null;
  if (text === null && how === null) return null;
  if (winner !== null && winner !== card.batting && winner !== card.bowling) throw new NotAllowed(`${winner} do not play in this match.`);
  if (how === null) return { text: text ?? '', outcome: outcomeSaid(card, text ?? '') };
  const outcome = { how, ...(winner === null ? {} : { winner }) };
  return { text: text ?? wordsOf(card, how, winner), outcome };
}

/** The outcome behind a result that was only written: the score's own, if the words are. */
function outcomeSaid(card: Card, text: string): Outcome {
  const ending = endingOf(card);
  if (ending?.text === text) return ending.outcome;
  if (/no result/i.test(text)) return { how: 'noResult' };
  if (/abandon/i.test(text)) return { how: 'abandoned' };
  return { how: /\btied?\b/i.test(text) ? 'tie' : /\bdr[ae]wn?\b/i.test(text) ? 'draw' : 'won' };
}

/** The usual words for an ending that the scorer enters. */
export function wordsOf({ batting, bowling }: Card, how: ResultHow, winner: string | null): string {
  switch (how) {
    case 'noResult':
      return 'No result';
    case 'abandoned':
      return 'The match was abandoned';
    case 'tie':
      return winner === null ? 'The match is tied' : `The match is tied; ${winner} won the tie-break`;
    case 'draw':
      return 'The match is drawn';
    case 'won':
    case 'conceded': {
      if (winner === null) throw new NotAllowed('Select the side that won.');
      return how === 'won' ? `${winner} won` : `${winner} won; ${winner === batting ? bowling : batting} conceded the match`;
    }
  }
}
