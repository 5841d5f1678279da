// The summary of a state: what lists show of it, whatever the sport. The consoles write it into each update.
import { isObject } from '../lib/merge';
import { clip, readList, readObject, readText } from '../lib/read';
import type { JsonObject, Summary, SummaryClock, SummarySide } from '../lib/wire';
import { readChess, runningClock } from './chess';
import { clockFace, readClock } from './clock';
import { readCricket } from './cricket';
import { readInnings, type Innings } from './cricketCards';
import { minuteOf, readFootball } from './football';
import { footballClock, isPause, minuteOfClock } from './footballClock';
import { bothSides, sideNames } from './side';

/** The member of a state that holds its summary. */
export const SUMMARY = 'summary';

const readers: Record<string, (data: JsonObject) => Summary | null> = {
  cricket: cricketSummary,
  football: footballSummary,
  chess: chessSummary,
};

/** The summary of a state by its sport's own members. Null if the state has none that make one. */
export function summaryOf(sport: string, data: JsonObject): Summary | null {
  const name = sport.trim().toLowerCase();
  return (Object.hasOwn(readers, name) ? readers[name] : undefined)?.(data) ?? null;
}

/** A summary as the server sends it, read with care: any app may have written it. */
export function readSummary(value: unknown): Summary | null {
  if (!isObject(value) || !Array.isArray(value['sides'])) return null;
  const sides = readList(value['sides']).filter(isObject).map((side): SummarySide => {
    const texts = (['name', 'short', 'score', 'detail', 'place'] as const).map((field) => text(field, readText(side[field]), field === 'name' ? 60 : 24));
    return Object.assign({}, ...texts, side['active'] === true ? { active: true } : {});
  });
  const clock = readClock(value['clock']);
  return summary(sides, {
    note: readText(value['note']),
    period: readText(value['period']),
    result: readText(value['result']),
    ...(clock ? { clock } : {}),
  });
}

export function cricketSummary(data: JsonObject): Summary | null {
  const board = readCricket(data);
  if (board === null) return null;
  const isOver = board.result !== null;
  const innings = readInnings(data);
  const batting = board.batting ?? 'Batting';
  const bowling = readText(data['bowling']);
  const teams = [...new Set([...innings.flatMap(({ team }) => team ?? []), batting, ...(bowling === null ? [] : [bowling])])].slice(0, 2);
  return summary(teams.map((team) => cricketSide(team, innings, team === batting && !isOver)), {
    note: isOver ? null : cricketNote(data, board.required),
    period: isOver ? null : innings.at(-1)?.isSuperOver ? 'Super over' : board.innings === null ? null : `Innings ${board.innings}`,
    result: board.result,
  });
}

/** A side with the scores of its innings, such as `151 & 23/1`, and the overs of the last one. */
function cricketSide(team: string, innings: readonly Innings[], active: boolean): SummarySide {
  const own = innings.filter((one) => one.team === team || (one.team === null && one.isRunning));
  const last = own.at(-1);
  const scores = own.map((one) => {
    // Several innings on one line leave no room for the wickets of a side that was all out.
    const isAllOut = own.length > 1 && !one.isRunning && one.wickets === '10';
    return `${one.runs}${isAllOut ? '' : `/${one.wickets ?? ''}`}${one.closed === 'declared' ? 'd' : ''}`;
  });
  return { ...side(team, scores.length === 0 ? null : scores.join(' & '), last?.over ? `${last.over} ov` : null), ...(active ? { active: true } : {}) };
}

/** What the chase needs, or in a match of several innings the lead. */
function cricketNote(data: JsonObject, required: string | null): string | null {
  const [target, runs, lead] = [data['target'], data['runs'], data['lead']].map((value) => Number(readText(value) ?? Number.NaN));
  if (required !== null) return `needs ${required}`;
  // With a limit of overs, a chase without balls left is over.
  if (data['overs'] === 0 && target !== undefined && runs !== undefined && target > runs) return `needs ${target - runs}`;
  if (lead === undefined || !Number.isSafeInteger(lead)) return null;
  return lead === 0 ? 'scores level' : lead > 0 ? `leads by ${lead}` : `trails by ${-lead}`;
}

export function footballSummary(data: JsonObject): Summary | null {
  const board = readFootball(data);
  if (board === null) return null;
  const { home, away, minute, period, result } = board;
  const team = ({ name, goals, penalties }: typeof home) => side(name, goals, penalties === null ? null : `(${penalties})`);
  const clock = result === null ? footballClock(data) : null;
  // A clock runs by itself; without one, the minute is told while football is played.
  const told = clock === null && !isPause(period) && minute !== null && /^[1-9]/.test(minute) ? `${minute}′` : null;
  return summary([team(home), team(away)], {
    note: result === null ? told : null,
    period: result === null ? period : null,
    result,
    ...(clock ? { clock } : {}),
  });
}

export function chessSummary(data: JsonObject): Summary | null {
  const board = readChess(data);
  if (board === null) return null;
  const { white, black, result, outcome, clocks } = board;
  const [whites, blacks] = result?.match(/^(1|0|½|1\/2)\s*[-–]\s*(1|0|½|1\/2)$/)?.slice(1).map((points) => points.replace('1/2', '½')) ?? [];
  const turn = (whiteSide: boolean) => (result === null && board.whiteToMove === whiteSide ? { active: true } : {});
  const move = board.san === null || board.ply === null ? null : `${Math.ceil(board.ply / 2)}${board.ply % 2 === 1 ? '.' : '…'} ${board.san}`;
  const clock = result === null ? runningClock(clocks) : null;
  return summary(
    [
      { ...side(white.name ?? 'White', whites ?? null), ...turn(true) },
      { ...side(black.name ?? 'Black', blacks ?? null), ...turn(false) },
    ],
    { note: result === null ? move : null, result: outcome, ...(clock ? { clock } : {}) },
  );
}

/** The summary of two teams `home` and `away` with a score, as apps of any sport write them. Null if the state has no such teams. */
export function twoSidedSummary(data: JsonObject): Summary | null {
  const sides = bothSides.map((which) => {
    const team = readObject(data[which]);
    const score = ['score', 'points', 'goals', 'sets'].map((field) => readText(team[field])).find((found) => found !== null);
    return score === undefined ? null : side(readText(team['name']) ?? sideNames[which], score);
  });
  const both = sides.filter((found) => found !== null);
  if (both.length < 2) return null;
  return summary(both, { period: readText(data['period']), result: readText(data['result']) });
}

function side(name: string, score: string | null, detail: string | null = null): SummarySide {
  return { ...text('name', name, 60), ...text('score', score, 24), ...text('detail', detail, 24) };
}

type Rest = { note?: string | null; period?: string | null; result?: string | null; clock?: SummaryClock };

function summary(sides: SummarySide[], { note = null, period = null, result = null, clock }: Rest): Summary {
  return { sides, ...text('note', note, 120), ...text('period', period, 60), ...(clock ? { clock } : {}), ...text('result', result, 160) };
}

/** A member with a text, clipped; nothing without one. */
function text<Name extends string>(name: Name, value: string | null, length: number): { [key in Name]?: string } {
  return (value === null ? {} : { [name]: clip(value, length) }) as { [key in Name]?: string };
}

/** Of more sides than this, a line tells the first three. */
const MOST_TOLD = 4;

/** A summary in one line. */
export function textOf({ sides, result, period, note }: Summary): string {
  const told = sides.length > MOST_TOLD ? sides.slice(0, 3) : sides;
  const lines = told.map(({ place, name, short, score, detail }) => [place, name ?? short, score, detail].filter((part) => part !== undefined).join(' '));
  const more = told.length < sides.length ? [`and ${sides.length - told.length} more`] : [];
  return [...lines, ...more, ...(result === undefined ? [period, note] : [result])].filter((part) => part).join(', ');
}

/** The score alone, for the title of a tab: `97/3` of the side that plays, or `2–1`. Null if the summary has none. */
export function scoreOf({ sides }: Summary): string | null {
  const playing = sides.filter(({ active }) => active);
  const scores = (playing.length === 1 ? playing : sides).map(({ score }) => score);
  if (scores.length === 0 || scores.length > 2) return null;
  return scores.every((score) => score !== undefined) ? scores.join('–') : null;
}

/** The clock of a summary in words at the server's time `now`: minutes for football, otherwise as a clock reads. */
export function clockWords(sport: string, { clock, period }: Summary, now: number): string | null {
  if (clock === undefined) return null;
  const isFootball = sport.trim().toLowerCase() === 'football' && clock.direction === 'up';
  return isFootball ? minuteOf(minuteOfClock(clock, period ?? null, now)) : clockFace(clock, now);
}
