// Points by the keys of a format, players who go out and come back, and the side that attacks.
import { readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import type { PointsFormat, ScoreKey } from '../../sports/families/points/format';
import { otherSide, type Side } from '../../sports/families/points/shots';
import { NotAllowed } from '../rules';
import { count, formatOf, nameOf, partOf, pointsIn, scoreOf, scoreWords, sideIn, withPoints, withSide } from './state';

/** A key of the format: `["score", {"side": "home", "key": "3 points"}]`, also with `who` scored. */
export function score(state: JsonObject, detail: JsonObject): JsonObject {
  const format = formatOf(state);
  const side = sideIn(detail);
  const key = format.keys.find(({ name }) => name === detail['key']);
  if (key === undefined) throw new NotAllowed(`This match has no key “${readText(detail['key']) ?? ''}”.`);
  const scored = withPlayers(withPoints(state, side, key.points), format, side, key);
  const commentary = key.points === 0 ? '' : `${scoreLine(scored, side, key, readText(detail['who'])?.trim() || null)} ${scoreWords(scored)}.`;
  const passed = afterKey(scored, format, side, key);
  const told = [commentary, readText(passed['commentary']) ?? ''].filter((part) => part !== '').join(' ');
  return { ...passed, commentary: told === '' ? `${key.name}: ${nameOf(state, side)}.` : told };
}

/** `3 points for France.`, `Try, 5 points for Ann (France).` */
function scoreLine(state: JsonObject, side: Side, { name, points }: ScoreKey, who: string | null): string {
  const whose = who === null ? nameOf(state, side) : `${who} (${nameOf(state, side)})`;
  return points === 1 || /^\d/.test(name) ? `${name} for ${whose}.` : `${name}, ${points} points for ${whose}.`;
}

/** The attack after a key. `commentary` is what the end of an attack has to tell; no text without one. */
function afterKey(state: JsonObject, format: PointsFormat, side: Side, key: ScoreKey): JsonObject {
  const { commentary: _, ...rest } = state;
  const now = attackOf(state);
  if (format.attack === undefined) return rest;
  if (key.by === undefined) return format.attack.passes === 'score' && key.points > 0 && now !== null ? { ...rest, attack: otherSide(now) } : rest;
  // The side that scored tells which one attacks, so that a correction of an attack turns no later one around.
  const attacker = key.by === 'attack' ? side : otherSide(side);
  const hasScored = key.points > 0 || (now === attacker && state['attackScored'] === true);
  if (key.ends) return attackEnded(rest, format, attacker, hasScored);
  return { ...rest, attack: attacker, ...(hasScored ? { attackScored: true } : {}) };
}

/** An attack is over, with points of a side or without. */
function attackEnded(state: JsonObject, format: PointsFormat, attacker: Side, hasScored: boolean): JsonObject {
  const { attackScored: _, ...rest } = state;
  const other = otherSide(attacker);
  const passed: JsonObject = { ...rest, ...(format.attack?.passes === 'end' ? { attack: other } : { attack: attacker }) };
  const rule = format.attack?.empty;
  if (rule === undefined) return passed;
  const empty = count(readObject(state[attacker])['empty']);
  if (hasScored) return withSide(passed, attacker, { empty: undefined });
  if (empty < rule.most) {
    const more = empty + 1 === rule.most ? ` The next one is a ${rule.next.toLowerCase()}.` : '';
    return { ...withSide(passed, attacker, { empty: empty + 1 }), commentary: `${rule.name} of ${nameOf(state, attacker)}.${more}` };
  }
  const lost = withPlayers(withPoints(withSide(passed, attacker, { empty: undefined }), other, rule.points), format, other, { takes: 1 });
  const points = rule.points === 1 ? '1 point' : `${rule.points} points`;
  return { ...lost, commentary: `${rule.next} of ${nameOf(state, attacker)} without a point: ${points} for ${nameOf(state, other)}. ${scoreWords(lost)}.` };
}

/** Players of the other side go out, and as many of this side come back; or all of the other side come back. */
function withPlayers(state: JsonObject, { players }: PointsFormat, side: Side, { takes = 0, refills }: Pick<ScoreKey, 'takes' | 'refills'>): JsonObject {
  if (players === undefined) return state;
  const other = otherSide(side);
  const [own, theirs] = [playersOf(state, side, players), playersOf(state, other, players)];
  const back = withSide(state, side, { players: Math.min(players, own + takes) });
  return withSide(back, other, { players: refills ? players : Math.max(0, theirs - takes) });
}

export function playersOf(state: JsonObject, side: Side, players: number): number {
  const { players: written } = readObject(state[side]);
  return typeof written === 'number' ? Math.min(players, Math.max(0, count(written))) : players;
}

export function attackOf(state: JsonObject): Side | null {
  const { attack } = state;
  return attack === 'home' || attack === 'away' ? attack : null;
}

/** `["attack", {"side"}]`: this side attacks, or has the ball or the arrow. */
export function setAttack(state: JsonObject, detail: JsonObject): JsonObject {
  const { attack } = formatOf(state);
  const side = sideIn(detail);
  if (attack === undefined) throw new NotAllowed('This match has no side that attacks.');
  const { attackScored: _, ...rest } = state;
  const isFirst = state['firstAttack'] !== undefined && partOf(state) === 1 && scoreOf(state, 'home') + scoreOf(state, 'away') === 0;
  return { ...rest, attack: side, ...(isFirst ? { firstAttack: side } : {}), commentary: `${attack.name}: ${nameOf(state, side)}.` };
}

/** `["players", {"side", "count"}]`: this number of players is on the court. */
export function setPlayers(state: JsonObject, detail: JsonObject): JsonObject {
  const { players } = formatOf(state);
  const side = sideIn(detail);
  const { count: on } = detail;
  if (players === undefined || typeof on !== 'number' || !Number.isSafeInteger(on) || on < 0 || on > players) {
    throw new NotAllowed(players === undefined ? 'Players on the court are not counted in this match.' : `Enter 0 to ${players} players.`);
  }
  return { ...withSide(state, side, { players: on }), commentary: `${nameOf(state, side)}: ${on} on the court.` };
}

/** `["set", {"home", "away"}]`: the score is another one, such as for a match that is entered late. */
export function setScore(state: JsonObject, detail: JsonObject): JsonObject {
  formatOf(state);
  const set = (now: JsonObject, side: Side): JsonObject => {
    const points = detail[side];
    if (typeof points !== 'number' || !Number.isSafeInteger(points) || points < 0 || points > 9_999) throw new NotAllowed('Enter the points of both sides.');
    const by = points - scoreOf(now, side);
    if (pointsIn(now, partOf(now), side) + by < 0) throw new NotAllowed('Fewer points than this period has can only be corrected where they were entered.');
    return withPoints(now, side, by);
  };
  const next = set(set(state, 'home'), 'away');
  return { ...next, commentary: `The score is set: ${scoreWords(next)}.` };
}
