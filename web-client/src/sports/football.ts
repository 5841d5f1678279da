// Reads a football score in the demo's shape: two teams, their goals, and the timeline.
import { readEntries, readObject, readText } from '../lib/read';
import type { JsonObject } from '../lib/wire';
import { isKick, sideOfTeam } from './shootOut';
import { otherSide, sideNames, type Side } from './side';

export type Incident = 'goal' | 'miss' | 'yellow' | 'second' | 'red' | 'change' | 'other';

export interface TimelineEntry {
  key: string;
  minute: string | null;
  incident: Incident;
  /** The scorer's own word for it. */
  type: string | null;
  player: string | null;
  team: string | null;
  /** More about it, such as `penalty`, or `for` the player who went off. */
  detail: string | null;
  /** The other team. */
  opponent: string | null;
  /** Whether it is a kick of a shoot-out. */
  isKick: boolean;
}

interface Team {
  name: string;
  goals: string;
  /** Scored in a shoot-out. */
  penalties: string | null;
}

export interface FootballBoard {
  /** The minute of play, or the name of a pause. */
  minute: string | null;
  period: string | null;
  home: Team;
  away: Team;
  /** The latest first. */
  timeline: TimelineEntry[];
  result: string | null;
  commentary: string | null;
}

/** Null unless the data has two teams with goals. */
export function readFootball(data: JsonObject): FootballBoard | null {
  const home = readTeam(data, 'home');
  const away = readTeam(data, 'away');
  if (home === null || away === null) return null;
  return {
    home,
    away,
    minute: readText(data['minute']),
    period: readText(data['period']),
    timeline: readTimeline(data),
    result: readText(data['result']),
    commentary: readText(data['commentary']),
  };
}

export function footballHeadline(data: JsonObject): string | null {
  const board = readFootball(data);
  if (board === null) return null;
  // Without the minute, so that screen readers announce incidents and not every minute.
  const { home, away, commentary } = board;
  const words = commentary === null ? '' : `. ${commentary}`;
  return `${home.name} ${home.goals}, ${away.name} ${away.goals}${words}`;
}

export function footballLine(update: JsonObject): { mark: string | null; text: string | null } {
  const minute = readText(update['minute']);
  const latest = readTimeline(update)[0];
  const at = latest?.minute ?? minute;
  return {
    mark: at === null ? null : minuteOf(at),
    // Commentary starts with the minute, which the mark already shows.
    text: readText(update['commentary'])?.replace(/^[\d+]+['’′] /, '') ?? (latest ? wordsOf(latest) : null),
  };
}

/** `80′`, `45+7′`; a word such as `pen` unchanged. */
export function minuteOf(text: string): string {
  return /^\d/.test(text) ? `${text}′` : text;
}

/** The words for the types that the console and the demo write. Other apps' words are shown as they are. */
const names: Record<string, string> = {
  goal: 'Goal',
  yellow: 'Yellow card',
  'yellow-red': 'Second yellow card, red card',
  red: 'Red card',
  substitution: 'Substitution',
  'shootout-goal': 'Scored in the shoot-out',
  'shootout-miss': 'Missed in the shoot-out',
};

/** The lines of the timeline for an entry: who, and what it was. */
export function entryWords(entry: TimelineEntry): { who: string; what: string[] } {
  const { type, player, team, detail, incident } = entry;
  const name = type !== null && Object.hasOwn(names, type) ? (names[type] ?? type) : (type ?? '');
  if (incident === 'change' && player !== null && detail?.startsWith('for ')) {
    return { who: `${player} comes on ${detail}`, what: [name, ...(team === null ? [] : [team])] };
  }
  // An own goal counts for the team that it is entered for. Its player belongs to the other team.
  if (incident === 'goal' && detail?.toLowerCase() === 'own goal') {
    const by = entry.opponent === null ? 'Own goal' : `Own goal by ${entry.opponent}`;
    return { who: player ?? 'Own goal', what: [by, ...(team === null ? [] : [`counts for ${team}`])] };
  }
  const what = [player === null ? '' : name, team ?? '', detail ?? ''].filter((part) => part !== '');
  return { who: player ?? name, what };
}

/** An entry in words. */
function wordsOf(entry: TimelineEntry): string {
  const who = [entry.player, entry.team].filter((part) => part !== null).join(', ');
  const head = [entry.type ?? 'Incident', who].filter((part) => part !== '').join(': ');
  return entry.detail === null ? head : `${head} (${entry.detail})`;
}

function readTeam(data: JsonObject, side: Side): Team | null {
  const team = readObject(data[side]);
  const goals = readText(team['goals']);
  if (goals === null) return null;
  return {
    goals,
    name: readText(team['name']) ?? sideNames[side],
    penalties: readText(team['penalties']),
  };
}

/** How many entries are read. */
const MOST = 200;

function readTimeline(data: JsonObject): TimelineEntry[] {
  return readEntries(data['timeline'])
    .sort(([a], [b]) => b.localeCompare(a, 'en', { numeric: true }))
    .slice(0, MOST)
    .map(([key, entry]) => {
      const type = readText(entry['type']);
      const team = readText(entry['team']);
      const side = sideOfTeam(data, team);
      const off = readText(entry['off']);
      return {
        key,
        type,
        incident: incidentOf(type ?? ''),
        minute: readText(entry['minute']),
        player: readText(entry['player']),
        team: side === null ? team : nameOf(data, side),
        opponent: side === null ? null : nameOf(data, otherSide(side)),
        detail: readText(entry['detail']) ?? (off === null ? null : `for ${off}`),
        isKick: isKick(type),
      };
    });
}

function nameOf(data: JsonObject, side: Side): string {
  return readText(readObject(data[side])['name']) ?? side;
}

function incidentOf(type: string): Incident {
  const word = type.toLowerCase();
  if (word.includes('miss')) return 'miss';
  if (word.includes('yellow')) return /red|second/.test(word) ? 'second' : 'yellow';
  if (word.includes('red')) return 'red';
  if (word.includes('sub')) return 'change';
  return word.includes('goal') || word.includes('penalty') ? 'goal' : 'other';
}
