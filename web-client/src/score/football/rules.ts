// Football rules for the console: periods, the clock and the result. The state has the same shape as the demo's.
// `incidents.ts` has goals, cards, substitutions and kicks, `names.ts` names, squads and the venue.
import { readObject, readText } from '../../lib/read';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { footballLine } from '../../sports/football';
import { BEFORE, beginningFor, FULL_TIME, periods, SHOOT_OUT } from '../../sports/footballClock';
import { footballSummary } from '../../sports/summary';
import { NotAllowed, startIsNeeded, UnknownTap, type Rules } from '../rules';
import { enter, incidents, kick } from './incidents';
import { rename, setSquad, setVenue } from './names';
import { otherSide, scoreOf, sideIn, teamOf, textIn, type Side } from './teams';

export const footballRules: Rules = {
  play,
  words,
  summary: footballSummary,
  keepsTap: true,
  knows: ([kind]) => kinds.includes(kind) || Object.hasOwn(incidents, kind),
  place: (update) => footballLine(update).mark,
  needed: startIsNeeded,
};

const kinds: readonly string[] = ['start', 'period', 'clock', 'result', 'minute', 'rename', 'squad', 'venue'];

/** How a match ends. The periods that a state has afterwards. */
const endings: Record<string, string> = { abandoned: 'Abandoned', conceded: 'Conceded' };

function play(state: JsonObject, [kind, detail = {}]: Tap): JsonObject {
  if (kind === 'start') return start(detail);
  if (readText(readObject(state['home'])['goals']) === null) throw new NotAllowed('Set the match up first.');
  if (kind === 'period') return change(state, detail);
  if (kind === 'clock') return setClock(state, detail);
  if (kind === 'result') return conclude(state, detail);
  // Desks of 0.1.0 sent each minute.
  if (kind === 'minute') return { ...state, minute: textIn(detail, 'minute') };
  if (kind === 'rename') return rename(state, detail);
  if (kind === 'squad') return setSquad(state, detail);
  if (kind === 'venue') return setVenue(state, detail);
  if (kind === 'kick') return kick(state, sideIn(detail), detail);
  if (Object.hasOwn(incidents, kind)) return enter(state, kind, sideIn(detail), detail);
  throw new UnknownTap(`Football has no entry "${kind}".`);
}

function start(detail: JsonObject): JsonObject {
  const [home, away] = [textIn(detail, 'home'), textIn(detail, 'away')];
  if (home === away) throw new NotAllowed('The two teams need different names.');
  const venue = readText(detail['venue'])?.trim();
  return {
    ...(venue ? { venue } : {}),
    period: BEFORE,
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

/** Sets the clock of the running period: it showed `minute` at `at`. */
function setClock(state: JsonObject, detail: JsonObject): JsonObject {
  const minute = textIn(detail, 'minute');
  const began = beginningFor(readText(state['period']), minute, Number(detail['at']));
  if (began === null || !Number.isFinite(began)) throw new NotAllowed('Enter a minute of the current period, such as 23 or 45+2.');
  return { ...state, beganAt: began, minute, commentary: `The clock was set to ${minute}'.` };
}

function conclude(state: JsonObject, detail: JsonObject): JsonObject {
  const result = readText(detail['text']) ?? resultOf(state);
  const how = readText(detail['how']) ?? '';
  const period = Object.hasOwn(endings, how) ? endings[how] : FULL_TIME;
  return { ...state, period, beganAt: null, result, commentary: `${result}.` };
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

/** The result that the desk suggests for an ending: by the score, abandoned, or conceded by a team. */
export function suggestedResult(state: JsonObject, how: string, side: Side, minute: string | null): string {
  if (how === 'conceded') return `${teamOf(state, side).name} conceded the match to ${teamOf(state, otherSide(side)).name}`;
  if (how !== 'abandoned') return isExtraTime(state) ? `${resultOf(state)} after extra time` : resultOf(state);
  return `Abandoned${minute === null ? '' : ` in minute ${minute}`} at ${teamOf(state, 'home').goals}–${teamOf(state, 'away').goals}`;
}

/** Whether extra time was played and no shoot-out decided the match. */
function isExtraTime(state: JsonObject): boolean {
  const isShootOut = teamOf(state, 'home').penalties !== teamOf(state, 'away').penalties;
  return !isShootOut && /extra time/i.test(readText(state['period']) ?? '');
}

function words([kind, detail = {}]: Tap): string {
  const player = readText(detail['player']);
  if (kind === 'start') return 'Start of the match';
  if (kind === 'result') return 'End of the match';
  if (kind === 'period') return readText(detail['name']) ?? 'A period';
  if (kind === 'minute') return `Minute ${readText(detail['minute']) ?? ''}`;
  if (kind === 'clock') return `Clock set to ${readText(detail['minute']) ?? ''}`;
  if (kind === 'rename') return `${readText(detail['to']) ?? ''}, not ${readText(detail['from']) ?? ''}`;
  if (kind === 'venue') return `Venue: ${readText(detail['text']) ?? ''}`;
  const what = kind === 'squad' ? 'Players' : (incidents[kind] ?? kind);
  const side = detail['team'] === 'away' ? 'away' : 'home';
  return `${what}, ${player ?? side}`;
}
