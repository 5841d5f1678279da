// How each sport's state and updates are shown: by the sport's own scoreboard, by its family's, or as plain values.
import type { Component } from 'svelte';
import type { Competitor } from '../lib/competitors';
import type { History } from '../lib/history.svelte';
import { clip, inOneLine, readObject, readText } from '../lib/read';
import type { JsonObject, LoggedUpdate, Summary } from '../lib/wire';
import { chessHeadline, chessLine, readChess } from './chess';
import Chess from './Chess.svelte';
import { cricketHeadline, cricketLine, readCricket } from './cricket';
import Cricket from './Cricket.svelte';
import { byOvers, type Kind, type Section } from './cricketOvers';
import { footballHeadline, footballLine, readFootball } from './football';
import Football from './Football.svelte';
import { familyIn } from './families/family';
import { loadedFamilyOf } from './families/loaded.svelte';
import { withNames } from './names';
import { readSummary, SUMMARY, summaryOf, textOf, twoSidedSummary } from './summary';

/** The member of a state that tells what happened last. */
const COMMENTARY = 'commentary';

interface Sport {
  /** `elapsed` returns the time since the update in milliseconds; null if no clock runs. `title` is the event's. */
  scoreboard: Component<{ data: JsonObject; elapsed?: (() => number) | null; title?: string }>;
  /** Whether the data has what the scoreboard needs. */
  fits: (data: JsonObject) => boolean;
  /** The score in one sentence; screen readers announce changes. */
  headline: (data: JsonObject) => string | null;
  /** An update in the list: the point in the match, and what happened. */
  line: (update: JsonObject) => { mark: string | null; text: string | null };
  /** The list in sections. By default it has one, without a title. */
  sections?: (updates: readonly LoggedUpdate[], voided: ReadonlySet<number>, data: JsonObject) => Section[];
  /** What the list can be filtered by: the kinds of entries, with their names. */
  filters?: Partial<Record<Kind, string>>;
  /** Loads the full scorecard. */
  scorecard?: () => Promise<{ default: Component<{ data: JsonObject; history: History }> }>;
}

const sports: Record<string, Sport> = {
  cricket: {
    scoreboard: Cricket,
    fits: (data) => readCricket(data) !== null,
    headline: cricketHeadline,
    line: cricketLine,
    sections: byOvers,
    filters: { wicket: 'Wickets', boundary: 'Boundaries' },
    scorecard: () => import('./CricketScorecard.svelte'),
  },
  football: {
    scoreboard: Football,
    fits: (data) => readFootball(data) !== null,
    headline: footballHeadline,
    line: footballLine,
  },
  chess: {
    scoreboard: Chess,
    fits: (data) => readChess(data) !== null,
    headline: chessHeadline,
    line: chessLine,
  },
};

/** The sport's own scoreboard; null if it has none, or the data has not what it needs. A family's may fit then. */
export function scoreboardOf(sport: string, data: JsonObject): Sport['scoreboard'] | null {
  return fitting(sport, data)?.scoreboard ?? null;
}

/** Loads the sport's full scorecard; null if it has none, or the data has not what it needs. */
export function scorecardOf(sport: string, data: JsonObject): Sport['scorecard'] | null {
  return fitting(sport, data)?.scorecard ?? null;
}

/** The updates in the sections of the list, newest first. `updates` have no gap. */
export function sectionsOf(sport: string, updates: readonly LoggedUpdate[], voided: ReadonlySet<number>, data: JsonObject): Section[] {
  const sections = find(sport)?.sections?.(updates, voided, data);
  return sections ?? [{ key: '', part: null, title: null, note: null, entries: updates.map((update) => ({ update, kind: null })) }];
}

export function filtersOf(sport: string): [Kind, string][] {
  return Object.entries(find(sport)?.filters ?? {}) as [Kind, string][];
}

/** The summary of a state: by its sport's own members, as its scorer wrote it, by its family, or of two teams. */
export function summaryFor(sport: string, data: JsonObject, competitors: readonly Competitor[] = []): Summary | null {
  const named = withNames(data, competitors);
  return summaryOf(sport, named) ?? readSummary(data[SUMMARY]) ?? loadedFamilyOf(named)?.summary(named) ?? twoSidedSummary(named);
}

/** The score in one sentence. A state of a family is told by its summary and its commentary. */
export function headlineOf(sport: string, data: JsonObject): string {
  const headline = find(sport)?.headline(data) ?? familyHeadline(sport, data);
  return headline === null ? inWords(data) : clip(headline, 300);
}

function familyHeadline(sport: string, data: JsonObject): string | null {
  const isOfFamily = familyIn(data['format']) !== null || loadedFamilyOf(data) !== null;
  const summary = isOfFamily ? summaryFor(sport, data) : null;
  if (summary === null) return null;
  const commentary = readText(data[COMMENTARY]);
  return commentary === null ? textOf(summary) : `${textOf(summary)}. ${commentary}`;
}

/** Whether the list shows an update. It skips updates that only advance, start or stop the clock. */
export function isTold({ kind, data }: Pick<LoggedUpdate, 'kind' | 'data'>): boolean {
  if (kind === 'update' && isStartOrStop(data)) return false;
  const isClock = Object.hasOwn(data, 'minute') && Object.keys(data).every((name) => name === 'minute' || name === 'tap' || name === SUMMARY);
  return kind === 'correction' || !(isClock || Object.keys(data).every((name) => name === 'tap'));
}

/** Whether an update starts or stops a clock. One that sets it is told. */
function isStartOrStop(data: JsonObject): boolean {
  const [kind, detail] = Array.isArray(data['tap']) ? (data['tap'] as unknown[]) : [];
  return kind === 'clock' && Object.hasOwn(data, 'clock') && readObject(detail)['set'] !== true;
}

/**
 * An update in the list: the point in the match, and what happened. A console's correction has words of its own; its other
 * members only repair the state, so they are not told again.
 */
export function lineOf(sport: string, update: JsonObject, kind: LoggedUpdate['kind'] = 'update'): { mark: string | null; text: string } {
  if (kind === 'correction' && Object.hasOwn(update, 'tap')) {
    const [, place, text] = /^Correction(?:, (.+?))?: (.+)$/s.exec(readText(update[COMMENTARY]) ?? '') ?? [];
    return { mark: place ? clip(place, 16) : null, text: text ? clip(text, 400) : '' };
  }
  const line = find(sport)?.line(update) ?? familyLine(update);
  const { mark } = line;
  if (isClearing(update)) return { mark: null, text: 'The board was cleared.' };
  return {
    mark: mark === null ? null : clip(mark, 16),
    text: line.text ? clip(line.text, 400) : mark === null ? inWords(update) : '',
  };
}

/** An update of any other sport: the mark and the commentary that its scorer wrote. */
function familyLine({ mark, ...update }: JsonObject): { mark: string | null; text: string | null } {
  return { mark: readText(mark), text: readText(update[COMMENTARY]) ?? (Object.keys(update).length > 0 ? inWords(update) : null) };
}

/** Whether an update only removes members, as scorers do before a new match. */
function isClearing(update: JsonObject): boolean {
  const members = Object.values(update);
  return members.length > 1 && members.every((member) => member === null);
}

/** The members in one line. The summary repeats them for lists, so it is told only where it says everything. */
function inWords({ [SUMMARY]: written, ...rest }: JsonObject): string {
  const summary = Object.keys(rest).length === 0 ? readSummary(written) : null;
  return summary === null ? inOneLine(rest) : clip(textOf(summary), 300);
}

function find(sport: string): Sport | undefined {
  const name = sport.toLowerCase();
  return Object.hasOwn(sports, name) ? sports[name] : undefined;
}

/** The sport, if the data has what its scoreboard needs. */
function fitting(sport: string, data: JsonObject): Sport | null {
  const known = find(sport);
  return known?.fits(data) ? known : null;
}
