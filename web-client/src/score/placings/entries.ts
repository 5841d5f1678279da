// Who competes: entries are added, changed, renamed and withdrawn at any time.
import { readShort, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { readEntriesOf, statuses, type Status } from '../../sports/families/placings/entry';
import { nameOf } from '../../sports/families/placings/read';
import { renamedWords } from '../renaming';
import { NotAllowed } from '../rules';
import { entryIn, formatOf, withEntry } from './state';

const MOST = 500;

const statusWords: Record<Status, string> = { DNS: 'did not start', DNF: 'did not finish', DQ: 'is disqualified', WD: 'withdraws' };

/** The members of an entry that are texts, and their greatest length. */
const fields = { team: 40, lane: 8, heat: 12, note: 16 } as const;

/** Adds an entry. `entry` is its number. */
export function addEntry(state: JsonObject, detail: JsonObject): JsonObject {
  const key = readText(detail['entry']) ?? '';
  const name = nameIn(detail['name']);
  const entries = readEntriesOf(state);
  if (entries.length >= MOST) throw new NotAllowed(`A contest has at most ${MOST} entries.`);
  if (!/^[1-9]\d{0,3}$/.test(key) || entries.some((entry) => entry.key === key)) throw new NotAllowed('The number of the entry is missing.');
  const members = textsIn(detail);
  checkLane(state, key, members);
  return { ...withEntry(state, key, { name, ...members }), commentary: `${name} is entered${whereWords(members)}.` };
}

/** Changes an entry's name, team, lane, heat or note. Members that the tap leaves out stay; an empty text removes one. */
export function editEntry(state: JsonObject, detail: JsonObject): JsonObject {
  const entry = entryIn(state, detail);
  const name = detail['name'] === undefined ? nameOf(entry) : nameIn(detail['name']);
  const members = textsIn(detail);
  checkLane(state, entry.key, { lane: entry.lane, heat: entry.heat, ...members });
  const changed = Object.entries(members).filter(([field, text]) => text !== entry[field as keyof typeof fields]);
  if (name === nameOf(entry) && changed.length === 0) throw new NotAllowed('Nothing is changed.');
  const renamed = name === nameOf(entry) ? [] : [renamedWords([nameOf(entry), name])];
  const words = changed.map(([field, text]) => `${name}: ${text === null ? `no ${field}` : `${field} ${text}`}.`);
  return { ...withEntry(state, entry.key, { name, ...members }), commentary: [...renamed, ...words].join(' ') };
}

/** Sets or clears what keeps an entry from a mark. */
export function setStatus(state: JsonObject, detail: JsonObject): JsonObject {
  const entry = entryIn(state, detail);
  const status = statuses.find((one) => one === detail['status']) ?? null;
  if (status === null && entry.status === null) throw new NotAllowed(`${nameOf(entry)} has no status to remove.`);
  const reason = readShort(detail['reason'], 60) || null;
  const words = status === null ? `is no longer ${entry.status}` : `${statusWords[status]}${reason === null ? '' : ` (${reason})`}`;
  return { ...withEntry(state, entry.key, { status, reason: status === null ? null : reason }), commentary: `${nameOf(entry)} ${words}.` };
}

/** A place to start in belongs to one entry of a heat. An entry that does not start gives it up. */
function checkLane(state: JsonObject, key: string, { lane, heat = null }: JsonObject): void {
  if (lane === null || lane === undefined) return;
  const other = readEntriesOf(state).find((entry) => entry.key !== key && entry.lane === lane && entry.heat === heat && entry.status !== 'DNS' && entry.status !== 'WD');
  if (other !== undefined) throw new NotAllowed(`Lane ${String(lane)} is taken by ${nameOf(other)}.`);
  const { lanes } = formatOf(state);
  if (lanes !== undefined && !/^\d{1,2}$/.test(String(lane))) throw new NotAllowed('Enter the lane as a number.');
}

function textsIn(detail: JsonObject): JsonObject {
  const given = Object.entries(fields).filter(([field]) => detail[field] !== undefined);
  return Object.fromEntries(given.map(([field, length]) => [field, readShort(detail[field], length) || null]));
}

function nameIn(value: unknown): string {
  const name = readShort(value, 60);
  if (!name) throw new NotAllowed('Enter a name.');
  return name;
}

function whereWords({ lane, heat }: JsonObject): string {
  const parts = [...(typeof heat === 'string' ? [`heat ${heat}`] : []), ...(typeof lane === 'string' ? [`lane ${lane}`] : [])];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
