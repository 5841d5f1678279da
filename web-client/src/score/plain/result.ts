// The result of a plain match: in words by the score, and when it is offered.
import type { JsonObject } from '../../lib/wire';
import { counted, formatOf, ranked } from './sides';

/** The score as a result, such as `Harbour Lane win 3–1`. */
export function resultOf(state: JsonObject): string {
  const { unit } = formatOf(state);
  const sides = ranked(state);
  const [first, second] = sides;
  if (first === undefined || second === undefined) return 'No result';
  const best = sides.filter(({ score }) => score === first.score).map(({ name }) => name);
  if (sides.length === 2) return best.length === 2 ? `A ${first.score}–${second.score} draw` : `${first.name} win ${first.score}–${second.score}`;
  if (best.length === 1) return `${first.name} win with ${counted(first.score, unit)}`;
  return `${best.slice(0, -1).join(', ')} and ${best.at(-1)} share the first place with ${counted(first.score, unit)}`;
}

/** The result, once a side has reached the score that wins. */
export function offeredResult(state: JsonObject): string | null {
  const { target, fewest } = formatOf(state);
  const best = ranked(state)[0]?.score ?? 0;
  return target !== undefined && !fewest && best >= target ? resultOf(state) : null;
}
