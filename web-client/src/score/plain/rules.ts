// The rules of a plain match: points of two or more sides, a text for the period, and the result in words.
import { isObject } from '../../lib/merge';
import type { Tap } from '../../lib/outbox';
import { readList, readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { MOST_SIDES, readPlainFormat } from '../../sports/families/plain/format';
import { plainSummary } from '../../sports/families/plain/read';
import { inText, renamedWords } from '../renaming';
import { CLOCK, clockTapWords, playClock } from '../clock';
import { NotAllowed, startIsNeeded, UnknownTap, type Rules } from '../rules';
import { resultOf } from './result';
import { beginning, markOf, stoppedAt } from './clock';
import { formatOf, rounded, scoreline, sideIn, sidesIn, signed, withSide } from './sides';

export const plainRules: Rules = {
  play,
  words,
  summary: plainSummary,
  keepsTap: true,
  knows: ([kind]) => Object.hasOwn(taps, kind),
  place: (update) => readText(update['mark']),
  record,
  needed: startIsNeeded,
};

/** What each kind of tap does. */
const taps: Record<string, (state: JsonObject, detail: JsonObject) => JsonObject> = {
  start,
  add,
  set,
  side: addSide,
  period: setPeriod,
  result: conclude,
  rename,
  venue: setVenue,
  [CLOCK]: playClock,
};

/** Taps that are possible after the result. */
const always = ['result', 'rename', 'venue'];

function play(state: JsonObject, [kind, detail = {}]: Tap): JsonObject {
  if (!Object.hasOwn(taps, kind)) throw new UnknownTap(`A match like this has no entry "${kind}".`);
  if (kind !== 'start' && !isObject(state['sides'])) throw new NotAllowed('Set the match up first.');
  if (kind !== 'start' && readText(state['result']) !== null && !always.includes(kind)) throw new NotAllowed('The result is entered. Undo it to score on.');
  const after = taps[kind]?.(state, detail) ?? state;
  return { ...after, mark: markOf(after, detail['at']) };
}

function start(_state: JsonObject, detail: JsonObject): JsonObject {
  const format = readPlainFormat(detail['format']);
  if (format === null) throw new NotAllowed('The format of the match is missing.');
  const names = readList(detail['sides']).map((side) => (readText(side) ?? readText(readObject(side)['name']) ?? '').trim());
  if (names.length < 2 || names.length > MOST_SIDES) throw new NotAllowed(`Enter 2 to ${MOST_SIDES} sides.`);
  checkNames(names);
  const venue = readText(detail['venue'])?.trim();
  return {
    format,
    ...(venue ? { venue } : {}),
    ...(format.period ? { period: `${format.period} 1` } : {}),
    ...(format.clock ? { clock: beginning(format.clock) } : {}),
    sides: Object.fromEntries(names.map((name, index) => [String(index + 1), { name, score: 0 }])),
    commentary: `${names.length === 2 ? names.join(' against ') : `${names.length} sides`}: the match begins.`,
  };
}

function checkNames(names: readonly string[]): void {
  if (names.some((name) => name === '')) throw new NotAllowed('Enter the name of each side.');
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) throw new NotAllowed(`Two sides are called ${double}. They need different names.`);
}

function add(state: JsonObject, detail: JsonObject): JsonObject {
  const { key, name, score } = sideIn(state, detail);
  const by = detail['by'];
  if (typeof by !== 'number' || !Number.isFinite(by) || by === 0) throw new NotAllowed('The number of points is missing.');
  const after = withSide(state, key, { score: allowed(state, name, score + by) });
  return { ...after, commentary: `${signed(by)} ${name}. ${scoreline(after)}.` };
}

function set(state: JsonObject, detail: JsonObject): JsonObject {
  const { key, name } = sideIn(state, detail);
  const score = detail['score'];
  if (typeof score !== 'number' || !Number.isFinite(score) || Math.abs(score) > 1e9) throw new NotAllowed('Enter the score as a number.');
  const after = withSide(state, key, { score: allowed(state, name, score) });
  return { ...after, commentary: `The score of ${name} is set to ${score}. ${scoreline(after)}.` };
}

function allowed(state: JsonObject, name: string, score: number): number {
  if (score < 0 && !formatOf(state).negative) throw new NotAllowed(`The score of ${name} can't be below 0.`);
  return rounded(score);
}

function addSide(state: JsonObject, detail: JsonObject): JsonObject {
  const name = readText(detail['name'])?.trim() ?? '';
  const sides = sidesIn(state);
  const key = readText(detail['side']) ?? '';
  if (sides.length >= MOST_SIDES) throw new NotAllowed(`A match has at most ${MOST_SIDES} sides.`);
  if (!/^[1-9]\d?$/.test(key) || sides.some((side) => side.key === key)) throw new NotAllowed('The number of the side is missing.');
  checkNames([...sides.map((side) => side.name), name]);
  return { ...withSide(state, key, { name, score: 0 }), commentary: `${name} joins.` };
}

/**
 * A side gets its number when it is entered, so that it keeps it whatever is corrected before. A name is recorded for the words
 * of the entry alone.
 */
function record(state: JsonObject, [kind, detail = {}]: Tap): Tap {
  const sides = sidesIn(state);
  if (kind === 'side' && detail['side'] === undefined) {
    return [kind, { ...detail, side: String(Math.max(0, ...sides.map(({ key }) => Number(key) || 0)) + 1) }];
  }
  const name = sides.find(({ key }) => key === readText(detail['side']))?.name;
  if (name === undefined || !['add', 'set', 'rename'].includes(kind)) return [kind, detail];
  return [kind, { ...detail, [kind === 'rename' ? 'from' : 'name']: name }];
}

function setPeriod(state: JsonObject, detail: JsonObject): JsonObject {
  const text = readText(detail['text'])?.trim();
  if (!text) throw new NotAllowed('Enter the name of the period.');
  const { clock } = formatOf(state);
  // A clock down begins anew with each period; one up goes on.
  const again = clock?.direction === 'down' ? { clock: beginning(clock) } : {};
  return { ...state, ...again, period: text, commentary: `${text}. ${scoreline(state)}.` };
}

/** `how: "score"`: the result follows from the score, also from a corrected one. */
function conclude(state: JsonObject, detail: JsonObject): JsonObject {
  const text = detail['how'] === 'score' ? resultOf(state) : readText(detail['text'])?.trim();
  if (!text) throw new NotAllowed('Enter the result.');
  return { ...stoppedAt(state, detail['at']), result: text, commentary: `${text}.` };
}

function rename(state: JsonObject, detail: JsonObject): JsonObject {
  const { key, name } = sideIn(state, detail);
  const to = readText(detail['to'])?.trim() ?? '';
  const others = sidesIn(state).filter((side) => side.key !== key).map((side) => side.name);
  if (to === name) throw new NotAllowed('The name is the same.');
  checkNames([...others, to]);
  const result = readText(state['result']);
  const longer = others.find((other) => other.includes(name)) ?? '';
  return {
    ...withSide(state, key, { name: to }),
    ...(result === null ? {} : { result: inText(result, [name, to], longer) }),
    commentary: renamedWords([name, to]),
  };
}

function setVenue(state: JsonObject, detail: JsonObject): JsonObject {
  const venue = readText(detail['text'])?.trim();
  if (!venue) throw new NotAllowed('Enter the venue.');
  return { ...state, venue, commentary: `Venue: ${venue}.` };
}

function words([kind, detail = {}]: Tap): string {
  const side = `side ${readText(detail['side']) ?? ''}`;
  if (kind === 'start') return 'Start of the match';
  if (kind === 'add') return `${signed(Number(detail['by']))}, ${readText(detail['name']) ?? side}`;
  if (kind === 'set') return `Score set to ${readText(detail['score']) ?? ''}, ${readText(detail['name']) ?? side}`;
  if (kind === 'side') return `${readText(detail['name']) ?? ''} joins`;
  if (kind === 'period') return readText(detail['text']) ?? 'A period';
  if (kind === 'result') return 'End of the match';
  if (kind === CLOCK) return clockTapWords(detail);
  if (kind === 'rename') return `${readText(detail['to']) ?? ''}, not ${readText(detail['from']) ?? side}`;
  if (kind === 'venue') return `Venue: ${readText(detail['text']) ?? ''}`;
  return kind;
}
