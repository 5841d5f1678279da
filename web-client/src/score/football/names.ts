// Names of players and teams, squads, and the venue. A new name replaces the old one wherever it stands in the state.
import { isObject } from '../../lib/merge';
import { readEntries, readList, readNames, readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { eachIn, inText, renamedWords, withKey, withNames, type Change } from '../renaming';
import { NotAllowed } from '../rules';
import { plain, sideOfPlayers } from './incidents';
import { otherSide, sideIn, teamOf, textIn, type Side } from './teams';

/**
 * `kind` is `team` or `player`. A player without `team` is renamed in both teams. A name that stands nowhere is no error: a
 * correction may have removed its entry.
 */
export function rename(state: JsonObject, detail: JsonObject): JsonObject {
  const change: Change = [textIn(detail, 'from'), textIn(detail, 'to')];
  if (change[0] === change[1]) throw new NotAllowed('The name is the same.');
  const commentary = renamedWords(change);
  if (detail['kind'] === 'team') return { ...renameTeam(state, detail, change), commentary };
  const sides: Side[] = detail['team'] === undefined ? ['home', 'away'] : [sideIn(detail)];
  const after = sides.reduce((changed, side) => renamePlayer(changed, side, change), state);
  const sentOff = countOf(after, 'yellow-red') > countOf(state, 'yellow-red') ? ` It is the second yellow card for ${change[1]}: sent off.` : '';
  return { ...after, commentary: `${commentary}${sentOff}` };
}

export function setSquad(state: JsonObject, detail: JsonObject): JsonObject {
  const { name } = teamOf(state, sideIn(detail));
  const players = readNames(detail['players']).map((player) => player.trim());
  return { ...state, squads: { ...readObject(state['squads']), [name]: [...new Set(players)] }, commentary: `The players of ${name} are entered.` };
}

export function setVenue(state: JsonObject, detail: JsonObject): JsonObject {
  const venue = textIn(detail, 'text');
  return { ...state, venue, commentary: `Venue: ${venue}.` };
}

function renameTeam(state: JsonObject, detail: JsonObject, [from, to]: Change): JsonObject {
  const side = detail['team'] === undefined ? (['home', 'away'] as const).find((one) => teamOf(state, one).name === from) : sideIn(detail);
  if (side === undefined) throw new NotAllowed(`${from} do not play in this match.`);
  const other = teamOf(state, otherSide(side)).name;
  if (to === other) throw new NotAllowed('The two teams need different names.');
  // A correction may have changed the name before.
  const change: Change = [teamOf(state, side).name, to];
  const result = readText(state['result']);
  return {
    ...state,
    [side]: { ...readObject(state[side]), name: to },
    ...(isObject(state['squads']) ? { squads: withKey(state['squads'], change) } : {}),
    // Other apps write the team's name, where the console writes its side.
    ...(isObject(state['timeline']) ? { timeline: eachIn(state['timeline'], (line) => withNames(line, change, ['team'])) } : {}),
    ...(result === null ? {} : { result: inText(result, change, other) }),
  };
}

function renamePlayer(state: JsonObject, side: Side, [from, to]: Change): JsonObject {
  const isFrom = (name: unknown): name is string => typeof name === 'string' && plain(name) === plain(from);
  const squads = readObject(state['squads']);
  const { name } = teamOf(state, side);
  const squad = readList(squads[name]).map((player) => (isFrom(player) ? to : player));
  const timeline = readObject(state['timeline']);
  const second = new Set(secondCards(state, side, [from, to]));
  const lines = readEntries(timeline).map(([key, line]): [string, JsonObject] => {
    if (sideOfPlayers(state, line) !== side) return [key, line];
    const names = ['player', 'off'].filter((field) => isFrom(line[field])).map((field) => [field, to]);
    return [key, { ...line, ...Object.fromEntries(names), ...(second.has(key) ? { type: 'yellow-red' } : {}) }];
  });
  return {
    ...state,
    ...(Object.hasOwn(squads, name) ? { squads: { ...squads, [name]: [...new Set(squad)] } } : {}),
    ...(lines.length > 0 ? { timeline: { ...timeline, ...Object.fromEntries(lines) } } : {}),
  };
}

/** The yellow cards that become second ones, because two names turn out to be one player. */
function secondCards(state: JsonObject, side: Side, names: Change): string[] {
  const [from, to] = names.map(plain);
  const booked = new Set<string>();
  return readEntries(state['timeline'])
    .filter(([, { team, type }]) => team === side && type === 'yellow')
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .flatMap(([key, line]) => {
      const name = plain(readText(line['player']) ?? '');
      if (name !== from && name !== to) return [];
      booked.add(name);
      return booked.size > 1 && name !== [...booked][0] ? [key] : [];
    });
}

function countOf(state: JsonObject, type: string): number {
  return readEntries(state['timeline']).filter(([, line]) => line['type'] === type).length;
}
