// Which console scores an event.
import { expect, test } from 'vitest';
import type { JsonObject } from '../lib/wire';
import { consoleFor, rulesFor } from './sports';

test.each<[string, string, unknown, JsonObject, string]>([
  ['a sport with its own console', ' Cricket', undefined, {}, 'cricket'],
  ['such a sport, whatever its state', 'football', { family: 'plain' }, { format: { family: 'sets' } }, 'football'],
  ['a sport without a definition', 'egg race', undefined, {}, 'json'],
  ['a format that is none', 'egg race', 'plain', {}, 'json'],
  ['a format of a family by which nothing can be played', 'egg race', { family: 'points', keys: [0.5] }, {}, 'json'],
  ['a match that another program began with such a format', 'egg race', undefined, { format: { family: 'sets' }, home: { score: 1 }, away: { score: 0 } }, 'json'],
  ['a match that another program began', 'egg race', { family: 'plain' }, { lap: 1 }, 'json'],
  ['a sport of a family', 'Quiz', undefined, {}, 'plain'],
  ['another name of it', ' pub quiz ', { family: 'sets' }, {}, 'plain'],
  ['a format of its own, of another family', 'Basketball', { family: 'plain', steps: [1] }, {}, 'plain'],
  ['a sport of the club', 'egg race', { family: 'plain', steps: [1] }, {}, 'plain'],
  ['a match that was taken back', 'quiz', undefined, { commentary: 'Correction: Start, taken back.', tap: null, mark: null }, 'plain'],
  ['a match that the console began', 'egg race', undefined, { format: { family: 'plain', steps: [1] }, sides: {} }, 'plain'],
  ['a match of that sport that was entered as JSON', 'quiz', { family: 'plain' }, { home: { score: 1 } }, 'json'],
  ['a match with a format of no family', 'quiz', undefined, { format: 'T20', home: { score: 1 } }, 'json'],
  ['a name of every object', 'constructor', { family: 'constructor' }, { format: { family: 'toString' } }, 'json'],
])('%s', (_name, sport, format, state, expected) => {
  expect(consoleFor({ sport, format }, state)).toBe(expected);
  expect(rulesFor({ sport, format }, state)).toBeDefined();
});
