// Summaries of many sides: the server takes at most 64, and 4 KiB of JSON.
import type { Summary } from '../../lib/wire';

const MOST_SIDES = 64;
const MOST_BYTES = 4_096;

/** The summary with as many of its first sides as the server takes. */
export function fitted(summary: Summary): Summary {
  const size = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;
  let left = MOST_BYTES - size({ ...summary, sides: [] });
  const sides = summary.sides.slice(0, MOST_SIDES).filter((side) => {
    // A comma follows each side. Once one does not fit, none after it is taken either.
    left -= size(side) + 1;
    return left >= 0;
  });
  return { ...summary, sides };
}
