// A start list as text: one entry a line, such as `7 Noah Lyles, USA`. A blank line begins the next heat.
import type { JsonObject } from '../../lib/wire';
import type { PlacingsFormat } from '../../sports/families/placings/format';

/** The entries of a start list. Without lanes in the text, those of each heat get lanes in their order, as far as there are lanes. */
export function readStartList(text: string, { lanes, heats }: Pick<PlacingsFormat, 'lanes' | 'heats'>): JsonObject[] {
  const blocks = text.split(/\n\s*\n/).map((block) => block.split('\n').map((line) => line.trim()).filter((line) => line !== '')).filter((block) => block.length > 0);
  const hasHeats = heats === true && blocks.length > 1;
  const parts = hasHeats ? blocks : [blocks.flat()];
  const areGiven = parts.flat().some((line) => readLine(line).lane !== undefined);
  return parts.flatMap((block, heat) =>
    block.map((line, index): JsonObject => {
      const own = lanes !== undefined && !areGiven && block.length <= lanes ? { lane: String(index + 1) } : {};
      return { ...own, ...readLine(line), ...(hasHeats ? { heat: String(heat + 1) } : {}) };
    }),
  );
}

function readLine(line: string): { name: string; lane?: string; team?: string } {
  const [, lane, rest = line] = /^(\d{1,4})[.):]?\s+(.+)$/.exec(line) ?? [];
  const comma = rest.lastIndexOf(',');
  const [name, team] = comma > 0 ? [rest.slice(0, comma).trim(), rest.slice(comma + 1).trim()] : [rest, ''];
  return { name, ...(team === '' ? {} : { team }), ...(lane === undefined ? {} : { lane }) };
}
