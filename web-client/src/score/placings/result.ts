// The result of a contest in words, and when it is offered.
import { clip } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { heightsOf } from '../../sports/families/placings/bar';
import { readEntriesOf } from '../../sports/families/placings/entry';
import { withUnit } from '../../sports/families/placings/marks';
import { nameOf, readPlacings } from '../../sports/families/placings/read';
import { isAnyoneLeft, nextAttempt, nextJump } from './turn';
import { attemptsOf } from '../../sports/families/placings/format';
import { formatOf } from './state';

/** `Noah Lyles wins in 9.79`, or of a shared first place, who shares it. */
export function resultOf(state: JsonObject): string {
  const format = formatOf(state);
  const board = readPlacings(state);
  const lines = board?.overall ?? board?.sections[0]?.lines ?? [];
  const first = lines.filter(({ place }) => place === '1' || place === '1=');
  const mark = first[0]?.mark ?? null;
  if (mark === null) return 'No result';
  const by = `${format.measure === 'time' ? 'in' : 'with'} ${withUnit(mark, format)}`;
  const names = first.map(({ entry }) => clip(nameOf(entry), 60));
  if (names.length === 1) return `${names[0]} wins ${by}`;
  return names.length > 3 ? `${names.length} entries share the first place ${by}` : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} share the first place ${by}`;
}

/** Whether nothing is left to enter, so that the result is offered. */
export function isComplete(state: JsonObject): boolean {
  const format = formatOf(state);
  const entries = readEntriesOf(state);
  if (!entries.some(({ place }) => place !== null)) return false;
  if (format.bar) return heightsOf(state).length > 0 && nextJump(state) === null && !isAnyoneLeft(state);
  if (format.attempts?.groups) return entries.every(({ status, mark, attempts }) => status !== null || mark === 'NM' || attempts.size >= attemptsOf(format));
  if (format.attempts) return nextAttempt(state) === null;
  return entries.every(({ mark, status }) => mark !== null || status !== null);
}
