// The demo's volleyball and basketball are what the desk's rules make of their taps: make recordings writes them.
import Ajv2020 from 'ajv/dist/2020';
import { describe, expect, test } from 'vitest';
import { isObject, mergePatch } from '../lib/merge';
import { readObject } from '../lib/read';
import type { JsonObject } from '../lib/wire';
import { pointsRules } from '../score/points/rules';
import { TAP } from '../score/rules';
import { setsRules } from '../score/sets/rules';
import { readFormat } from '../sports/definitions';
import { familyOf } from '../sports/families/families';
import { readSummary, SUMMARY } from '../sports/summary';
import { playBasketball } from './basketball';
import type { Line } from './recorder';
import { playVolleyball } from './volleyball';

const schemas = import.meta.glob<JsonObject>('../sports/families/*/schema.json', { eager: true, import: 'default' });
const ajv = new Ajv2020({ allErrors: true, strictTypes: false });

const recordings = [
  ['volleyball', 'sets', setsRules, playVolleyball(5).text],
  ['basketball', 'points', pointsRules, playBasketball(1).text],
] as const;

describe.each(recordings)('the recording of %s', (sport, family, rules, text) => {
  const lines = text.trim().split('\n').map((line) => JSON.parse(line) as Line);
  const states = statesOf(lines);

  test('is the file of the demo', async () => {
    await expect(text).toMatchFileSnapshot(`../../../demo/${sport}.jsonl`);
    expect(text.length).toBeLessThan(150_000);
  });

  test('has states that the schema allows and the board reads, with their summary and words', () => {
    const validate = ajv.compile(schemas[`../sports/families/${family}/schema.json`] ?? false);
    for (const state of states) {
      expect(validate(state) ? [] : validate.errors).toEqual([]);
      const { [SUMMARY]: summary, ...rest } = state;
      expect(readSummary(summary)).toEqual(familyOf(state)?.summary(rest));
      expect(state['commentary']).toEqual(expect.any(String));
      expect(state).not.toHaveProperty(TAP);
    }
    expect(states.length).toBeGreaterThan(100);
  });

  test('ends with a result, by figures that add up', () => {
    const last = states.at(-1) ?? {};
    expect(last['result']).toMatch(/won/);
    expect(rules.check?.(last) ?? null).toBeNull();
    expect(readFormat(last['format'])?.family).toBe(family);
  });
});

/** The states of the match after its first update, with the time in their clocks as the player adds it. */
function statesOf(lines: readonly Line[]): JsonObject[] {
  let state: JsonObject = {};
  const states: JsonObject[] = [];
  for (const { message, payload } of lines) {
    if (!message.startsWith('score')) continue;
    state = mergePatch(state, stamped(readObject(payload['data'])));
    if (Object.keys(state).length > 0) states.push(state);
  }
  return states;
}

function stamped(data: JsonObject): JsonObject {
  const at = Date.UTC(2026, 0, 1);
  const summary = readObject(data[SUMMARY]);
  return {
    ...data,
    ...(isObject(data['clock']) ? { clock: { ...data['clock'], at } } : {}),
    ...(isObject(summary['clock']) ? { [SUMMARY]: { ...summary, clock: { ...summary['clock'], at } } } : {}),
  };
}
