// Places by rule. Each entry gets a list of numbers, of which the lower ones are better; equal lists share a place.
import type { JsonObject } from '../../../lib/wire';
import { clearedBy, failuresInARow, heightsOf, type Height } from './bar';
import type { Entry } from './entry';
import { attemptsOf, type PlacingsFormat } from './format';
import { markText, readMark, shown } from './marks';

/** The mark that an entry has by the rules. */
export interface Standing {
  entry: Entry;
  /** In thousandths, as it is shown; null without a mark. */
  mark: number | null;
  /** Its text; `NM` if no attempt is left. */
  text: string | null;
  /** What decides, the first number first. Empty without a place. */
  decides: number[];
}

/** `NM`: no mark, of an entry that has no attempt left. */
export const NO_MARK = 'NM';

/** The marks of all entries by the format's rules. */
export function standingsOf(format: PlacingsFormat, data: JsonObject, entries: readonly Entry[]): Standing[] {
  const { cut } = format.attempts ?? {};
  const isCut = cut !== undefined && entries.filter(({ status }) => status === null).length > cut.keep;
  const heights = heightsOf(data);
  const rounds = heightsOf(data, 'jumpOff');
  const standings = entries.map((entry) => (format.bar ? overBar(format, entry, heights, rounds) : format.attempts ? byAttempts(format, entry, isCut) : byMark(format, entry)));
  return format.ties === 'exact' ? separated(format, standings) : standings;
}

/** Whether an entry cannot be placed, whatever its mark. A withdrawn entry keeps what it has jumped or lifted. */
export function isOut(format: PlacingsFormat, { status }: Pick<Entry, 'status'>): boolean {
  return status !== null && !(status === 'WD' && (format.bar !== undefined || format.attempts !== undefined));
}

function byMark(format: PlacingsFormat, entry: Entry): Standing {
  const mark = readMark(entry.exact ?? entry.mark);
  if (mark === null || isOut(format, entry)) return { entry, mark: null, text: null, decides: [] };
  const rounded = shown(mark, format);
  const then = format.ties === 'order' ? [entry.order ?? Number.MAX_SAFE_INTEGER] : [];
  return { entry, mark: rounded, text: markText(rounded, format), decides: [signed(format, rounded), ...then] };
}

/** Digits that are not shown decide only where they were measured for all entries of a mark. */
function separated(format: PlacingsFormat, standings: readonly Standing[]): Standing[] {
  return standings.map((standing) => {
    const equal = standings.filter(({ mark }) => mark !== null && mark === standing.mark);
    const areExact = equal.every(({ entry }) => entry.exact !== null);
    return equal.length > 1 && areExact ? { ...standing, decides: [...standing.decides, signed(format, readMark(standing.entry.exact) ?? 0)] } : standing;
  });
}

/** `isCut`: not all entries have all attempts. */
function byAttempts(format: PlacingsFormat, entry: Entry, isCut: boolean): Standing {
  const { counts = 'best', groups, count = 0 } = format.attempts ?? {};
  const all = Array.from({ length: attemptsOf(format) }, (_, index) => entry.attempts.get(String(index + 1)));
  const parts = (groups ?? ['']).map((_, group) => all.slice(group * count, (group + 1) * count));
  const bests = parts.map((part) => best(format, part, counts));
  const last = isCut ? (format.attempts?.cut?.after ?? count) : count;
  const hasNone = parts.some((part, group) => bests[group] === null && part.slice(0, last).every((attempt) => attempt !== undefined));
  const isUsed = bests.some((one) => one !== null);
  if (isOut(format, entry) || !isUsed || hasNone) {
    return { entry, mark: null, text: hasNone && entry.status === null ? NO_MARK : null, decides: [] };
  }
  const mark = bests.reduce<number>((sum, one) => sum + (one?.mark ?? 0), 0);
  const decides = [signed(format, mark), ...separating(format, parts, bests)];
  return { entry, mark, text: markText(mark, format), decides };
}

interface Best {
  mark: number;
  /** Which attempt it was, from 1. */
  number: number;
}

function best(format: PlacingsFormat, attempts: readonly (string | undefined)[], counts: 'best' | 'last' | 'sum'): Best | null {
  const valid = attempts.flatMap((attempt, index) => {
    const mark = readMark(attempt);
    return mark === null ? [] : [{ mark: shown(mark, format), number: index + 1 }];
  });
  if (counts === 'last') return valid.at(-1) ?? null;
  if (counts === 'sum') return valid.length === 0 ? null : { mark: valid.reduce((sum, { mark }) => sum + mark, 0), number: valid.length };
  return valid.reduce<Best | null>((found, one) => (found === null || signed(format, one.mark) < signed(format, found.mark) ? one : found), null);
}

/** What separates equal marks of attempts. */
function separating(format: PlacingsFormat, parts: readonly (string | undefined)[][], bests: readonly (Best | null)[]): number[] {
  if (format.ties === 'attempts') {
    const marks = parts.flat().flatMap((attempt) => readMark(attempt) ?? []).map((mark) => signed(format, shown(mark, format)));
    const sorted = marks.sort((a, b) => a - b).slice(1);
    return Array.from({ length: attemptsOf(format) }, (_, index) => sorted[index] ?? Number.MAX_SAFE_INTEGER);
  }
  if (format.ties !== 'first') return [];
  // The bar is loaded from light to heavy, and at one weight the earlier attempts lift first: the lower best of the last lift was
  // lifted before, then the earlier attempt, then the one whose attempts before it were lighter.
  const last = bests.at(-1) ?? null;
  const earlier = (parts.at(-1) ?? []).slice(0, (last?.number ?? 1) - 1).reverse();
  const before = earlier.map((attempt) => readMark(attempt?.replace(/^x/, '')) ?? 0);
  return [last?.mark ?? Number.MAX_SAFE_INTEGER, last?.number ?? 0, ...before];
}

function overBar(format: PlacingsFormat, entry: Entry, heights: readonly Height[], rounds: readonly Height[]): Standing {
  const cleared = clearedBy(entry, heights);
  const isUsedUp = failuresInARow(entry, heights) >= (format.bar?.failures ?? 3);
  if (isOut(format, entry) || cleared === null) {
    return { entry, mark: null, text: isUsedUp && entry.status === null ? NO_MARK : null, decides: [] };
  }
  // In a round that is not over, an entry that has not jumped stands between those that cleared and those that failed.
  const jumps = rounds.map(({ key }) => new Map([['o', 0], ['x', 2], ['r', 3]]).get(entry.jumpOff.get(key) ?? '') ?? 1);
  return { entry, mark: cleared.height, text: markText(cleared.height, format), decides: [-cleared.height, cleared.failures, cleared.total, ...jumps] };
}

/** A mark as a number of which the lower one is better. */
function signed({ better }: PlacingsFormat, mark: number): number {
  return better === 'lower' ? mark : -mark;
}

/** The places of standings by the entries' numbers. Those without a mark have none. */
export function placesOf(standings: readonly Standing[]): Map<string, number> {
  const placed = standings.filter(({ decides }) => decides.length > 0).sort((a, b) => compare(a.decides, b.decides));
  const places = new Map<string, number>();
  for (const [index, standing] of placed.entries()) {
    const before = placed[index - 1];
    const isEqual = before !== undefined && compare(before.decides, standing.decides) === 0;
    places.set(standing.entry.key, isEqual ? (places.get(before.entry.key) ?? index) : index + 1);
  }
  return places;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
