// Reads a cricket score in the demo's shape: the innings, the balls of the over, batters and bowlers.
import { readEntries, readList, readObject, readText } from '../lib/read';
import type { JsonObject } from '../lib/wire';

/** A player's line. A figure that the scorer does not keep is null. */
export interface Figures {
  name: string;
  /** In the order of the columns. */
  figures: (string | null)[];
  /** How the batter was out, if known. */
  note: string | null;
  /** At the wicket, or bowling this over. */
  now: boolean;
  /** Facing the bowling. */
  onStrike: boolean;
}

export interface CricketBoard {
  innings: string | null;
  batting: string | null;
  /** The innings before this one, such as `Meadow Bank 151/7`. */
  first: string | null;
  runs: string;
  wickets: string;
  over: string | null;
  target: string | null;
  /** What the chase still needs, such as `60 from 45 balls`. */
  required: string | null;
  result: string | null;
  thisOver: { label: string; kind: 'wicket' | 'boundary' | 'run' }[];
  batters: Figures[];
  bowlers: Figures[];
  commentary: string | null;
}

/** The fields of a player's line, with their abbreviations on scorecards. */
export const battingColumns = { runs: 'R', balls: 'B', fours: '4s', sixes: '6s' };
export const bowlingColumns = { overs: 'O', maidens: 'M', runs: 'R', wickets: 'W' };

/** Null if the data has no cricket score. */
export function readCricket(data: JsonObject): CricketBoard | null {
  const runs = readText(data['runs']);
  const wickets = readText(data['wickets']);
  if (runs === null || wickets === null) return null;
  const striker = readText(data['striker']);
  return {
    runs,
    wickets,
    innings: readText(data['innings']),
    batting: readText(data['batting']),
    first: readFirst(readObject(data['first'])),
    over: readText(data['over']),
    target: readText(data['target']),
    required: readRequired(readObject(data['required'])),
    result: readText(data['result']),
    thisOver: readList(data['thisOver']).slice(-12).flatMap((ball) => {
      const label = readText(ball);
      return label === null ? [] : [{ label, kind: kindOf(label) }];
    }),
    batters: readPlayers(data['batters'], Object.keys(battingColumns), [striker, readText(data['partner'])], striker),
    bowlers: readPlayers(data['bowlers'], Object.keys(bowlingColumns), [readText(data['bowler'])], null),
    // Commentary starts with the over, which is already shown.
    commentary: readText(data['commentary'])?.replace(/^\d+\.\d /, '') ?? null,
  };
}

export function cricketHeadline(data: JsonObject): string | null {
  const board = readCricket(data);
  if (board === null) return null;
  const overs = board.over === null ? '' : ` after ${board.over} overs`;
  const commentary = board.commentary === null ? '' : `. ${board.commentary}`;
  return `${board.runs} for ${board.wickets}${overs}${commentary}`;
}

/** One ball in the list of updates. */
export function cricketLine(update: JsonObject): { mark: string | null; text: string | null } {
  const ball = readObject(update['ball']);
  return {
    // After a wide the place is the same, so the update does not repeat it; the words do.
    mark: readText(ball['over']) ?? /^\d+\.\d(?= )/.exec(readText(update['commentary']) ?? '')?.[0] ?? readText(update['over']),
    text: readText(ball['text']) ?? readText(update['commentary']),
  };
}

function kindOf(label: string): CricketBoard['thisOver'][number]['kind'] {
  // `W`, or `1W` after a completed run. A wide is `wd`.
  if (/^\d*W$/.test(label)) return 'wicket';
  return /^[46]$/.test(label) ? 'boundary' : 'run';
}

function readFirst(first: JsonObject): string | null {
  const team = readText(first['team']);
  const runs = readText(first['runs']);
  return team === null || runs === null ? null : `${team} ${runs}/${readText(first['wickets']) ?? '–'}`;
}

function readRequired(required: JsonObject): string | null {
  const runs = readText(required['runs']);
  const balls = readText(required['balls']);
  return runs === null || balls === null ? null : `${runs} from ${balls} balls`;
}

function readPlayers(
  value: unknown,
  columns: string[],
  now: (string | null)[],
  striker: string | null,
): Figures[] {
  return readEntries(value)
    .sort(([, a], [, b]) => orderOf(a) - orderOf(b))
    .slice(0, 11)
    .map(([name, player]) => ({
      name,
      figures: columns.map((column) => readText(player[column])),
      note: readText(player['how']),
      now: now.includes(name),
      onStrike: name === striker,
    }));
}

/** The batting order. Players without one come last, in their original order. */
function orderOf(player: JsonObject): number {
  const order = Number(readText(player['order']) ?? 99);
  return Number.isFinite(order) ? order : 99;
}
