// Jumps over a bar (World Athletics, Technical Rules 26 to 28): the bar is raised, an entry jumps, passes or stops, and three
// failures in a row end its contest. A tie for the first place may be jumped off.
import { readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { failuresIn, failuresInARow, heightsOf, type Height } from '../../sports/families/placings/bar';
import { readEntriesOf, type Entry } from '../../sports/families/placings/entry';
import { markText, withUnit } from '../../sports/families/placings/marks';
import { nameOf } from '../../sports/families/placings/read';
import { NotAllowed } from '../rules';
import { markIn, placeWords } from './marks';
import { entryIn, formatOf, settled, withEntry } from './state';

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth'];

/** Raises the bar. `key` is the number of the height; in a jump-off, of the round, in which the bar may also be lowered. */
export function setHeight(state: JsonObject, detail: JsonObject): JsonObject {
  const format = formatOf(state);
  if (format.bar === undefined) throw new NotAllowed('There is no bar in this contest.');
  const height = markIn(format, detail['height']);
  const key = readText(detail['key']) ?? '';
  const isJumpOff = detail['jumpOff'] === true;
  const member = isJumpOff ? 'jumpOff' : 'heights';
  const heights = heightsOf(state, member);
  if (!/^[1-9]\d{0,3}$/.test(key) || heights.some((one) => one.key === key)) throw new NotAllowed('The number of the height is missing.');
  const last = heights.at(-1);
  if (!isJumpOff && last !== undefined && height <= last.height) throw new NotAllowed(`The bar is at ${last.text}. It can only be raised.`);
  if (isJumpOff && tiedForFirst(state).length < 2) throw new NotAllowed('A jump-off needs a tie for the first place.');
  const text = markText(height, format);
  return {
    ...state,
    [member]: { ...readObject(state[member]), [key]: text },
    commentary: `${isJumpOff ? 'Jump-off: the' : 'The'} bar is at ${withUnit(text, format)}.`,
  };
}

/** A jump: `o` cleared, `x` failed, `-` passed, `r` stops. */
export function jump(state: JsonObject, detail: JsonObject): JsonObject {
  const entry = entryIn(state, detail);
  const mark = readText(detail['mark'])?.replace('–', '-') ?? '';
  if (!['o', 'x', '-', 'r'].includes(mark)) throw new NotAllowed('Select what the jump was.');
  if (readText(detail['jumpOff']) !== null) return jumpOff(state, entry, readText(detail['jumpOff']) ?? '', mark);
  const heights = heightsOf(state);
  const height = heights.find(({ key }) => key === readText(detail['height']));
  if (height === undefined) throw new NotAllowed('Set the height of the bar first.');
  const why = whyNot(state, entry, heights, height);
  if (why !== null) throw new NotAllowed(why);
  const jumps = entry.attempts.get(height.key) ?? '';
  const isEnd = mark === 'r';
  const attempts = { ...Object.fromEntries(entry.attempts), ...(isEnd ? {} : { [height.key]: `${jumps}${mark}` }) };
  const after = settled(withEntry(state, entry.key, { ...(Object.keys(attempts).length === 0 ? {} : { attempts }), ...(isEnd ? { status: 'WD' } : {}) }));
  const format = formatOf(state);
  const at = withUnit(height.text, format);
  const attempt = ordinals[failuresIn(jumps)] ?? 'next';
  const isOut = failuresInARow(entryIn(after, detail), heights) >= (format.bar?.failures ?? 3);
  const words = {
    o: `clears ${at} at the ${attempt} attempt${placeWords(after, entry)}`,
    x: `fails at ${at}, ${attempt} attempt${isOut ? `: out${placeWords(after, entry)}` : ''}`,
    '-': `passes at ${at}`,
    r: 'stops',
  }[mark];
  return { ...after, commentary: `${nameOf(entry)} ${words}.` };
}

/** Why an entry cannot jump at a height; null if it can. */
export function whyNot(state: JsonObject, entry: Entry, heights: readonly Height[], height: Height): string | null {
  const name = nameOf(entry);
  const failures = formatOf(state).bar?.failures ?? 3;
  const jumps = entry.attempts.get(height.key) ?? '';
  if (entry.status !== null) return `${name} is ${entry.status === 'WD' ? 'withdrawn' : entry.status}. Remove that first.`;
  if (jumps.includes('o')) return `${name} has cleared ${height.text}.`;
  if (jumps.endsWith('-')) return `${name} has passed at ${height.text}.`;
  if (heights.slice(heights.indexOf(height) + 1).some(({ key }) => (entry.attempts.get(key) ?? '') !== '')) return `${name} has jumped at a greater height.`;
  if (failuresInARow(entry, heights) >= failures) return `${name} is out after ${failures} failures in a row.`;
  return null;
}

function jumpOff(state: JsonObject, entry: Entry, round: string, mark: string): JsonObject {
  const height = heightsOf(state, 'jumpOff').find(({ key }) => key === round);
  if (height === undefined) throw new NotAllowed('Set the height of the jump-off first.');
  if (mark === '-') throw new NotAllowed('Nobody can pass in a jump-off. An entry that stops leaves it.');
  if (!inJumpOff(state, round).some(({ key }) => key === entry.key)) throw new NotAllowed(`${nameOf(entry)} is not in this round of the jump-off.`);
  if (entry.jumpOff.has(round)) throw new NotAllowed(`${nameOf(entry)} has jumped in this round.`);
  const after = settled(withEntry(state, entry.key, { jumpOff: { ...Object.fromEntries(entry.jumpOff), [round]: mark } }));
  const words = { o: `clears ${height.text}`, x: `fails at ${height.text}`, r: 'stops' }[mark] ?? '';
  return { ...after, commentary: `Jump-off: ${nameOf(entry)} ${words}${placeWords(after, entry)}.` };
}

/** The entries that share the first place; none unless there are several. */
export function tiedForFirst(state: JsonObject): Entry[] {
  const first = readEntriesOf(state).filter(({ place }) => place === 1);
  return first.length > 1 ? first : [];
}

/** The entries of a round of the jump-off: those that were equal in all rounds before it, and had not stopped. */
export function inJumpOff(state: JsonObject, round: string): Entry[] {
  const rounds = heightsOf(state, 'jumpOff').map(({ key }) => key);
  const before = rounds.slice(0, rounds.indexOf(round));
  const stripped = settled(readEntriesOf(state).reduce((now, { key, jumpOff: jumps }) => {
    const kept = before.flatMap((one): [string, string][] => (jumps.has(one) ? [[one, jumps.get(one) ?? '']] : []));
    return withEntry(now, key, { jumpOff: kept.length === 0 ? null : Object.fromEntries(kept) });
  }, state));
  return tiedForFirst(stripped).filter(({ jumpOff: jumps }) => ![...jumps.values()].includes('r'));
}
