// Badminton.
import type { SetsFormat } from '../families/sets/format';
import type { Definition } from './definition';

const format: SetsFormat = {
  family: 'sets',
  bestOf: 3,
  unit: 'Game',
  set: { to: 21, by: 2, cap: 30 },
  last: { to: 21, by: 2, cap: 30, ends: { at: 11 } },
  serve: { moves: 'rally', next: 'winner' },
  ends: 'sets',
};

export const badminton: Definition<SetsFormat> = {
  sport: 'badminton',
  title: 'Badminton',
  source: 'BWF Statutes, Section 4.1: Laws of Badminton, laws 7 and 8',
  format,
  variants: [
    { title: '5 games to 11', format: { ...format, bestOf: 5, set: { to: 11, by: 2, cap: 15 }, last: { to: 11, by: 2, cap: 15, ends: { at: 6 } } } },
    { title: '3 games to 15', format: { ...format, set: { to: 15, by: 2, cap: 21 }, last: { to: 15, by: 2, cap: 21, ends: { at: 8 } } } },
    { title: 'One game to 21', format: { ...format, bestOf: 1, last: { to: 21, by: 2, cap: 30, ends: { at: 11 } } } },
  ],
  example: {
    format: { ...format },
    home: { name: 'Mira Solberg', score: 1 },
    away: { name: 'Anjali Rao', score: 1 },
    sets: {
      1: { home: 21, away: 15, winner: 'home', first: 'home' },
      2: { home: 28, away: 30, winner: 'away', first: 'home' },
      3: { home: 11, away: 9, first: 'away' },
    },
    serve: 'home',
    left: 'away',
    period: 'Game 3',
    mark: 'Game 3, 11–9',
    commentary: 'Point to Mira Solberg. The sides change ends.',
    summary: {
      sides: [{ name: 'Mira Solberg', score: '1', detail: '11' }, { name: 'Anjali Rao', score: '1', detail: '9' }],
      period: 'Game 3',
    },
  },
};
