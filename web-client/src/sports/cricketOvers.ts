// The commentary of a cricket match by overs, and the overs counted from the log where the state does not have them.
import { isObject, mergePatch } from '../lib/merge';
import { readObject, readText } from '../lib/read';
import type { JsonObject, LoggedUpdate } from '../lib/wire';
import { MOST_OVERS, readInnings, type Innings, type Over } from './cricketCards';
import { nameOf } from './cricketChart';
import { ballsInOverOf, ballsOf, countOf } from './cricketFigures';

/** A part of the list of updates. */
export interface Section {
  key: string;
  /** A heading above this and the following sections, such as an innings; null if it is the one before's. */
  part: string | null;
  title: string | null;
  note: string | null;
  entries: Entry[];
}

export interface Entry {
  update: LoggedUpdate;
  /** What the filters look for. */
  kind: Kind | null;
}

export type Kind = 'wicket' | 'boundary';

interface BallEntry extends Entry {
  /** The ball, if the update is one: all its members, also those that it has in common with the ball before. */
  ball: JsonObject | null;
  /** Null for what is not a ball. */
  place: Place | null;
  isVoided: boolean;
}

/** Where a ball belongs: its innings, and its over from 1. */
interface Place {
  innings: number | null;
  over: number;
}

/** The updates of each over, newest first as the updates. What is not a ball goes with the ball that follows it, a correction with the ball before it. */
export function byOvers(updates: readonly LoggedUpdate[], voided: ReadonlySet<number>, data: JsonObject): Section[] {
  const innings = readInnings(data);
  const entries = entriesOf(updates, voided, data, innings);
  const sections: { place: Place | null; entries: BallEntry[] }[] = [];
  let following: Place | null = null;
  entries.forEach((entry, index) => {
    const isCorrection = entry.update.kind === 'correction';
    const place: Place | null = isCorrection ? (entries.slice(index).find((one) => one.place !== null)?.place ?? following) : (entry.place ?? following);
    following = entry.place ?? following;
    const last = sections.at(-1);
    if (last && last.place?.innings === place?.innings && last.place?.over === place?.over) last.entries.push(entry);
    else sections.push({ place, entries: [entry] });
  });
  const hasSeveral = new Set(sections.flatMap(({ place }) => (place === null ? [] : [place.innings]))).size > 1;
  return sections.map(({ place, entries: own }, index): Section => {
    // The oldest update of a section stays while newer ones come.
    const key = `${place?.innings ?? ''} ${place?.over ?? ''} ${own.at(-1)?.update.seq ?? 0}`;
    if (place === null) return { key, part: null, title: null, note: null, entries: own };
    const one = innings.find(({ number }) => number === place.innings);
    const isFirst = hasSeveral && sections[index - 1]?.place?.innings !== place.innings;
    return { key, part: isFirst && one ? nameOf(one, innings) : null, title: titleOf(place, one, own), note: noteOf(place, one, own), entries: own };
  });
}

/** The overs of an innings, counted from the whole log. Empty if they do not add up to the innings' runs. */
export function countedOvers(one: Innings, updates: readonly LoggedUpdate[], voided: ReadonlySet<number>, data: JsonObject): Over[] {
  const overs: Over[] = [];
  for (const { ball, place, kind, isVoided } of entriesOf(updates, voided, data, readInnings(data)).reverse()) {
    if (ball === null || place === null || isVoided || place.innings !== one.number || place.over > MOST_OVERS) continue;
    while (overs.length < place.over) overs.push({ number: overs.length + 1, runs: 0, wickets: 0, bowler: null });
    const over = overs[place.over - 1];
    if (!over) continue;
    over.runs += countOf(ball['runs']) ?? 0;
    if (kind === 'wicket') over.wickets += 1;
    over.bowler = readText(ball['bowler']) ?? over.bowler;
  }
  return overs.reduce((total, over) => total + over.runs, 0) === countOf(one.runs) ? overs : [];
}

/** Each update with its ball, its place and its kind. `updates` have no gap, so members that did not change are known from the ball before. */
function entriesOf(updates: readonly LoggedUpdate[], voided: ReadonlySet<number>, data: JsonObject, innings: readonly Innings[]): BallEntry[] {
  const balls = ballsIn(updates);
  const ballsInOver = ballsInOverOf(data);
  let now = innings.find(({ isRunning }) => isRunning)?.number ?? null;
  /** Whether the updates are those of a match before, whose innings are not in the state. */
  let isPast = false;
  return updates.map((update, index): BallEntry => {
    const { seq, kind, data: written } = update;
    const isVoided = voided.has(seq);
    let number = now;
    const told = isPast ? null : countOf(written['innings']);
    if (!isVoided && Object.hasOwn(written, 'runs') && written['runs'] === null) [isPast, now, number] = [true, null, null];
    if (told !== null && kind !== 'correction' && !isVoided) {
      number = told;
      // Before the update that begins an innings came the innings before it.
      const begins = written['ball'] === null || ballsOf(written['over'], ballsInOver) === 0;
      now = !begins ? told : told > 1 ? told - 1 : null;
      isPast = now === null;
    }
    const ball = kind === 'correction' ? null : (balls[index] ?? null);
    const [, over] = /^(\d{1,3})\.\d{1,2}$/.exec(overTextOf(ball, written) ?? '') ?? [];
    const place = ball === null || over === undefined ? null : { innings: number, over: Number(over) + 1 };
    return { update, ball, place, isVoided, kind: kindOf(written, ball) };
  });
}

/** The balls of the updates, newest first; null for an update that is none. */
function ballsIn(updates: readonly LoggedUpdate[]): (JsonObject | null)[] {
  const balls: (JsonObject | null)[] = new Array(updates.length).fill(null);
  let known: JsonObject = {};
  for (let index = updates.length - 1; index >= 0; index -= 1) {
    const written = updates[index]?.data['ball'];
    if (written === null) known = {};
    if (!isObject(written)) continue;
    known = mergePatch(known, written);
    balls[index] = known;
  }
  return balls;
}

/** The over and ball, such as `12.3`. An update does not repeat it after a wide; its commentary does. */
function overTextOf(ball: JsonObject | null, update: JsonObject): string | null {
  return readText(readObject(update['ball'])['over']) ?? /^\d+\.\d+(?= )/.exec(readText(update['commentary']) ?? '')?.[0] ?? readText(ball?.['over']);
}

/** By the tap if a console wrote the update, else by the kind of the ball, else by its sign in the over. */
function kindOf(update: JsonObject, ball: JsonObject | null): Kind | null {
  const tap = Array.isArray(update['tap']) ? update['tap'] : [];
  const detail = readObject(tap[1]);
  if (tap[0] === 'out') return 'wicket';
  if (tap[0] === 'ball') return isObject(detail['wicket']) ? 'wicket' : detail['boundary'] === true ? 'boundary' : null;
  if (ball === null) return null;
  const kind = readText(ball['kind']);
  if (kind !== null) return kind === 'wicket' ? 'wicket' : kind === 'four' || kind === 'six' ? 'boundary' : null;
  const sign = Array.isArray(update['thisOver']) ? (readText(update['thisOver'].at(-1)) ?? '') : '';
  return /^\d*(wd|nb)?W$/.test(sign) ? 'wicket' : /^[46]$/.test(sign) ? 'boundary' : null;
}

function titleOf({ over }: Place, innings: Innings | undefined, entries: readonly BallEntry[]): string {
  const told = entries.map(({ ball }) => readText(ball?.['bowler'])).find((name) => name !== null);
  const bowler = innings?.overs[over - 1]?.bowler ?? told;
  return bowler ? `Over ${over}: ${bowler}` : `Over ${over}`;
}

/** The runs and wickets of an over, and the score at its end. */
function noteOf({ over }: Place, innings: Innings | undefined, entries: readonly BallEntry[]): string | null {
  const known = innings?.overs[over - 1];
  const sum = known ?? sumOf(entries);
  if (sum === null) return null;
  const { runs, wickets } = sum;
  const scored = [`${runs} ${runs === 1 ? 'run' : 'runs'}`, ...(wickets > 0 ? [`${wickets} ${wickets === 1 ? 'wicket' : 'wickets'}`] : [])].join(', ');
  if (!known || !innings) return scored;
  const bowled = ballsOf(innings.over, innings.ballsInOver);
  const isDone = !innings.isRunning || (bowled !== null && bowled >= over * innings.ballsInOver);
  const before = innings.overs.slice(0, over);
  const total = before.reduce((all, one) => all + one.runs, 0);
  return isDone ? `${scored} · ${total}/${before.reduce((all, one) => all + one.wickets, 0)}` : scored;
}

/** Null unless the first ball of the over and the runs of each ball are known. */
function sumOf(entries: readonly BallEntry[]): { runs: number; wickets: number } | null {
  const balls = entries.filter(({ ball, isVoided }) => ball !== null && !isVoided);
  const runs = balls.flatMap(({ ball }) => countOf(ball?.['runs']) ?? []);
  const isWhole = /\.1$/.test(readText(balls.at(-1)?.ball?.['over']) ?? '');
  if (!isWhole || runs.length < balls.length) return null;
  return { runs: runs.reduce((all, one) => all + one, 0), wickets: balls.filter(({ kind }) => kind === 'wicket').length };
}
