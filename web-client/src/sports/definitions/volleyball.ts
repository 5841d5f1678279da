// Volleyball.
import type { SetsFormat } from '../families/sets/format';
import type { Definition } from './definition';

const format: SetsFormat = {
  family: 'sets',
  bestOf: 5,
  set: { to: 25, by: 2 },
  last: { to: 15, by: 2, ends: { at: 8 } },
  serve: { moves: 'rally', next: 'other', toss: true },
  ends: 'sets',
  timeouts: { each: 2, per: 'set' },
};

export const volleyball: Definition<SetsFormat> = {
  sport: 'volleyball',
  title: 'Volleyball',
  source: 'FIVB, Official Volleyball Rules 2025–2028',
  format,
  variants: [
    { title: 'Best of 3', format: { ...format, bestOf: 3 } },
    { title: 'One set to 25', format: { ...format, bestOf: 1, last: { ...format.set, ends: { at: 13 } } } },
  ],
  example: {
    format: { ...format },
    home: { name: 'Harbour Lane', score: 1 },
    away: { name: 'Meadow Bank', score: 0 },
    sets: {
      1: { home: 25, away: 20, winner: 'home', first: 'home', timeouts: { home: 0, away: 2 } },
      2: { home: 24, away: 22, first: 'away', timeouts: { home: 1, away: 0 } },
    },
    serve: 'home',
    left: 'away',
    period: 'Set 2',
    mark: 'Set 2, 24–22',
    commentary: 'Point to Harbour Lane. Set point Harbour Lane.',
    summary: {
      sides: [{ name: 'Harbour Lane', score: '1', detail: '24' }, { name: 'Meadow Bank', score: '0', detail: '22' }],
      note: 'Set point Harbour Lane',
      period: 'Set 2',
    },
  },
};
