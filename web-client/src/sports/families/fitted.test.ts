// Summaries of more sides than the server takes.
import { expect, test } from 'vitest';
import { fitted } from './fitted';

const sides = (count: number, name: string) => Array.from({ length: count }, (_, index) => ({ place: String(index + 1), name, score: '9.79' }));
const sizeOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;

test.each([['of two sides stays as it is', 2, 2], ['has at most 64 sides', 90, 64]])('a summary %s', (_name, count, expected) => {
  expect(fitted({ sides: sides(count, 'A'), note: 'wind +1.0' })).toEqual({ sides: sides(expected, 'A'), note: 'wind +1.0' });
});

test('a summary has as many of its first sides as fit into 4 KiB', () => {
  const long = { sides: sides(64, 'é'.repeat(60)), period: 'Final' };
  const summary = fitted(long);
  expect(summary.sides).toEqual(long.sides.slice(0, summary.sides.length));
  expect(sizeOf(summary)).toBeLessThanOrEqual(4_096);
  expect(sizeOf({ ...summary, sides: long.sides.slice(0, summary.sides.length + 1) })).toBeGreaterThan(4_096);
});
