// The rules of a contest with places: entries, their marks and attempts, and the places that follow.
import { isObject } from '../../lib/merge';
import type { Tap } from '../../lib/outbox';
import { clip, readList, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { heightsOf } from '../../sports/families/placings/bar';
import { readPlacingsFormat } from '../../sports/families/placings/format';
import { placingsSummary } from '../../sports/families/placings/read';
import { CLOCK, newClock, playClock } from '../clock';
import { stoppedAt } from '../plain/clock';
import { NotAllowed, startIsNeeded, UnknownTap, type Rules } from '../rules';
import { jump, setHeight } from './bar';
import { addEntry, editEntry, setStatus } from './entries';
import { attemptName, setAttempt, setMark, setWind } from './marks';
import { resultOf } from './result';
import { calledIn, formatOf, nextKey, settled } from './state';
import { words } from './words';

export const placingsRules: Rules = {
  play,
  words,
  summary: placingsSummary,
  keepsTap: true,
  knows: ([kind]) => Object.hasOwn(taps, kind),
  place: (update) => readText(update['mark']),
  record,
  needed: startIsNeeded,
};

const taps: Record<string, (state: JsonObject, detail: JsonObject) => JsonObject> = {
  start,
  entry: (state, detail) => settled(addEntry(state, detail)),
  edit: (state, detail) => settled(editEntry(state, detail)),
  rename: (state, detail) => editEntry(state, { entry: detail['entry'], name: detail['to'] }),
  status: (state, detail) => settled(setStatus(state, detail)),
  mark: setMark,
  attempt: (state, detail) => (formatOf(state).bar ? jump(state, detail) : setAttempt(state, detail)),
  height: setHeight,
  wind: setWind,
  period: setPeriod,
  venue: setVenue,
  result: conclude,
  [CLOCK]: playClock,
};

/** Taps that only say more, so that the result stays. */
const always = ['result', 'rename', 'edit', 'venue', 'wind'];

function play(state: JsonObject, [kind, detail = {}]: Tap): JsonObject {
  if (!Object.hasOwn(taps, kind)) throw new UnknownTap(`A contest has no entry "${kind}".`);
  if (kind !== 'start' && !isObject(state['entries'])) throw new NotAllowed('Set the contest up first.');
  if (kind !== 'start' && readText(state['result']) !== null && !always.includes(kind)) throw new NotAllowed('The result is confirmed. Undo it to go on.');
  const after = taps[kind]?.(state, detail) ?? state;
  // The result follows from the marks, also from corrected ones and other names.
  const result = after['resultBy'] === 'marks' ? { result: resultOf(after) } : {};
  return { ...after, ...result, mark: markOf(after, kind, detail) };
}

/** Where in the contest an update stands: the attempt, the height of the bar, or the period. */
function markOf(state: JsonObject, kind: string, detail: JsonObject): string | null {
  const format = formatOf(state);
  const height = heightsOf(state, readText(detail['jumpOff']) === null ? 'heights' : 'jumpOff').find(({ key }) => key === readText(detail['jumpOff'] ?? detail['height']));
  const name = attemptName(format, Number(detail['number']));
  const text = kind !== 'attempt' ? readText(state['period']) : format.bar ? (height?.text ?? null) : `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return text === null ? null : clip(text, 16);
}

function start(_state: JsonObject, detail: JsonObject): JsonObject {
  const format = readPlacingsFormat(detail['format']);
  if (format === null) throw new NotAllowed('The format of the contest is missing.');
  const [venue, period] = [readText(detail['venue'])?.trim(), readText(detail['period'])?.trim()];
  const begun: JsonObject = {
    format,
    ...(venue ? { venue } : {}),
    ...(period ? { period } : {}),
    ...(format.clock ? { clock: format.clock.direction === 'up' ? newClock('up', 0, 0, format.clock.minutes) : newClock('down', format.clock.minutes ?? 0, 0) } : {}),
    entries: {},
  };
  const entries = readList(detail['entries']).filter(isObject);
  if (entries.length === 0) throw new NotAllowed('Enter at least one name.');
  const all = entries.reduce<JsonObject>((now, entry, index) => addEntry(now, { ...entry, entry: String(index + 1) }), begun);
  return { ...all, commentary: `${entries.length === 1 ? 'One entry is' : `${entries.length} entries are`} on the start list.` };
}

function setPeriod(state: JsonObject, detail: JsonObject): JsonObject {
  const text = readText(detail['text'])?.trim();
  if (!text) throw new NotAllowed('Enter a name, such as Final.');
  return { ...state, period: text, commentary: `${text}.` };
}

function setVenue(state: JsonObject, detail: JsonObject): JsonObject {
  const venue = readText(detail['text'])?.trim();
  if (!venue) throw new NotAllowed('Enter the venue.');
  return { ...state, venue, commentary: `Venue: ${venue}.` };
}

/** `how: "marks"`: the result follows from the marks. */
function conclude(state: JsonObject, detail: JsonObject): JsonObject {
  const isByMarks = detail['how'] === 'marks';
  const text = isByMarks ? resultOf(state) : readText(detail['text'])?.trim();
  if (!text) throw new NotAllowed('Enter the result.');
  const { resultBy: _, ...rest } = stoppedAt(state, detail['at']);
  return { ...rest, result: text, ...(isByMarks ? { resultBy: 'marks' } : {}), commentary: `${text}.` };
}

/**
 * Entries, heights and rounds get their number when they are entered, so that they keep it whatever is corrected before. A name
 * is recorded for the words of the entry alone.
 */
function record(state: JsonObject, [kind, detail = {}]: Tap): Tap {
  if (kind === 'entry' && detail['entry'] === undefined) return [kind, { ...detail, entry: nextKey(state['entries']) }];
  if (kind === 'height' && detail['key'] === undefined) return [kind, { ...detail, key: nextKey(state[detail['jumpOff'] === true ? 'jumpOff' : 'heights']) }];
  const name = calledIn(state, readText(detail['entry']) ?? '');
  return name === '' || kind === 'entry' || kind === 'start' ? [kind, detail] : [kind, { ...detail, of: name }];
}
