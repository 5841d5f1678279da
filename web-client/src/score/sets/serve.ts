// Who serves, and at which end each side plays.
import type { JsonObject } from '../../lib/wire';
import type { ServeRule, SetRule, SetsFormat } from '../../sports/families/sets/format';
import { hasEnds, isTiebreak, otherSide, ruleOf, runningIn, sideOf, unitOf, type Match, type SetScore, type Side } from '../../sports/families/sets/match';
import { NotAllowed } from '../rules';
import { matchIn, namesIn, newSet, runningSet, sideIn, withSet, written } from './state';

/** Whether the scorer says who serves first in a set. Where the serve goes on from the set before, nobody has to. */
export function asksServe({ serve }: SetsFormat, number: number): boolean {
  return serve !== undefined && (serve.moves !== 'game' || number === 1);
}

/** Who serves first in the next set by the rules; null if a toss decides. */
export function nextServer({ format, sets }: Match): Side | null {
  const last = sets.at(-1);
  const isToss = format.serve?.toss === true && sets.length + 1 === format.bestOf;
  if (format.serve === undefined || last === undefined || isToss) return null;
  if (format.serve.next === 'winner') return last.winner;
  return last.first === null ? null : otherSide(last.first);
}

/** The next set begins. `server` serves first; in sports without a serve it has no meaning. */
export function begin(state: JsonObject, detail: JsonObject): JsonObject {
  const match = matchIn(state);
  const number = match.sets.length + 1;
  const name = `${unitOf(match.format)} ${number}`;
  if (match.isOver) throw new NotAllowed('The match is over.');
  if (runningIn(match) !== null) throw new NotAllowed(`${unitOf(match.format)} ${match.sets.length} is being played.`);
  if (number > match.format.bestOf) throw new NotAllowed('All sets are played.');
  const server = sideOf(detail['server']);
  if (match.format.serve !== undefined && server === null) throw new NotAllowed('Say who serves first.');
  const commentary = server === null ? `${name} begins.` : `${name}: ${namesIn(state)[server]} to serve.`;
  return written(state, opened(match, server), commentary);
}

/** The match with its next set. */
export function opened(match: Match, server: Side | null): Match {
  return { ...match, sets: [...match.sets, newSet(server)], points: { home: 0, away: 0 }, serve: server, server: match.format.serve?.servers ?? 1 };
}

/** The match after a point that was won by `side`, with the serve where the rules move it. */
export function withServe(match: Match, side: Side): Match {
  const { serve } = match.format;
  const number = runningIn(match);
  const set = number === null ? undefined : match.sets[number - 1];
  if (serve === undefined || number === null || set === undefined) return match;
  const server = serve.moves === 'rally' ? side : serverBy(serve, ruleOf(match.format, number), set);
  return { ...match, serve: server ?? match.serve };
}

/** Who serves next by the number of points; null where that does not decide. */
export function serverBy(serve: ServeRule, rule: SetRule, set: SetScore): Side | null {
  if (serve.moves === 'rally') return null;
  const [score, isTied] = [set.tiebreak ?? set, rule.games !== undefined && isTiebreak(rule, set)];
  const first = isTied ? (set.tiebreak?.first ?? null) : set.first;
  if (first === null || (rule.games !== undefined && !isTied)) return null;
  const played = score.home + score.away;
  // In a tie-break the serve moves after the first point, and then after each two.
  const turns = serve.moves === 'game' ? Math.floor((played + 1) / 2) : turnsOf(played, Math.min(score.home, score.away), serve.every ?? 1, rule.to - 1);
  return turns % 2 === 0 ? first : otherSide(first);
}

/** How often the serve has moved: after each `every` points, and after each point once both sides have `from`. */
function turnsOf(played: number, least: number, every: number, from: number): number {
  if (least < from) return Math.floor(played / every);
  return Math.floor((2 * from) / every) + played - 2 * from;
}

/** A side serves that the rules did not expect: the scorer puts it right. */
export function setServe(state: JsonObject, detail: JsonObject): JsonObject {
  const match = matchIn(state);
  const { number, set } = runningSet(match);
  const { serve } = match.format;
  const side = sideIn(detail, 'side');
  if (serve === undefined) throw new NotAllowed('This sport has no serve.');
  const by = serverBy(serve, ruleOf(match.format, number), set);
  const turned = by === null || by === side ? set : withFirst(set, otherSide);
  const second = detail['server'] === 2 && (serve.servers ?? 1) > 1;
  return written(state, { ...withSet(match, number, turned), serve: side, server: second ? 2 : 1 }, `${namesIn(state)[side]} to serve.`);
}

/** A set, or its tie-break, in which the other side served first. */
function withFirst(set: SetScore, change: (side: Side) => Side): SetScore {
  const { tiebreak, first } = set;
  if (tiebreak !== null) return { ...set, tiebreak: { ...tiebreak, first: tiebreak.first === null ? null : change(tiebreak.first) } };
  return { ...set, first: first === null ? null : change(first) };
}

export function changeEnds(state: JsonObject): JsonObject {
  const match = matchIn(state);
  if (match.isOver) throw new NotAllowed('The match is over.');
  if (!hasEnds(match.format)) throw new NotAllowed('In this sport the sides have no ends.');
  return written(state, swapped(match), 'The sides change ends.');
}

export function swapped(match: Match): Match {
  return { ...match, left: otherSide(match.left) };
}

/** Whether the sides change ends within a set, after a point. `before` is the match before it. */
export function isChange(before: Match, after: Match, number: number): boolean {
  const rule = ruleOf(after.format, number);
  const [was, is] = [before.sets[number - 1], after.sets[number - 1]];
  if (was === undefined || is === undefined) return false;
  if (rule.games !== undefined) return after.format.ends === 'games' && is.tiebreak !== null && isEvery(6, was.tiebreak ?? { home: 0, away: 0 }, is.tiebreak);
  const { ends } = rule;
  if (ends === undefined) return false;
  if ('every' in ends) return isEvery(ends.every, was, is);
  const most = ({ home, away }: SetScore) => Math.max(home, away);
  return most(was) < ends.at && most(is) >= ends.at;
}

function isEvery(every: number, was: Record<Side, number>, is: Record<Side, number>): boolean {
  const turns = ({ home, away }: Record<Side, number>) => Math.floor((home + away) / every);
  return turns(is) > turns(was);
}
