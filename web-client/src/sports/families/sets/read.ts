// Reads a match of sets, as the console or another program writes it, for the scoreboard and for lists.
import { isObject } from '../../../lib/merge';
import { clip, readObject, readText } from '../../../lib/read';
import type { JsonObject, Summary, SummarySide } from '../../../lib/wire';
import { bothSides, otherSide, sideNames, sideOf, type Side } from '../../side';
import { fitted } from '../fitted';
import { isTiebreak, matchOf, ruleOf, runningIn, setsIn, unitOf, type Match, type SetScore } from './match';
import { chanceWords, periodOf, pointsOf, textsOf, tiebreakOf, type Names, type Texts } from './words';

export interface SetColumn {
  number: number;
  points: Texts;
  /** The points of the side that lost the tie-break, and that side. */
  tiebreak: { side: Side; points: number } | null;
  winner: Side | null;
  isRunning: boolean;
}

export interface SetsSide {
  name: string | null;
  short: string | null;
  /** The sets that it won. */
  score: string;
}

export interface SetsBoard {
  sides: Record<Side, SetsSide>;
  sets: SetColumn[];
  /** The points of the running game or set; null between sets and after the match. */
  points: Texts | null;
  /** Whether the sets are sets of games, so that `points` are not in their columns. */
  hasGames: boolean;
  isTiebreak: boolean;
  serve: Side | null;
  /** The player of the serving side who serves, where two serve in turn. */
  server: number | null;
  left: Side | null;
  /** The timeouts of each side that are left; null without a limit. */
  timeouts: Record<Side, number> | null;
  /** Such as `Set`. */
  unit: string;
  /** Such as `Match point Italy`. */
  note: string | null;
  period: string | null;
  result: string | null;
  commentary: string | null;
}

/** Null unless the data has the shape of the family: sets by number, or a format of the family and two sides. Never throws. */
export function readSets(data: JsonObject): SetsBoard | null {
  const match = matchOf(data);
  const sets = setsIn(data['sets']).filter(([number]) => isScored(readObject(data['sets'])[String(number)]));
  if (match === null ? sets.length === 0 : !isObject(data['home']) || !isObject(data['away'])) return null;
  const result = readText(data['result']);
  const running = match === null ? (result === null ? sets.length : null) : runningIn(match);
  const columns = (match === null ? sets : match.sets.map((set, index): [number, SetScore] => [index + 1, set])).map(([number, set], index) =>
    columnOf(number, set, index + 1 === running, match === null),
  );
  const sides = { home: readSide(data, 'home', columns), away: readSide(data, 'away', columns) };
  return {
    sides,
    sets: columns,
    ...(match === null ? ofFeed(data, columns, running === null ? undefined : sets[running - 1]?.[1]) : ofMatch(match)),
    note: match === null ? null : noteOf(match, { home: nameOf(sides, 'home'), away: nameOf(sides, 'away') }),
    serve: running === null ? null : sideOf(data['serve']),
    left: result === null ? sideOf(data['left']) : null,
    period: readText(data['period']) ?? (match === null ? null : periodOf(match)),
    result,
    commentary: readText(data['commentary']),
  };
}

/** Whether a set has a score, and so belongs to this family. */
function isScored(value: unknown): boolean {
  const set = readObject(value);
  return bothSides.some((side) => readText(set[side]) !== null && Number.isFinite(Number(readText(set[side]))));
}

/** Without a format, whoever leads in a set that is not running has won it. With one, a set may have been broken off. */
function columnOf(number: number, set: SetScore, isRunning: boolean, isFed: boolean): SetColumn {
  const lost = isRunning ? null : tiebreakOf(set);
  const ahead: Side | null = set.home === set.away ? null : set.home > set.away ? 'home' : 'away';
  return {
    number,
    points: textsOf(set),
    tiebreak: lost === null || ahead === null ? null : { side: otherSide(ahead), points: lost },
    winner: isRunning ? null : (set.winner ?? (isFed ? ahead : null)),
    isRunning,
  };
}

function readSide(data: JsonObject, side: Side, sets: readonly SetColumn[]): SetsSide {
  const members = readObject(data[side]);
  const won = String(sets.filter(({ winner }) => winner === side).length);
  return {
    name: readText(members['name']),
    short: readText(members['short']),
    score: readText(isObject(data[side]) ? (members['score'] ?? members['sets']) : data[side]) ?? won,
  };
}

type Play = Pick<SetsBoard, 'points' | 'hasGames' | 'isTiebreak' | 'server' | 'timeouts' | 'unit'>;

function ofMatch(match: Match): Play {
  const { format, sets } = match;
  const number = runningIn(match);
  const set = number === null ? undefined : sets[number - 1];
  const rule = ruleOf(format, number ?? 1);
  return {
    points: pointsOf(match),
    hasGames: rule.games !== undefined,
    isTiebreak: set !== undefined && isTiebreak(rule, set),
    server: (format.serve?.servers ?? 1) > 1 ? match.server : null,
    timeouts: number === null || format.timeouts === undefined ? null : { home: timeoutsLeft(match, 'home'), away: timeoutsLeft(match, 'away') },
    unit: unitOf(format),
  };
}

/** How many timeouts a side may still take, in the running set or in the match. */
export function timeoutsLeft({ format: { timeouts }, sets }: Match, side: Side): number {
  if (timeouts === undefined) return 0;
  const counted = timeouts.per === 'match' ? sets : sets.slice(-1);
  return Math.max(0, timeouts.each - counted.reduce((sum, set) => sum + set.timeouts[side], 0));
}

/** The state of another program, which need not say what it plays. */
function ofFeed(data: JsonObject, sets: readonly SetColumn[], set: SetScore | undefined): Play {
  const points = readObject(data['points']);
  const [home, away] = [readText(points['home']), readText(points['away'])];
  const shown = home !== null && away !== null ? { home, away } : set?.tiebreak ? textsOf(set.tiebreak) : null;
  return {
    points: set === undefined ? null : (shown ?? sets.at(-1)?.points ?? null),
    hasGames: shown !== null,
    isTiebreak: set?.tiebreak !== null && set !== undefined,
    server: null,
    timeouts: null,
    unit: 'Set',
  };
}

function noteOf(match: Match, names: Names): string | null {
  const number = runningIn(match);
  const set = number === null ? undefined : match.sets[number - 1];
  const isTied = number !== null && set !== undefined && isTiebreak(ruleOf(match.format, number), set);
  return chanceWords(match, names) ?? (isTied ? 'Tie-break' : null);
}

/** The name to show. */
export function nameOf(sides: SetsBoard['sides'], side: Side): string {
  return clip(sides[side].name ?? sideNames[side], 60);
}

export function setsSummary(data: JsonObject): Summary | null {
  const board = readSets(data);
  if (board === null) return null;
  const { note, period, result } = board;
  return fitted({
    sides: bothSides.map((side) => summarySide(board, side)),
    ...(note === null || result !== null ? {} : { note: clip(note, 120) }),
    ...(period === null || result !== null ? {} : { period: clip(period, 60) }),
    ...(result === null ? {} : { result: clip(result, 160) }),
  });
}

/** The sets won, with the points of the running set; afterwards with those of all sets. */
function summarySide(board: SetsBoard, side: Side): SummarySide {
  const { sides, sets, points, hasGames } = board;
  const running = sets.find(({ isRunning }) => isRunning);
  const all = sets.map(({ points: won }) => won[side]).join(' ');
  const detail = running === undefined ? all : hasGames && points ? `${running.points[side]} (${points[side]})` : running.points[side];
  const { short, score } = sides[side];
  return {
    name: nameOf(sides, side),
    ...(short === null ? {} : { short: clip(short, 24) }),
    score: clip(score, 24),
    ...(detail === '' ? {} : { detail: clip(detail, 24) }),
  };
}
