// Reads a cricket score in the demo's shape: the innings, the balls of the over, batters and bowlers.
import { readEntries, readList, readObject, readText } from '../lib/read';
import type { JsonObject } from '../lib/wire';
import { ballsInOverOf, ballsOf, countOf, rateOf, rateText } from './cricketFigures';

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
  /** Runs an over, so far and for the rest of the chase. */
  rate: string | null;
  requiredRate: string | null;
  /** The runs and balls of the two batters together, such as `34 (21)`. */
  stand: string | null;
  result: string | null;
  thisOver: { label: string; kind: 'wicket' | 'boundary' | 'run' }[];
  batters: Figures[];
  bowlers: Figures[];
  commentary: string | null;
}

/** The columns of a player's line, with their abbreviations on scorecards. The last one is computed. */
export const battingColumns = { runs: 'R', balls: 'B', fours: '4s', sixes: '6s', 'strike rate': 'SR' };
export const bowlingColumns = { overs: 'O', maidens: 'M', runs: 'R', wickets: 'W', economy: 'Econ' };

/** With substitutes for concussed players a side has more than eleven. */
const MOST_PLAYERS = 16;

/** Null if the data has no cricket score. */
export function readCricket(data: JsonObject): CricketBoard | null {
  const runs = readText(data['runs']);
  const wickets = readText(data['wickets']);
  if (runs === null || wickets === null) return null;
  const striker = readText(data['striker']);
  const required = readObject(data['required']);
  const ballsInOver = ballsInOverOf(data);
  const balls = ballsOf(data['over'], ballsInOver);
  return {
    runs,
    wickets,
    innings: readText(data['innings']),
    batting: readText(data['batting']),
    first: readFirst(readObject(data['first'])),
    over: readText(data['over']),
    target: readText(data['target']),
    required: readRequired(required),
    rate: rateText(rateOf(countOf(runs), balls, ballsInOver), 2),
    requiredRate: rateText(rateOf(countOf(required['runs']), countOf(required['balls']), ballsInOver), 2),
    stand: striker === null ? null : readStand(readObject(data['stand'])),
    result: readText(data['result']),
    thisOver: readList(data['thisOver']).slice(-12).flatMap((ball) => {
      const label = readText(ball);
      return label === null ? [] : [{ label, kind: kindOf(label) }];
    }),
    batters: readBatters(data['batters'], [striker, readText(data['partner'])], striker),
    bowlers: readBowlers(data['bowlers'], readText(data['bowler']), ballsInOver),
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
  const commentary = readText(update['commentary']);
  // An update has only what has changed: after a wide not the place, after the same words not the words. The commentary has both.
  const [, place, words] = /^(\d+\.\d+) (.+)$/s.exec(commentary ?? '') ?? [];
  return {
    mark: readText(ball['over']) ?? place ?? readText(update['over']),
    text: readText(ball['text']) ?? words ?? commentary ?? newBowler(update),
  };
}

/** The 0.1.0 console sent a new over without words. */
function newBowler({ bowler, thisOver }: JsonObject): string | null {
  const name = readText(bowler);
  return name === null || readList(thisOver).length > 0 ? null : `${name} to bowl.`;
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

/** A partnership: its runs, and the balls if they are kept. */
export function readStand(stand: JsonObject): string | null {
  const [runs, balls] = [readText(stand['runs']), readText(stand['balls'])];
  return runs === null ? null : balls === null ? runs : `${runs} (${balls})`;
}

/** The batters in order, with their strike rates. `now` are those at the wicket. */
export function readBatters(value: unknown, now: (string | null)[], striker: string | null): Figures[] {
  return readPlayers(value, ['runs', 'balls', 'fours', 'sixes'], now, striker, (player) =>
    rateText(rateOf(countOf(player['runs']), countOf(player['balls']), 100), 1),
  );
}

/** The bowlers with their economy: runs an over. */
export function readBowlers(value: unknown, now: string | null, ballsInOver: number): Figures[] {
  return readPlayers(value, ['overs', 'maidens', 'runs', 'wickets'], [now], null, (player) =>
    rateText(rateOf(countOf(player['runs']), ballsOf(player['overs'], ballsInOver), ballsInOver), 2),
  );
}

function readPlayers(
  value: unknown,
  fields: string[],
  now: (string | null)[],
  striker: string | null,
  rate: (player: JsonObject) => string | null,
): Figures[] {
  return readEntries(value)
    .sort(([, a], [, b]) => orderOf(a) - orderOf(b))
    .slice(0, MOST_PLAYERS)
    .map(([name, player]) => ({
      name,
      figures: [...fields.map((field) => readText(player[field])), rate(player)],
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
