// Football rules for the console: goals, cards, substitutions, periods and a shoot-out. The state has the same shape as
// the demo's.
import { readEntries, readObject, readText } from '../../lib/read';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { footballSummary } from '../../sports/summary';
import { NotAllowed, type Rules } from '../rules';

export const footballRules: Rules = { play, words, summary: footballSummary, keepsTap: true };

export type Side = 'home' | 'away';

/** The periods of a match: name, minutes played before it, length in minutes, and the pause after it. */
export const periods = [
  { name: 'First half', from: 0, length: 45, end: 'Half-time' },
  { name: 'Second half', from: 45, length: 45, end: 'End of normal time' },
  { name: 'Extra time, first half', from: 90, length: 15, end: 'Half-time in extra time' },
  { name: 'Extra time, second half', from: 105, length: 15, end: 'End of extra time' },
] as const;
export const SHOOT_OUT = 'Penalty shoot-out';
export const FULL_TIME = 'Full time';

const incidents: Record<string, string> = {
  goal: 'Goal',
  yellow: 'Yellow card',
  red: 'Red card',
  substitution: 'Substitution',
  kick: 'Penalty kick',
};

/**
 * The minute of play: `23`, or `45+2` in added time. The first minute of a match is 1, as the Laws of the Game count.
 * Null if no period is running.
 */
export function minuteAt(state: JsonObject, now: number): string | null {
  const period = periods.find(({ name }) => name === state['period']);
  const began = Number(readText(state['beganAt']) ?? Number.NaN);
  if (period === undefined || !Number.isFinite(began)) return null;
  const played = Math.max(1, Math.floor((now - began) / 60_000) + 1);
  const last = period.from + period.length;
  return played <= period.length ? String(period.from + played) : `${last}+${played - period.length}`;
}

function play(state: JsonObject, [kind, detail = {}]: Tap): JsonObject {
  if (kind === 'start') return start(detail);
  if (readText(readObject(state['home'])['goals']) === null) throw new NotAllowed('Set the match up first.');
  if (kind === 'period') return change(state, detail);
  if (kind === 'result') return conclude(state, readText(detail['text']));
  if (kind === 'minute') return { ...state, minute: textIn(detail, 'minute') };
  const side = detail['team'];
  if (side !== 'home' && side !== 'away') throw new NotAllowed('Select a team.');
  if (kind === 'kick') return kick(state, side, detail);
  if (Object.hasOwn(incidents, kind)) return enter(state, kind, side, detail);
  throw new NotAllowed(`Football has no entry "${kind}".`);
}

function start(detail: JsonObject): JsonObject {
  const [home, away] = [textIn(detail, 'home'), textIn(detail, 'away')];
  if (home === away) throw new NotAllowed('The two teams need different names.');
  const venue = readText(detail['venue'])?.trim();
  return {
    ...(venue ? { venue } : {}),
    period: 'Before kick-off',
    minute: '0',
    home: { name: home, goals: 0 },
    away: { name: away, goals: 0 },
    timeline: {},
    squads: readObject(detail['squads']),
    commentary: 'The teams are on the pitch.',
  };
}

function change(state: JsonObject, detail: JsonObject): JsonObject {
  const name = textIn(detail, 'name');
  const at = Number(detail['at']);
  const period = periods.find((known) => known.name === name);
  if (period !== undefined) {
    const began = Number.isFinite(at) ? { beganAt: at } : {};
    return { ...state, ...began, period: name, minute: String(period.from + 1), commentary: `${name} begins.` };
  }
  return { ...state, period: name, beganAt: null, commentary: name === SHOOT_OUT ? `${name}.` : `${name}: ${scoreOf(state)}.` };
}

function conclude(state: JsonObject, text: string | null): JsonObject {
  const result = text ?? resultOf(state);
  return { ...state, period: FULL_TIME, beganAt: null, result, commentary: `${result}.` };
}

/** The current score as a result. */
export function resultOf(state: JsonObject): string {
  const [home, away] = [teamOf(state, 'home'), teamOf(state, 'away')];
  const draw = `${home.goals}–${away.goals}`;
  if (home.goals === away.goals) {
    if (home.penalties === away.penalties) return `A ${draw} draw`;
    const [first, second] = home.penalties > away.penalties ? [home, away] : [away, home];
    return `${first.name} won ${first.penalties}–${second.penalties} on penalties after a ${draw} draw`;
  }
  const [first, second] = home.goals > away.goals ? [home, away] : [away, home];
  return `${first.name} won ${first.goals}–${second.goals}`;
}

function kick(state: JsonObject, side: Side, detail: JsonObject): JsonObject {
  const scored = detail['scored'] === true;
  const name = teamOf(state, side).name;
  const player = readText(detail['player'])?.trim() || null;
  const counted = scored ? count(state, side, 'penalties') : state;
  const line = { minute: 'pen', team: side, type: scored ? 'shootout-goal' : 'shootout-miss', ...(player ? { player } : {}) };
  const who = player === null ? name : `${player} (${name})`;
  return { ...withLine(counted, line), commentary: `${who} ${scored ? 'scores' : 'does not score'}.` };
}

function enter(state: JsonObject, type: string, side: Side, detail: JsonObject): JsonObject {
  const minute = textIn(detail, 'minute');
  const [player, off, more] = ['player', 'off', 'detail'].map((field) => readText(detail[field])?.trim() || null);
  // An own goal is entered for the team that it counts for.
  const counted = type === 'goal' ? count(state, side, 'goals') : state;
  const { name } = teamOf(state, side);
  const line = {
    minute,
    team: side,
    type,
    ...(player ? { player } : {}),
    ...(off ? { off } : {}),
    ...(more ? { detail: more } : {}),
  };
  const commentary = {
    goal: `GOAL for ${name}!${player ? ` ${player}${more ? ` (${more})` : ''}.` : ''} ${scoreOf(counted)}.`,
    yellow: `Yellow card for ${player ? `${player} (${name})` : name}.`,
    red: `Red card for ${player ? `${player} (${name})` : name}.`,
    substitution: `${name}: ${player ?? 'a player'} comes on${off ? ` for ${off}` : ''}.`,
  }[type];
  return { ...withLine(counted, line), minute, commentary: `${minute}' ${commentary ?? ''}` };
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

export function teamOf(state: JsonObject, side: Side): { name: string; goals: number; penalties: number } {
  const team = readObject(state[side]);
  const number = (value: unknown) => Math.max(0, Number(readText(value) ?? 0)) || 0;
  return {
    name: readText(team['name']) ?? (side === 'home' ? 'Home' : 'Away'),
    goals: number(team['goals']),
    penalties: number(team['penalties']),
  };
}

function scoreOf(state: JsonObject): string {
  const [home, away] = [teamOf(state, 'home'), teamOf(state, 'away')];
  return `${home.name} ${home.goals}, ${away.name} ${away.goals}`;
}

const fieldNames: Record<string, string> = { home: 'home team', away: 'away team', name: 'period' };

function textIn(detail: JsonObject, field: string): string {
  const text = readText(detail[field])?.trim();
  if (!text) throw new NotAllowed(`Enter the ${fieldNames[field] ?? field}.`);
  return text;
}

function words([kind, detail = {}]: Tap): string {
  const player = readText(detail['player']);
  if (kind === 'start') return 'Start of the match';
  if (kind === 'result') return 'End of the match';
  if (kind === 'period') return readText(detail['name']) ?? 'A period';
  if (kind === 'minute') return `Minute ${readText(detail['minute']) ?? ''}`;
  const what = incidents[kind] ?? kind;
  const side = detail['team'] === 'away' ? 'away' : 'home';
  return `${what}, ${player ?? side}`;
}
