// Rules for any other sport: an update is the scorer's JSON, merged unchanged.
import { mergePatch } from '../../lib/merge';
import { inOneLine } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { twoSidedSummary } from '../../sports/summary';
import type { Rules } from '../rules';

export const jsonRules: Rules = {
  keepsTap: false,
  summary: twoSidedSummary,
  play: (state, [, patch = {}]) => mergePatch(state, patch),
  words: ([, patch = {}]) => inOneLine(patch, 80),
};

/** Parses a scorer's text as an update; `problem` says why it is not one. */
export function parseUpdate(text: string): { patch: JsonObject } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : 'This is not JSON.' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: 'An update must be a JSON object, such as {"lap": 3}.' };
  }
  return Object.keys(value).length === 0 ? { problem: 'The object is empty: it changes nothing.' } : { patch: value as JsonObject };
}
