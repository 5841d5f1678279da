// Marks and attempts: what an entry achieved. One that was entered before is replaced.
import { readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { readEntriesOf, type Entry } from '../../sports/families/placings/entry';
import { attemptsOf, type PlacingsFormat } from '../../sports/families/placings/format';
import { markText, readTyped, shown, windText, withUnit } from '../../sports/families/placings/marks';
import { nameOf } from '../../sports/families/placings/read';
import { NotAllowed } from '../rules';
import { entryIn, formatOf, settled, withEntry } from './state';

const examples: Record<PlacingsFormat['measure'], string> = { time: '10.83 or 2:03.45', distance: '8.10', height: '2.05', weight: '120', points: '9.5' };

/** A mark as it was typed, in thousandths. */
export function markIn(format: PlacingsFormat, typed: unknown): number {
  const mark = readTyped(readText(typed) ?? '', format);
  if (mark === null || (mark <= 0 && format.measure === 'time')) throw new NotAllowed(`Enter a mark, such as ${examples[format.measure]}.`);
  return mark;
}

/** Sets the mark of an entry. It ends a status such as DNS. */
export function setMark(state: JsonObject, detail: JsonObject): JsonObject {
  const format = formatOf(state);
  const entry = entryIn(state, detail);
  if (format.attempts !== undefined || format.bar !== undefined) throw new NotAllowed('Enter the attempts. The mark follows from them.');
  const exact = markIn(format, detail['mark']);
  const mark = markText(shown(exact, format), format);
  const isFiner = shown(exact, format) !== exact;
  const order = format.ties === 'order' ? { order: entry.order ?? lastOrder(state) + 1 } : {};
  const after = settled(withEntry(state, entry.key, { mark, exact: isFiner ? markText(exact, format, 3) : null, status: null, reason: null, ...order }));
  return { ...after, commentary: `${nameOf(entry)}: ${withUnit(mark, format)}${isFiner ? ` (${markText(exact, format, 3)})` : ''}${insteadOf(entry, mark, format)}${placeWords(after, entry)}.` };
}

function lastOrder(state: JsonObject): number {
  return Math.max(0, ...readEntriesOf(state).map(({ order }) => order ?? 0));
}

/** Sets an attempt: a mark, `x` for a failure (with its weight, if one was tried), or `-` for a pass. */
export function setAttempt(state: JsonObject, detail: JsonObject): JsonObject {
  const format = formatOf(state);
  const entry = entryIn(state, detail);
  const number = readText(detail['number']) ?? '';
  if (!(Number(number) >= 1 && Number(number) <= attemptsOf(format)) || !/^\d+$/.test(number)) throw new NotAllowed('Select an attempt.');
  if (entry.status !== null) throw new NotAllowed(`${nameOf(entry)} is ${entry.status}. Remove that first.`);
  const text = attemptText(format, readText(detail['mark'])?.trim() ?? '');
  const wind = format.wind === 'attempt' ? windText(detail['wind']) : null;
  const after = settled(
    withEntry(state, entry.key, {
      attempts: { ...Object.fromEntries(entry.attempts), [number]: text },
      ...(wind === null ? {} : { winds: { ...Object.fromEntries(entry.winds), [number]: wind } }),
    }),
  );
  const before = entry.attempts.get(number);
  const words = `${attemptWords(text, format)}${wind === null ? '' : ` (wind ${wind})`}`;
  const instead = before === undefined || before === text ? '' : `, not ${attemptWords(before, format)}`;
  return { ...after, commentary: `${nameOf(entry)}, ${attemptName(format, Number(number))}: ${words}${instead}${placeWords(after, entry)}.` };
}

function attemptText(format: PlacingsFormat, typed: string): string {
  if (/^[-–—]$/.test(typed)) return '-';
  const [, failure, mark = ''] = /^(x?)\s*(.*)$/i.exec(typed) ?? [];
  if (failure && mark === '') return 'x';
  return `${failure ? 'x' : ''}${markText(shown(markIn(format, mark), format), format)}`;
}

/** `8.10 m`, `no mark`, `120 kg, no lift`, `passed`. */
export function attemptWords(text: string, format: PlacingsFormat): string {
  if (text === '-') return 'passed';
  if (text === 'x') return format.measure === 'weight' ? 'no lift' : 'a failure';
  return text.startsWith('x') ? `${withUnit(text.slice(1), format)}, no lift` : withUnit(text, format);
}

/** `attempt 2`; in a group `Snatch 2`. */
export function attemptName({ attempts }: PlacingsFormat, number: number): string {
  const count = attempts?.count ?? 1;
  const group = attempts?.groups?.[Math.floor((number - 1) / count)];
  return group === undefined ? `attempt ${number}` : `${group} ${((number - 1) % count) + 1}`;
}

function insteadOf({ mark, status }: Entry, now: string, format: PlacingsFormat): string {
  const before = status ?? (mark === null ? null : withUnit(mark, format));
  return before === null || mark === now ? '' : `, not ${before}`;
}

/** `, place 2`, of an entry in its heat. */
export function placeWords(state: JsonObject, { key }: Pick<Entry, 'key'>): string {
  const { place } = entryIn(state, { entry: key });
  return place === null ? '' : `, place ${place}`;
}

/** A wind of a race or a heat. */
export function setWind(state: JsonObject, detail: JsonObject): JsonObject {
  const wind = windText(detail['wind']);
  const heat = readText(detail['heat'])?.trim() || null;
  if (formatOf(state).wind === undefined) throw new NotAllowed('No wind is measured here.');
  if (wind === null) throw new NotAllowed('Enter the wind in metres a second, such as +1.0 or -0.3.');
  const winds = heat === null ? { wind } : { winds: { ...readObject(state['winds']), [heat]: wind } };
  return { ...state, ...winds, commentary: `Wind${heat === null ? '' : ` of heat ${heat}`}: ${wind} m/s.` };
}
