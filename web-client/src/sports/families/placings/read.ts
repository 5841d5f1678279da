// Reads the entries of a contest with their places, as the console or another program writes them.
import { clip, readObject, readText } from '../../../lib/read';
import type { JsonObject, Summary, SummarySide } from '../../../lib/wire';
import { readClock, type Clock } from '../../clock';
import { fitted } from '../fitted';
import { heightsOf } from './bar';
import { readEntriesOf, type Entry } from './entry';
import { readPlacingsFormat, type PlacingsFormat } from './format';
import { gapText, readMark, shown, windText, withUnit } from './marks';
import { placesOf, standingsOf } from './rank';

/** An entry as a line of the board. */
export interface Line {
  entry: Entry;
  /** `1`, or `1=` for a shared place; null without a place. */
  place: string | null;
  /** A mark, `NM`, or a status. */
  mark: string | null;
  /** How far it is from the best mark of its section. */
  gap: string | null;
  /** The mark with the digits that are not shown, where they separate equal marks. */
  exact: string | null;
}

export interface Section {
  /** A heat; null where there are none. */
  heat: string | null;
  wind: string | null;
  lines: Line[];
}

export interface PlacingsBoard {
  format: PlacingsFormat | null;
  /** One for each heat, in their order; otherwise one. */
  sections: Section[];
  /** All entries of several heats by their marks. Null where there are no heats. */
  overall: Line[] | null;
  period: string | null;
  /** The height of the bar, or of a jump-off. */
  bar: string | null;
  clock: Clock | null;
  result: string | null;
  commentary: string | null;
}

/** What stands before each entry that is none of a contest: at least one of these members. */
const members = ['name', 'mark', 'place', 'status', 'lane', 'attempts'];

/** Null unless the data has entries. Never throws. */
export function readPlacings(data: JsonObject): PlacingsBoard | null {
  const raw = readObject(data['entries']);
  const entries = readEntriesOf(data).filter(({ key }) => members.some((name) => Object.hasOwn(readObject(raw[key]), name)));
  if (entries.length === 0) return null;
  const format = readPlacingsFormat(data['format']);
  const heats = [...new Set(entries.map(({ heat }) => heat))].sort((a, b) => (a ?? '').localeCompare(b ?? '', 'en', { numeric: true }));
  const winds = readObject(data['winds']);
  return {
    format,
    sections: heats.map((heat) => ({
      heat,
      wind: windText(heat === null ? data['wind'] : winds[heat]),
      lines: linesOf(data, format, entries.filter((entry) => entry.heat === heat), heats.length < 2),
    })),
    overall: heats.length < 2 ? null : linesOf(data, format, entries, false),
    period: readText(data['period']),
    bar: barIn(data, format),
    clock: readClock(data['clock']),
    result: readText(data['result']),
    commentary: readText(data['commentary']),
  };
}

/** The entries in their order: by place, then those to come by lane, then those without a mark, by status. */
function linesOf(data: JsonObject, format: PlacingsFormat | null, entries: readonly Entry[], isWritten: boolean): Line[] {
  const texts = new Map<string, string | null>();
  let places = new Map<string, number>();
  if (format !== null) {
    const standings = standingsOf(format, data, entries);
    places = placesOf(standings);
    for (const { entry, text } of standings) texts.set(entry.key, text);
  }
  // Another program may know the places by rules of its own.
  if (places.size === 0 && (isWritten || format === null)) {
    places = new Map(entries.flatMap(({ key, place }) => (place === null ? [] : [[key, place]])));
  }
  const values = new Map(entries.map((entry) => [entry.key, valueOf(format, texts.get(entry.key) ?? entry.mark)]));
  const lines = entries.map((entry): Line & { rank: number; group: number } => {
    const rank = places.get(entry.key) ?? null;
    const isShared = rank !== null && entries.some((other) => other !== entry && places.get(other.key) === rank);
    const mark = (rank === null ? entry.status : null) ?? texts.get(entry.key) ?? entry.mark;
    return { entry, place: rank === null ? null : `${rank}${isShared ? '=' : ''}`, mark, gap: null, exact: null, rank: rank ?? Number.MAX_SAFE_INTEGER, group: groupOf(entry, mark, rank) };
  });
  lines.sort((a, b) => a.group - b.group || a.rank - b.rank || inOrder(a.entry, b.entry));
  const best = lines[0] && lines[0].place !== null ? values.get(lines[0].entry.key) : null;
  return lines.map(({ entry, place, mark }) => {
    const value = values.get(entry.key) ?? null;
    const gap = place === null || value === null || best === null || best === undefined || format === null ? null : gapText(value, best, format);
    const isSeparated = format?.ties === 'exact' && place !== null && lines.some((other) => other.entry !== entry && other.place !== null && other.mark === mark);
    return { entry, place, mark, gap, exact: isSeparated ? entry.exact : null };
  });
}

function barIn(data: JsonObject, format: PlacingsFormat | null): string | null {
  const height = format?.bar ? (heightsOf(data, 'jumpOff').at(-1) ?? heightsOf(data).at(-1)) : undefined;
  return height === undefined || format === null ? null : withUnit(height.text, format);
}

function valueOf(format: PlacingsFormat | null, text: string | null): number | null {
  const mark = readMark(text);
  return mark === null || format === null ? mark : shown(mark, format);
}

/** Placed entries first, then those to come, those without a mark, and those that did not finish, start or count. */
function groupOf({ status }: Entry, mark: string | null, place: number | null): number {
  if (place !== null) return 0;
  if (status === null) return mark === null || mark === '' ? 1 : 2;
  return { WD: 3, DNF: 4, DNS: 5, DQ: 6 }[status];
}

/** By lane, then by number. */
export function inOrder(a: Entry, b: Entry): number {
  const lane = (entry: Entry) => Number(/^\d+/.exec(entry.lane ?? '')?.[0] ?? Number.MAX_SAFE_INTEGER);
  return lane(a) - lane(b) || Number(a.key) - Number(b.key);
}

export function nameOf(entry: Entry, competitor?: string): string {
  return entry.name ?? competitor ?? `Entry ${entry.key}`;
}

/** A heat by its name: a number is `Heat 2`. */
export function heatName(heat: string): string {
  return /^\d+$/.test(heat) ? `Heat ${heat}` : heat;
}

export function placingsSummary(data: JsonObject): Summary | null {
  const board = readPlacings(data);
  if (board === null) return null;
  const lines = board.overall ?? board.sections[0]?.lines ?? [];
  const wind = board.overall === null ? (board.sections[0]?.wind ?? null) : null;
  const bar = board.result === null ? board.bar : null;
  const note = [...(bar === null ? [] : [`bar at ${bar}`]), ...(wind === null ? [] : [`wind ${wind}`])].join(', ');
  return fitted({
    sides: lines.map(({ entry, place, mark }): SummarySide => ({
      ...(place === null ? {} : { place }),
      name: clip(nameOf(entry), 40),
      ...(mark === null ? {} : { score: clip(mark, 16) }),
      ...(place === null && mark === null && entry.lane !== null ? { detail: `lane ${clip(entry.lane, 8)}` } : {}),
    })),
    ...(note === '' ? {} : { note }),
    ...(board.period === null || board.result !== null ? {} : { period: clip(board.period, 60) }),
    ...(board.clock === null || board.result !== null ? {} : { clock: board.clock }),
    ...(board.result === null ? {} : { result: clip(board.result, 160) }),
  });
}
