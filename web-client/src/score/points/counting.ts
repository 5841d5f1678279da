// What is counted for each side besides the score: fouls and timeouts, cards and suspensions.
import { readEntries, readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { readClock } from '../../sports/clock';
import type { Counter, PointsFormat } from '../../sports/families/points/format';
import { halfOf, isOvertime, playedAt } from '../../sports/families/points/parts';
import { mostOf } from '../../sports/families/points/read';
import { bothSides, type Side } from '../../sports/families/points/shots';
import { NotAllowed } from '../rules';
import { count, formatOf, nameOf, partOf, sideIn, textIn, withSide } from './state';

/** `["count", {"side", "counter": "fouls"}]`, with `by: -1` to take one back. More than a side has is counted all the same. */
export function countFor(state: JsonObject, detail: JsonObject): JsonObject {
  const format = formatOf(state);
  const side = sideIn(detail);
  const key = readText(detail['counter']) ?? '';
  const counter = counterOf(format, key);
  if (counter === null) throw new NotAllowed(`“${key}” is not counted in this match.`);
  const by = detail['by'] === -1 ? -1 : 1;
  const counters = readObject(readObject(state[side])['counters']);
  const now = count(counters[key]) + by;
  if (now < 0) throw new NotAllowed(`${nameOf(state, side)} have none to take back.`);
  const next = withSide(state, side, { counters: { ...counters, [key]: now } });
  return { ...next, commentary: by > 0 ? countWords(format, state, side, counter, now) : `${counter.title} of ${nameOf(state, side)}: ${now}, corrected.` };
}

/** `Foul: France (5). Bonus.`, `Timeout: France, 1 left.` */
function countWords(format: PointsFormat, state: JsonObject, side: Side, counter: Counter, now: number): string {
  const most = mostOf(counter, format, partOf(state));
  const words = most === null ? ` (${now})` : now <= most ? `, ${most - now} left` : `, ${now - most} more than they have`;
  const means = counter.from !== undefined && now >= counter.from && counter.means ? ` ${counter.means}.` : '';
  return `${counter.name}: ${nameOf(state, side)}${words}.${means}`;
}

export function counterOf({ counters = {} }: PointsFormat, key: string): Counter | null {
  return Object.hasOwn(counters, key) ? (counters[key] ?? null) : null;
}

/** The state as a part of the match begins: some counters begin anew. */
export function withCountersFor(state: JsonObject, format: PointsFormat, part: number): JsonObject {
  const isNew = ({ per, goesOn, overtime }: Counter) => {
    if (isOvertime(format, part)) return !goesOn && (per !== 'match' || overtime !== undefined);
    return per === 'period' || (per === 'half' && halfOf(format, part) !== halfOf(format, part - 1));
  };
  return bothSides.reduce((now, side) => {
    const counters = readObject(readObject(now[side])['counters']);
    const kept = Object.entries(counters).map(([key, value]): [string, unknown] => {
      const counter = counterOf(format, key);
      return [key, counter !== null && isNew(counter) ? 0 : value];
    });
    return kept.length === 0 ? now : withSide(now, side, { counters: Object.fromEntries(kept) });
  }, state);
}

/** `["penalty", {"side", "name": "Yellow card", "at"}]`, also with `who` got it. */
export function penalize(state: JsonObject, detail: JsonObject): JsonObject {
  const format = formatOf(state);
  const side = sideIn(detail);
  const name = textIn(detail, 'name', 'what is given');
  const kind = format.penalties?.find((one) => one.name === name);
  if (kind === undefined) throw new NotAllowed(`This match has no “${name}”.`);
  const who = readText(detail['who'])?.trim() || null;
  const clock = readClock(state['clock']);
  const now = typeof detail['at'] === 'number' ? detail['at'] : (clock?.at ?? 0);
  const played = playedAt(format, partOf(state), clock, now);
  const penalties = readObject(state['penalties']);
  const last = readEntries(penalties).reduce((most, [number]) => Math.max(most, Number(number) || 0), 0);
  const given = {
    side,
    name,
    ...(who === null ? {} : { who }),
    ...(kind.match ? { match: true } : {}),
    ...(kind.seconds === undefined || played === null ? {} : { until: Math.round(played) + kind.seconds * 1_000 }),
  };
  const whose = who === null ? nameOf(state, side) : `${who} (${nameOf(state, side)})`;
  const long = kind.seconds === undefined ? (kind.match ? ' Out for the rest of the match.' : '') : ` ${durationWords(kind.seconds)}.`;
  return { ...state, penalties: { ...penalties, [last + 1]: given }, commentary: `${name}: ${whose}.${long}` };
}

/** `["back", {"number"}]`: the player comes back before the time is over. */
export function comeBack(state: JsonObject, detail: JsonObject): JsonObject {
  formatOf(state);
  const number = String(detail['number']);
  const penalties = readObject(state['penalties']);
  const given = Object.hasOwn(penalties, number) ? readObject(penalties[number]) : {};
  if (given['side'] !== 'home' && given['side'] !== 'away') throw new NotAllowed('This penalty was not given.');
  const who = readText(given['who']);
  const side = nameOf(state, given['side']);
  return { ...state, penalties: { ...penalties, [number]: { ...given, back: true } }, commentary: `${who === null ? `A player of ${side}` : `${who} (${side})`} is back.` };
}

/** `2 minutes`, `20 seconds`. */
export function durationWords(seconds: number): string {
  if (seconds % 60 !== 0) return `${seconds} seconds`;
  return seconds === 60 ? '1 minute' : `${seconds / 60} minutes`;
}
