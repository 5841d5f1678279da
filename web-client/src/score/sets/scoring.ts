// Points, games and sets: what a tap of a side's half does, and what the score then offers.
import { readObject } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { gameWinner, isByTiebreak, isPossible, isTiebreak, matchWinner, offerOf, otherSide, ruleOf, runningIn, sideOf, unitOf, winnerOf, withGame, withPoint, type Match, type Pair, type SetScore, type Side } from '../../sports/families/sets/match';
import { timeoutsLeft } from '../../sports/families/sets/read';
import { chanceWords, matchWords, pointsOf, setWords, type Names } from '../../sports/families/sets/words';
import { NotAllowed } from '../rules';
import { asksServe, isChange, opened, serverBy, swapped, withServe } from './serve';
import { matchIn, namesIn, runningSet, sideIn, withSet, written } from './state';

/** `to` won the rally. With side-out scoring, the receiving side wins the serve and no point. */
export function point(state: JsonObject, detail: JsonObject): JsonObject {
  const match = matchIn(state);
  const { number } = runningSet(match);
  const [side, names] = [sideIn(detail, 'to'), namesIn(state)];
  const { serve } = match.format;
  if (serve?.sideOut && match.serve !== null && match.serve !== side) return sideOut(state, match, side);
  const most = ruleOf(match.format, number).most ?? 1;
  const points = detail['points'] ?? 1;
  if (typeof points !== 'number' || !Number.isInteger(points) || points < 1 || points > most) throw new NotAllowed(`Enter 1 to ${most} points.`);
  const scored = withServe(withPoint(match, side, points), side);
  const isTurn = offerOf(scored) === null && isChange(match, scored, number);
  const after = isTurn ? swapped(scored) : scored;
  const head = points === 1 ? `Point to ${names[side]}.` : `${points} points to ${names[side]}.`;
  return written(state, after, told(`${head}${callWords(after, names)}`, chanceWords(after, names), isTurn));
}

function sideOut(state: JsonObject, match: Match, side: Side): JsonObject {
  const isSecond = (match.format.serve?.servers ?? 1) > 1 && match.server === 1;
  const after: Match = isSecond ? { ...match, server: 2 } : { ...match, serve: side, server: 1 };
  const names = namesIn(state);
  const words = isSecond ? `Second server for ${names[otherSide(side)]}.` : `Side out: ${names[side]} to serve.`;
  return written(state, after, told(words, chanceWords(after, names), false));
}

/** What an umpire of tennis calls besides the points; empty for nothing. */
function callWords(match: Match, names: Names): string {
  const points = pointsOf(match) ?? { home: '0', away: '0' };
  const ahead = points.home === 'AD' ? 'home' : points.away === 'AD' ? 'away' : null;
  if (ahead !== null) return ` Advantage ${names[ahead]}.`;
  const { games } = ruleOf(match.format, runningIn(match) ?? 1);
  const isDeuce = games?.by === 2 && points.home === '40' && points.away === '40';
  return isDeuce ? ' Deuce.' : '';
}

function told(words: string, chance: string | null, isTurn: boolean): string {
  return [words, ...(chance === null ? [] : [`${chance}.`]), ...(isTurn ? ['The sides change ends.'] : [])].join(' ');
}

/** A game goes to a side, which has won it, or by the umpire's decision. */
export function game(state: JsonObject, detail: JsonObject): JsonObject {
  const match = matchIn(state);
  const { number, set } = runningSet(match);
  const [side, names] = [sideIn(detail, 'to'), namesIn(state)];
  const after = afterGame(match, number, set, side, detail['awarded'] === true);
  const score = after.sets[number - 1] ?? set;
  const isTurn = after.left !== match.left;
  return written(state, after, told(`Game ${names[side]}: ${setWords(score)}.`, offerOf(after) ? null : (tiedWords(after, number) ?? chanceWords(after, names)), isTurn));
}

function tiedWords({ format, sets }: Match, number: number): string | null {
  const set = sets[number - 1];
  return set !== undefined && isTiebreak(ruleOf(format, number), set) ? 'Tie-break' : null;
}

function afterGame(match: Match, number: number, set: SetScore, side: Side, isAwarded: boolean): Match {
  const rule = ruleOf(match.format, number);
  if (rule.games === undefined) throw new NotAllowed('This match has no games.');
  if (!isAwarded && gameWinner(rule, set, match.points) !== side) throw new NotAllowed(`The game is not won at ${gameScore(match)}.`);
  const served = set.tiebreak?.first ?? match.serve;
  const serve = served === null ? null : otherSide(served);
  const counted = withGame(set, side);
  const isNext = isTiebreak(rule, counted);
  const played = withSet(match, number, isNext ? { ...counted, tiebreak: { home: 0, away: 0, first: serve } } : counted);
  const isTurn = match.format.ends === 'games' && (counted.home + counted.away) % 2 === 1;
  return { ...(isTurn ? swapped(played) : played), points: { home: 0, away: 0 }, serve };
}

function gameScore(match: Match): string {
  const points = pointsOf(match);
  return points === null ? '0–0' : `${points.home}–${points.away}`;
}

/** The running set goes to a side, which has won it, or by a decision. The next one begins by itself if nobody has to say who serves. */
export function closeSet(state: JsonObject, detail: JsonObject): JsonObject {
  const match = matchIn(state);
  const { number, set } = runningSet(match);
  const [side, names, isAwarded] = [sideIn(detail, 'to'), namesIn(state), detail['awarded'] === true];
  const rule = ruleOf(match.format, number);
  const isGame = winnerOf(rule, set) === null && gameWinner(rule, set, match.points) === side && !isAwarded;
  const counted = isGame ? afterGame(match, number, set, side, false) : match;
  const last = counted.sets[number - 1] ?? set;
  const name = `${unitOf(match.format)} ${number}`;
  if (!isAwarded && winnerOf(rule, last) !== side) throw new NotAllowed(`${name} is not won by ${names[side]} at ${setWords(last)}.`);
  const isDecision = isAwarded && winnerOf(rule, last) !== side;
  const closed = withSet(counted, number, { ...last, winner: side, isAwarded: isDecision });
  const isDecided = matchWinner(closed) !== null;
  const ended = !isDecided && match.format.ends === 'sets' ? swapped(closed) : closed;
  const isNext = !isDecided && number < match.format.bestOf && !asksServe(match.format, number + 1);
  const after = isNext ? opened(ended, ended.serve) : ended;
  const words = `${name} to ${names[side]}, ${setWords(last, side)}. ${unitOf(match.format)}s: ${names.home} ${matchWords(after)} ${names.away}.`;
  return written(state, after, told(words, null, after.left !== match.left));
}

/** Puts the score of a set right, in one go: of one that is over, or of the running one. */
export function setScore(state: JsonObject, detail: JsonObject): JsonObject {
  const match = matchIn(state);
  const number = Number(detail['set']);
  const known = match.sets[number - 1];
  if (known === undefined) throw new NotAllowed(`${unitOf(match.format)} ${number} has not begun.`);
  if (match.isOver && known.winner === null) throw new NotAllowed('The match is over.');
  const rule = ruleOf(match.format, number);
  const { entries = known.entries } = detail;
  if (!isCount(entries)) throw new NotAllowed('Enter how many were played.');
  const set = { ...known, ...pairIn(detail), entries, tiebreak: tiebreakIn(rule.games !== undefined, known, detail, match.serve) };
  const name = `${unitOf(match.format)} ${number}`;
  if (!isPossible(rule, set)) throw new NotAllowed(`${name} cannot be ${setWords(set)}.`);
  const winner = winnerOf(rule, set);
  if (known.winner !== null && winner === null && !known.isAwarded) throw new NotAllowed(`Nobody has won ${name.toLowerCase()} at ${setWords(set)}.`);
  const isTied = isTiebreak(rule, set);
  const isClosed = known.winner !== null;
  const begun = isTied ? (set.tiebreak ?? { home: 0, away: 0, first: match.serve }) : null;
  const tiebreak = isByTiebreak(rule, set) ? set.tiebreak : begun;
  const right: SetScore = { ...set, tiebreak, winner: isClosed ? (winner ?? known.winner) : null, isAwarded: known.isAwarded && winner === null };
  const changed = withSet(match, number, right);
  const isRunning = runningIn(match) === number;
  const points = isRunning && rule.games !== undefined && !isTied ? pairOr(detail['points'], { home: 0, away: 0 }) : match.points;
  if (match.isOver && matchWinner(changed) !== matchWinner(match)) throw new NotAllowed(`The match would not be won at ${matchWords(changed)}. Take its result back first.`);
  const serve = isRunning && match.format.serve ? (serverBy(match.format.serve, rule, right) ?? match.serve) : match.serve;
  return written(state, { ...changed, points, serve }, `Score corrected: ${name}, ${setWords(right)}.`);
}

function tiebreakIn(hasGames: boolean, { tiebreak }: SetScore, detail: JsonObject, serve: Side | null): SetScore['tiebreak'] {
  if (!hasGames || detail['tiebreak'] === undefined) return tiebreak;
  return { ...pairOr(detail['tiebreak'], { home: 0, away: 0 }), first: tiebreak?.first ?? serve };
}

const MOST = 999;

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST;
}

function pairIn({ home, away }: JsonObject): Pair {
  if (!isCount(home) || !isCount(away)) throw new NotAllowed('Enter the points of both sides.');
  return { home, away };
}

function pairOr(value: unknown, otherwise: Pair): Pair {
  return value === undefined ? otherwise : pairIn(readObject(value));
}

const ordinals = ['first', 'second', 'third', 'fourth'];

export function timeout(state: JsonObject, detail: JsonObject): JsonObject {
  const match = matchIn(state);
  const { number, set } = runningSet(match);
  const [side, names] = [sideIn(detail, 'side'), namesIn(state)];
  const { timeouts } = match.format;
  if (timeouts === undefined) throw new NotAllowed('This match has no timeouts.');
  const left = timeoutsLeft(match, side);
  if (left === 0) throw new NotAllowed(`No timeout left for ${names[side]}.`);
  const after = withSet(match, number, { ...set, timeouts: { ...set.timeouts, [side]: set.timeouts[side] + 1 } });
  const which = timeouts.each === 1 ? '' : `, the ${ordinals[timeouts.each - left] ?? `${timeouts.each - left + 1}th`}`;
  return written(state, after, `Timeout ${names[side]}${which}.`);
}

/** How the figures of a match contradict each other. */
export function contradiction(state: JsonObject, match: Match): string | null {
  for (const [index, set] of match.sets.entries()) {
    const rule = ruleOf(match.format, index + 1);
    const name = `${unitOf(match.format)} ${index + 1}`;
    if (!isPossible(rule, set)) return `${name} would be ${setWords(set)}, which is not possible. Set its score under “More…”.`;
    if (set.winner !== null && !set.isAwarded && winnerOf(rule, set) !== set.winner) return `${name} went to ${namesIn(state)[set.winner]}, but the score would be ${setWords(set)}.`;
  }
  const { winner, how } = readObject(state['outcome']);
  const isByScore = match.isOver && how === undefined;
  return isByScore && sideOf(winner) !== null && matchWinner(match) !== winner ? `The result would contradict the sets, ${matchWords(match)}.` : null;
}
