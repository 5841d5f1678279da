// docs/sports.md, the definitions and the schemas say the same as the code.
import Ajv2020 from 'ajv/dist/2020';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../lib/wire';
import { readChess } from './chess';
import { readCricket } from './cricket';
import { definitionOf, definitions } from './definitions';
import { ownSports } from './definitions/own';
import { sportsDocument } from './document';
import { families, familyOf } from './families/families';
import { readFootball } from './football';
import { readSummary, SUMMARY, summaryOf } from './summary';

const files = import.meta.glob<JsonObject>(['./families/*/schema.json', './schemas/*.json'], { eager: true, import: 'default' });
const schemas = Object.fromEntries(Object.entries(files).map(([path, schema]) => [/([^/]+)(?:\/schema)?\.json$/.exec(path)?.[1] ?? path, schema]));
const sources = import.meta.glob<string>(['./definitions/*.ts', '!./definitions/{index,definition,own}.ts'], { eager: true, query: '?raw', import: 'default' });

// `strictTypes` would refuse a member that may be a number or a text.
const ajv = new Ajv2020({ allErrors: true, strictTypes: false });

function faults(schema: string, state: JsonObject): unknown {
  const validate = ajv.compile(schemas[schema] ?? false);
  return validate(state) ? [] : validate.errors;
}

test('docs/sports.md is what the definitions say: make sports writes it', async () => {
  await expect(sportsDocument(definitions, ownSports, schemas)).toMatchFileSnapshot('../../../docs/sports.md');
});

test('each sport has a name of its own', () => {
  const names = [...ownSports, ...definitions].flatMap((one) => [one.sport, ...('also' in one ? (one.also ?? []) : [])]);
  expect(names.filter((name, index) => names.indexOf(name) !== index || name !== name.toLowerCase())).toEqual([]);
  for (const definition of definitions) for (const name of [definition.sport, ...(definition.also ?? [])]) expect(definitionOf(` ${name.toUpperCase()}`)).toBe(definition);
});

test('each definition is listed, and short', () => {
  expect(Object.keys(sources)).toHaveLength(definitions.length);
  for (const [path, source] of Object.entries(sources)) expect(source.split('\n').length, path).toBeLessThanOrEqual(61);
});

test('each family has a schema', () => {
  expect(Object.keys(schemas)).toEqual(expect.arrayContaining([...Object.keys(families), ...ownSports.map(({ sport }) => sport)]));
});

describe.each(definitions.map((definition) => [definition.title, definition] as const))('%s', (_title, { sport, format, variants, example }) => {
  const { [SUMMARY]: summary, ...rest } = example;

  test('has an example that its schema allows and its board reads', () => {
    expect(faults(format.family, example)).toEqual([]);
    expect(familyOf(example)).toBe(families[format.family]);
    expect(families[format.family].fits(example)).toBe(true);
    // A program need not write the format.
    const { format: _format, ...fed } = rest;
    expect(familyOf(fed)?.fits(fed)).toBe(true);
  });

  test('has an example with its summary, words and place', () => {
    expect(readSummary(summary)).toEqual(families[format.family].summary(rest));
    expect(example).toMatchObject({ commentary: expect.any(String), format: { family: format.family } });
  });

  test('has formats of one family, which fit an event', () => {
    for (const one of [format, ...(variants ?? []).map((variant) => variant.format)]) {
      expect(one.family).toBe(format.family);
      expect(JSON.stringify(one).length).toBeLessThan(4_096);
      expect(faults(format.family, { ...example, format: one })).toEqual([]);
    }
    expect(sport).toBe(sport.trim());
  });
});

test.each(ownSports)('$title has an example that its schema allows and its board reads', ({ sport, example }) => {
  expect(faults(sport, example)).toEqual([]);
  expect({ cricket: readCricket, football: readFootball, chess: readChess }[sport](example)).not.toBeNull();
  expect(readSummary(example[SUMMARY])).toEqual(summaryOf(sport, example));
});
