// Carrom.
import type { SetsFormat } from '../families/sets/format';
import type { Definition } from './definition';

/** A board brings the winner the opponent’s coins that are left, and 3 for the queen up to 21 points: 12 at most. */
const format: SetsFormat = { family: 'sets', bestOf: 3, unit: 'Game', set: { to: 25, by: 1, most: 12, entries: 8 } };

export const carrom: Definition<SetsFormat> = {
  sport: 'carrom',
  title: 'Carrom',
  source: 'International Carrom Federation, Laws of Carrom: games of 25 points or 8 boards',
  format,
  variants: [
    { title: 'One game', format: { ...format, bestOf: 1 } },
    { title: 'To 29 points', format: { ...format, set: { to: 29, by: 1, most: 14 } } },
    { title: '4 boards', format: { ...format, set: { to: 25, by: 1, most: 12, entries: 4 } } },
  ],
  example: {
    format: { ...format },
    home: { name: 'Rashmi', score: 1 },
    away: { name: 'Kajal', score: 0 },
    sets: { 1: { home: 25, away: 11, winner: 'home', entries: 6 }, 2: { home: 9, away: 12, entries: 3 } },
    period: 'Game 2',
    mark: 'Game 2, 9–12',
    commentary: '7 points to Kajal.',
    summary: {
      sides: [{ name: 'Rashmi', score: '1', detail: '9' }, { name: 'Kajal', score: '0', detail: '12' }],
      period: 'Game 2',
    },
  },
};
