// The attempts of an entry in words, for the board.
import type { JsonObject } from '../../../lib/wire';
import { heightsOf } from './bar';
import type { Entry } from './entry';
import type { PlacingsFormat } from './format';

export interface Try {
  /** Such as `2`, `Snatch 2`, or the height. */
  name: string;
  text: string;
  /** It is the mark of the entry. */
  isBest: boolean;
  wind: string | null;
}

/** In their order; none for a race. */
export function attemptsIn(data: JsonObject, format: PlacingsFormat | null, entry: Entry): Try[] {
  if (entry.attempts.size === 0) return [];
  if (format?.bar) return jumps(data, entry);
  const { count = Number.POSITIVE_INFINITY, groups } = format?.attempts ?? {};
  return [...entry.attempts].map(([key, text]) => {
    const number = Number(key);
    const group = groups?.[Math.floor((number - 1) / count)];
    return {
      name: group === undefined ? key : `${group} ${((number - 1) % count) + 1}`,
      text: triedText(text),
      isBest: text === entry.mark,
      wind: entry.winds.get(key) ?? null,
    };
  });
}

function jumps(data: JsonObject, entry: Entry): Try[] {
  const over = heightsOf(data).flatMap(({ key, text }): Try[] => {
    const all = entry.attempts.get(key);
    return all === undefined ? [] : [{ name: text, text: triedText(all), isBest: text === entry.mark, wind: null }];
  });
  const off = heightsOf(data, 'jumpOff').flatMap(({ key, text }): Try[] => {
    const one = entry.jumpOff.get(key);
    return one === undefined ? [] : [{ name: `Jump-off ${key}, ${text}`, text: triedText(one), isBest: false, wind: null }];
  });
  return [...over, ...off];
}

/** An attempt as it is shown: a failed lift with its weight, `155 ×`. */
export function triedText(text: string): string {
  const [, weight] = /^x(\d.*)$/.exec(text) ?? [];
  return weight === undefined ? text.replaceAll('-', '–').replaceAll('x', '×') : `${weight} ×`;
}
