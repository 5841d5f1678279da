// Football's incidents: goals, cards, substitutions and the kicks of a shoot-out.
import { readEntries, readNames, readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { readShootOut, sideOfTeam } from '../../sports/shootOut';
import { otherSide, scoreOf, teamOf, textIn, type Side } from './teams';

export const incidents: Record<string, string> = {
  goal: 'Goal',
  yellow: 'Yellow card',
  red: 'Red card',
  substitution: 'Substitution',
  kick: 'Penalty kick',
};

/**
 * A goal, a card or a substitution. `yellow` with `counted` is a red card too if it is the player's second; without it, as
 * taps of 0.1.0 are, each yellow card stands alone. `goal` with `own` names the team of the player, who plays for the
 * other team than `side`, which the goal counts for.
 */
export function enter(state: JsonObject, kind: string, side: Side, detail: JsonObject): JsonObject {
  const minute = textIn(detail, 'minute');
  const [player, off, more] = ['player', 'off', 'detail'].map((field) => readText(detail[field])?.trim() || null);
  const isSecond = kind === 'yellow' && detail['counted'] === true && isBooked(state, side, player ?? null);
  const type = isSecond ? 'yellow-red' : kind;
  const counted = type === 'goal' ? count(state, side, 'goals') : state;
  const { name } = teamOf(state, side);
  const who = player ? `${player} (${name})` : name;
  const line = {
    minute,
    team: side,
    type,
    ...(player ? { player } : {}),
    ...(off ? { off } : {}),
    ...(more ? { detail: more } : {}),
  };
  const goal =
    detail['own'] === true
      ? `Own goal by ${player ? `${player} (${teamOf(state, otherSide(side)).name})` : teamOf(state, otherSide(side)).name}, it counts for ${name}.`
      : `GOAL for ${name}!${player ? ` ${player}${more ? ` (${more})` : ''}.` : ''}`;
  const commentary = {
    goal: `${goal} ${scoreOf(counted)}.`,
    yellow: `Yellow card for ${who}.`,
    'yellow-red': `Second yellow card for ${who}: sent off.`,
    red: `Red card for ${who}.`,
    substitution: `${name}: ${player ?? 'a player'} comes on${off ? ` for ${off}` : ''}.`,
  }[type];
  return { ...withLine(counted, line), minute, commentary: `${minute}' ${commentary ?? ''}` };
}

/** Whether a player has a yellow card. */
export function isBooked(state: JsonObject, side: Side, player: string | null): boolean {
  if (player === null) return false;
  return readEntries(state['timeline']).some(
    ([, { team, type, player: booked }]) => team === side && type === 'yellow' && plain(readText(booked) ?? '') === plain(player),
  );
}

/** A player's name as it is compared. */
export function plain(name: string): string {
  return name.trim().normalize().toLowerCase();
}

/** The names of a team's squad. */
export function squadOf(state: JsonObject, side: Side): string[] {
  return readNames(readObject(state['squads'])[teamOf(state, side).name]);
}

/** The team of the players in a line of the timeline. An own goal's player belongs to the other team. */
export function sideOfPlayers(state: JsonObject, { team, detail }: JsonObject): Side | null {
  const side = sideOfTeam(state, readText(team));
  return side !== null && readText(detail)?.toLowerCase() === 'own goal' ? otherSide(side) : side;
}

/** The squad of a team, and its players in the timeline. */
export function knownPlayers(state: JsonObject, side: Side): string[] {
  const named = readEntries(state['timeline']).flatMap(([, line]) =>
    sideOfPlayers(state, line) === side ? readNames([line['player'], line['off']]) : [],
  );
  return [...new Set([...squadOf(state, side), ...named])];
}

/** A kick of a shoot-out. With `how` (`scored`, `saved` or `missed`) its words tell the score; taps of 0.1.0 have only `scored`. */
export function kick(state: JsonObject, side: Side, detail: JsonObject): JsonObject {
  const how = readText(detail['how']);
  const scored = how === null ? detail['scored'] === true : how === 'scored';
  const { name } = teamOf(state, side);
  const player = readText(detail['player'])?.trim() || null;
  const counted = scored ? count(state, side, 'penalties') : state;
  const line = {
    minute: 'pen',
    team: side,
    type: scored ? 'shootout-goal' : 'shootout-miss',
    ...(player ? { player } : {}),
    ...(how === 'saved' ? { detail: 'saved' } : {}),
  };
  const after = withLine(counted, line);
  const who = player === null ? name : `${player} (${name})`;
  if (how === null) return { ...after, commentary: `${who} ${scored ? 'scores' : 'does not score'}.` };
  const words = scored ? 'scores' : how === 'saved' ? 'is saved' : 'misses';
  return { ...after, commentary: `${player === null ? `${name}: the kick` : who} ${player === null && scored ? 'is scored' : words}. ${shootOutScore(after)}` };
}

/** The score of the shoot-out in words, and who won it. */
function shootOutScore(state: JsonObject): string {
  const shootOut = readShootOut(state);
  const [home, away] = [teamOf(state, 'home'), teamOf(state, 'away')];
  const score = `${home.name} ${home.penalties}, ${away.name} ${away.penalties} on penalties.`;
  return shootOut?.winner ? `${score} ${teamOf(state, shootOut.winner).name} win the shoot-out.` : score;
}

/** Adds a line to the timeline. Its keys sort in the order of the match. */
function withLine(state: JsonObject, line: JsonObject): JsonObject {
  const timeline = readObject(state['timeline']);
  const last = readEntries(timeline).reduce((most, [key]) => Math.max(most, Number.parseInt(key, 10) || 0), 0);
  return { ...state, timeline: { ...timeline, [String(last + 1).padStart(4, '0')]: line } };
}

function count(state: JsonObject, side: Side, what: 'goals' | 'penalties'): JsonObject {
  return { ...state, [side]: { ...readObject(state[side]), [what]: teamOf(state, side)[what] + 1 } };
}
