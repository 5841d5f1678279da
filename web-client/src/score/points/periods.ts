// The course of a match: its start, its periods, overtime, the shoot-out and the result.
import { readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { readClock } from '../../sports/clock';
import { readPointsFormat, type PointsFormat } from '../../sports/families/points/format';
import { breakName, clockFor, inSentence, isOvertime, partName } from '../../sports/families/points/parts';
import { bothSides, otherSide, readShots, type Side } from '../../sports/families/points/shots';
import { afterTap, stopped } from '../clock';
import { NotAllowed } from '../rules';
import { withCountersFor } from './counting';
import { isLevel, resultOf } from './result';
import { formatOf, nameOf, partOf, scoreWords, sideIn, textIn } from './state';

/** How a match ends that is not played to its end. */
export const endings: Record<string, string> = { abandoned: 'Abandoned', conceded: 'Conceded', walkover: 'Walkover' };

/** `["start", {"format", "home", "away", "venue"?, "attack"?, "at"}]`. A side is its name, or `{"name", "short"}`. */
export function start(detail: JsonObject): JsonObject {
  const format = readPointsFormat(detail['format']);
  if (format === null) throw new NotAllowed('The rules of this match cannot be read.');
  const [home, away] = [newSide(format, detail['home'], 'home'), newSide(format, detail['away'], 'away')];
  if (home['name'] === away['name']) throw new NotAllowed('The two sides need different names.');
  const venue = readText(detail['venue'])?.trim();
  const clock = clockFor(format, 1, atOf(detail));
  const attack = detail['attack'] === 'away' ? 'away' : 'home';
  const alternates = format.attack?.passes === 'end' || format.attack?.passes === 'period';
  // The arrow of basketball is set once somebody has the ball.
  const hasAttack = format.attack !== undefined && (alternates || detail['attack'] !== undefined);
  return {
    format,
    ...(venue ? { venue } : {}),
    home,
    away,
    part: 1,
    period: partName(format, 1),
    periods: { 1: { home: 0, away: 0 } },
    ...(clock === null ? {} : { clock }),
    ...(hasAttack ? { attack } : {}),
    ...(hasAttack && alternates ? { firstAttack: attack } : {}),
    commentary: `${home['name']} v ${away['name']}.`,
  };
}

function newSide(format: PointsFormat, value: unknown, side: Side): JsonObject {
  const name = (readText(value) ?? readText(readObject(value)['name']))?.trim();
  if (!name) throw new NotAllowed(`Enter the ${side === 'home' ? 'first' : 'second'} side.`);
  const short = readText(readObject(value)['short'])?.trim();
  const counters = Object.keys(format.counters ?? {}).map((key) => [key, 0]);
  return {
    name,
    ...(short ? { short } : {}),
    score: 0,
    ...(counters.length === 0 ? {} : { counters: Object.fromEntries(counters) }),
    ...(format.players === undefined ? {} : { players: format.players }),
  };
}

/** `["period", {"number", "at"}]`: the next part of the match begins, with its clock standing. */
export function beginPeriod(state: JsonObject, detail: JsonObject): JsonObject {
  const format = formatOf(state);
  const number = partOf(state) + 1;
  if (detail['number'] !== number) throw new NotAllowed(`The next part of the match is the ${inSentence(partName(format, number))}.`);
  if (isOvertime(format, number) && format.overtime === undefined) throw new NotAllowed('This match has no overtime.');
  const { break: _break, attackScored: _scored, clock: _clock, ...rest } = state;
  const clock = clockFor(format, number, atOf(detail));
  const first = state['firstAttack'] === 'away' ? 'away' : 'home';
  const name = partName(format, number);
  const next: JsonObject = {
    ...rest,
    part: number,
    period: name,
    periods: { ...readObject(state['periods']), [number]: { home: 0, away: 0 } },
    ...(clock === null ? {} : { clock }),
    ...(state['firstAttack'] === undefined ? {} : { attack: number % 2 === 1 ? first : otherSide(first) }),
    commentary: `${name} begins.`,
  };
  return withCountersFor(next, format, number);
}

/** `["end", {"at"}]`: the part of the match is over. Its clock stops where it is. */
export function endPeriod(state: JsonObject, detail: JsonObject): JsonObject {
  const format = formatOf(state);
  const part = partOf(state);
  if (state['break'] === true) throw new NotAllowed('The break has begun already.');
  const isDecided = part >= format.periods.count && (!isLevel(state) || (format.overtime === undefined && format.shootOut === undefined));
  const name = isDecided ? 'Full time' : breakName(format, part);
  return { ...withClockStopped(state, detail), break: true, period: name, commentary: `${name}: ${scoreWords(state)}.` };
}

/** `["shootOut", {}]`: the shoot-out begins. */
export function beginShootOut(state: JsonObject, detail: JsonObject): JsonObject {
  const { shootOut } = formatOf(state);
  if (shootOut === undefined) throw new NotAllowed('This match has no shoot-out.');
  if (state['shootOut'] !== undefined) throw new NotAllowed('The shoot-out has begun already.');
  const { break: _, ...rest } = withClockStopped(state, detail);
  return { ...rest, period: shootOut.name, shootOut: { shots: {} }, commentary: `${shootOut.name}: ${scoreWords(state)}.` };
}

/** `["shot", {"side", "scored"}]`. */
export function shoot(state: JsonObject, detail: JsonObject): JsonObject {
  const { shootOut } = formatOf(state);
  const side = sideIn(detail);
  const before = shootOut === undefined ? null : readShots(state, shootOut.rounds);
  if (shootOut === undefined || before === null) throw new NotAllowed('Start the shoot-out first.');
  const scored = detail['scored'] === true;
  const next = { ...state, shootOut: { shots: { ...readObject(readObject(state['shootOut'])['shots']), [before.shots.length + 1]: { side, scored } } } };
  const after = readShots(next, shootOut.rounds);
  const tally = bothSides.map((one) => `${nameOf(state, one)} ${after?.[one] ?? 0}`).join(', ');
  const winner = after?.winner ? ` ${nameOf(state, after.winner)} win it.` : '';
  return { ...next, commentary: `${shootOut.shot} of ${nameOf(state, side)} ${scored ? 'scored' : 'missed'}. ${tally}.${winner}` };
}

/** `["result", {"how": "score"}]`, or another one with its `text`. By the score, a correction before it changes it too. */
export function conclude(state: JsonObject, detail: JsonObject): JsonObject {
  const result = detail['how'] === 'score' ? resultOf(state) : textIn(detail, 'text', 'the result');
  const { break: _, ...rest } = withClockStopped(state, detail);
  const how = readText(detail['how']) ?? '';
  return { ...rest, period: Object.hasOwn(endings, how) ? endings[how] : 'Full time', result, commentary: `${result}.` };
}

function withClockStopped(state: JsonObject, detail: JsonObject): JsonObject {
  const clock = readClock(state['clock']);
  const tap = clock === null ? null : stopped(clock, atOf(detail) || clock.at);
  return clock === null || tap === null ? state : { ...state, clock: afterTap(clock, tap[1] ?? {}) };
}

function atOf({ at }: JsonObject): number {
  return typeof at === 'number' && Number.isFinite(at) ? at : 0;
}
