// The short form for the rules of a club's own sport: what each family asks, and the format that the answers make. Members of a
// format that the form does not ask stay as they are.
import { isObject } from '../lib/merge';
import { readText } from '../lib/read';
import type { JsonObject } from '../lib/wire';
import { readFormat } from '../sports/definitions';
import type { Format } from '../sports/definitions/definition';
import { familyIn, type FamilyName } from '../sports/families/family';

export const familyWords: Record<FamilyName, string> = {
  plain: 'Sides and points',
  points: 'Points in periods, such as basketball',
  sets: 'Sets, such as volleyball',
  placings: 'Times, distances or weights, such as athletics',
};

/** A question of the form. Its answer is the member of the format at `path`. */
export type Question = { path: string; label: string } & (
  | { kind: 'number'; least: number; most: number; optional?: boolean }
  | { kind: 'numbers' }
  | { kind: 'text'; optional?: boolean; most: number }
  | { kind: 'choice'; options: readonly { value: unknown; label: string }[] }
);

export const questions: Record<FamilyName, readonly Question[]> = {
  plain: [
    { path: 'steps', label: 'Points of the keys, such as 1, 2, 3', kind: 'numbers' },
    { path: 'unit', label: 'What the points are called', kind: 'text', optional: true, most: 24 },
    { path: 'period', label: 'What the periods are called, such as Round', kind: 'text', optional: true, most: 24 },
    {
      path: 'fewest', label: 'Who wins', kind: 'choice',
      options: [{ value: undefined, label: 'The most points' }, { value: true, label: 'The fewest points' }],
    },
  ],
  points: [
    { path: 'keys', label: 'Points of the keys, such as 1, 2, 3', kind: 'numbers' },
    { path: 'periods.count', label: 'How many periods', kind: 'number', least: 1, most: 20 },
    { path: 'periods.minutes', label: 'Minutes of a period', kind: 'number', least: 0, most: 240 },
    { path: 'periods.name', label: 'What a period is called', kind: 'text', most: 40 },
    {
      path: 'clock', label: 'Clock', kind: 'choice',
      options: [
        { value: { direction: 'down' }, label: 'Runs down' },
        { value: { direction: 'up' }, label: 'Runs up' },
        { value: undefined, label: 'None' },
      ],
    },
  ],
  sets: [
    { path: 'bestOf', label: 'Best of how many sets', kind: 'number', least: 1, most: 15 },
    { path: 'set.to', label: 'Points that win a set', kind: 'number', least: 1, most: 999 },
    { path: 'set.by', label: 'Lead that is needed', kind: 'number', least: 1, most: 10 },
    { path: 'set.cap', label: 'Points that win whatever the lead', kind: 'number', least: 1, most: 999, optional: true },
    { path: 'last.to', label: 'Points that win the last set, if others', kind: 'number', least: 1, most: 999, optional: true },
    { path: 'unit', label: 'What a set is called, if not Set', kind: 'text', optional: true, most: 20 },
    {
      path: 'serve', label: 'Serve', kind: 'choice',
      options: [
        { value: undefined, label: 'Not shown' },
        { value: { moves: 'rally', next: 'other' }, label: 'With the side that won the rally' },
        { value: { moves: 'every', every: 2, next: 'other' }, label: 'Changes every two points' },
      ],
    },
  ],
  placings: [
    {
      path: 'measure', label: 'What is measured', kind: 'choice',
      options: [
        { value: 'time', label: 'Time: the shortest wins' },
        { value: 'distance', label: 'Distance' },
        { value: 'height', label: 'Height' },
        { value: 'weight', label: 'Weight' },
        { value: 'points', label: 'Points' },
      ],
    },
    { path: 'unit', label: 'Unit, such as m or kg', kind: 'text', optional: true, most: 8 },
    { path: 'attempts.count', label: 'Attempts of each', kind: 'number', least: 1, most: 20, optional: true },
    { path: 'lanes', label: 'Lanes', kind: 'number', least: 1, most: 20, optional: true },
  ],
};

const usual: Record<FamilyName, JsonObject> = {
  plain: { steps: [1] },
  points: { keys: [1], periods: { count: 2, minutes: 20, name: 'Half' }, clock: { direction: 'down' } },
  sets: { bestOf: 3, set: { to: 21, by: 2 } },
  placings: { measure: 'time' },
};

/** What the form begins with. */
export function newFormat(family: FamilyName): Format {
  return { family, ...usual[family] };
}

/** The answer that a format has to a question. */
export function answerIn(format: unknown, { path }: Question): unknown {
  return path.split('.').reduce<unknown>((value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined), format);
}

/** The answer as the text of a field. */
export function answerText(format: unknown, question: Question): string {
  const answer = answerIn(format, question);
  // A key with a name of its own is told by its points.
  return Array.isArray(answer) ? answer.map((one) => readText(isObject(one) ? one['points'] : one) ?? '').join(', ') : (readText(answer) ?? '');
}

/** What an entered text says; undefined for no answer. */
export function answerOf(question: Question, text: string): unknown {
  if (question.kind === 'numbers') {
    const numbers = text.split(/[\s,;]+/).filter((part) => part !== '').map((part) => Number(part.replace('−', '-')));
    return numbers.length > 0 && numbers.every((number) => Number.isFinite(number) && number !== 0) ? numbers : undefined;
  }
  if (text.trim() === '') return undefined;
  return question.kind === 'number' ? Number(text) : text.trim();
}

/** What is wrong with an answer, in the format that it makes. Empty for a right one. */
export function problemOf(question: Question, answer: unknown, format: unknown): string {
  if (question.kind !== 'numbers' || (answer !== undefined && readFormat(format) !== null)) return '';
  return familyIn(format) === 'points' ? 'Enter up to 12 different whole numbers, such as 1, 2, 3.' : 'Enter numbers, such as 1, 2, 3.';
}

/** The format with an answer. Without one the member is gone, and an object that it leaves empty too. */
export function withAnswer(format: unknown, { path }: Question, answer: unknown): Format | null {
  const [first = '', ...rest] = path.split('.');
  const changed = withLast(set(isObject(format) ? format : {}, first, rest, answer), path);
  return familyIn(changed) === null ? null : (changed as unknown as Format);
}

/** A last set that differs in its points needs the same lead as the others. */
function withLast(format: JsonObject, path: string): JsonObject {
  const { last, set: usual, ...rest } = format;
  if ((path !== 'last.to' && path !== 'set.by') || !isObject(last) || !isObject(usual)) return format;
  return last['to'] === undefined ? { ...rest, set: usual } : { ...rest, set: usual, last: { ...last, by: usual['by'] } };
}

function set(object: JsonObject, name: string, rest: readonly string[], answer: unknown): JsonObject {
  const [next, ...deeper] = rest;
  const inner = isObject(object[name]) ? object[name] : {};
  const value = next === undefined ? answer : set(inner, next, deeper, answer);
  const { [name]: _old, ...others } = object;
  return value === undefined || (next !== undefined && Object.keys(value as JsonObject).length === 0) ? others : { ...others, [name]: value };
}
