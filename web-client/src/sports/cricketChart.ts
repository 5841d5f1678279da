// The lines of cricket's charts: the runs of each innings over by over, and the rates at which they come.
import type { Innings } from './cricketCards';
import { ballsOf, countOf, rateOf } from './cricketFigures';

/** An innings after an over. */
export interface Point {
  /** The overs bowled by then; `12.5` in the middle of the 13th over. */
  at: number;
  /** In this over. */
  runs: number;
  wickets: number;
  /** In the innings. */
  total: number;
  fallen: number;
  /** Runs an over, so far and for the rest of the chase. */
  rate: number | null;
  requiredRate: number | null;
}

export interface Line {
  name: string;
  points: Point[];
}

/** A line for each innings whose overs are known. */
export function linesOf(innings: readonly Innings[]): Line[] {
  return innings.filter(({ overs }) => overs.length > 0).map((one) => ({ name: nameOf(one, innings), points: pointsOf(one) }));
}

/** The side, and which of its innings it is if it has several. */
export function nameOf({ number, team, isSuperOver }: Innings, innings: readonly Innings[]): string {
  const name = team ?? `Innings ${number}`;
  if (isSuperOver) return `${name}, super over`;
  const own = innings.filter((one) => one.team !== null && one.team === team && !one.isSuperOver);
  const place = own.findIndex((one) => one.number === number);
  return own.length < 2 ? name : `${name}, ${['first', 'second', 'third'][place] ?? `${place + 1}th`} innings`;
}

function pointsOf({ overs, over, ballsInOver, target, limit }: Innings): Point[] {
  const bowled = ballsOf(over, ballsInOver);
  const goal = countOf(target);
  let [total, fallen] = [0, 0];
  const points = overs.map((one, index): Point => {
    total += one.runs;
    fallen += one.wickets;
    const isLast = index === overs.length - 1 && bowled !== null;
    const balls = isLast ? Math.min(Math.max(bowled, index * ballsInOver), one.number * ballsInOver) : one.number * ballsInOver;
    const left = limit === null || goal === null || goal <= total ? null : limit - balls;
    return {
      at: balls / ballsInOver,
      runs: one.runs,
      wickets: one.wickets,
      total,
      fallen,
      rate: rateOf(total, balls, ballsInOver),
      requiredRate: left === null || left <= 0 ? null : rateOf((goal ?? 0) - total, left, ballsInOver),
    };
  });
  // An over without a legal ball yet stands where the one before it ended.
  return points.filter((point, index) => points[index + 1]?.at !== point.at);
}

/** Values of several lines, for a chart whose lines share one axis: `at` in order, and for each line its values there. */
export function aligned(lines: readonly (readonly (readonly [at: number, value: number | null])[])[]): { at: number[]; values: (number | null)[][] } {
  const at = [...new Set(lines.flatMap((line) => line.map(([x]) => x)))].sort((a, b) => a - b);
  const values = lines.map((line) => {
    const byAt = new Map(line);
    return at.map((x) => byAt.get(x) ?? null);
  });
  return { at, values };
}
