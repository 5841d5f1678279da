// Table tennis.
import type { SetsFormat } from '../families/sets/format';
import type { Definition } from './definition';

const format: SetsFormat = {
  family: 'sets',
  bestOf: 5,
  unit: 'Game',
  set: { to: 11, by: 2 },
  last: { to: 11, by: 2, ends: { at: 5 } },
  serve: { moves: 'every', every: 2, next: 'other' },
  ends: 'sets',
  timeouts: { each: 1, per: 'match' },
};

export const tableTennis: Definition<SetsFormat> = {
  sport: 'table tennis',
  also: ['tabletennis', 'ping pong'],
  title: 'Table tennis',
  source: 'ITTF Handbook: The Laws of Table Tennis 2.11 to 2.14, and regulation 3.4.4.2 on timeouts',
  format,
  variants: [
    { title: 'Best of 7', format: { ...format, bestOf: 7 } },
    { title: 'Best of 3', format: { ...format, bestOf: 3 } },
  ],
  example: {
    format: { ...format },
    home: { name: 'Li Fen', score: 2 },
    away: { name: 'Ana Costa', score: 1 },
    sets: {
      1: { home: 11, away: 8, winner: 'home', first: 'home' },
      2: { home: 9, away: 11, winner: 'away', first: 'away' },
      3: { home: 11, away: 6, winner: 'home', first: 'home', timeouts: { home: 0, away: 1 } },
      4: { home: 10, away: 10, first: 'away' },
    },
    serve: 'away',
    left: 'away',
    period: 'Game 4',
    mark: 'Game 4, 10–10',
    commentary: 'Point to Ana Costa.',
    summary: {
      sides: [{ name: 'Li Fen', score: '2', detail: '10' }, { name: 'Ana Costa', score: '1', detail: '10' }],
      period: 'Game 4',
    },
  },
};
