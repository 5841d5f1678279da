// Squash.
import type { SetsFormat } from '../families/sets/format';
import type { Definition } from './definition';

const format: SetsFormat = {
  family: 'sets',
  bestOf: 5,
  unit: 'Game',
  set: { to: 11, by: 2 },
  serve: { moves: 'rally', next: 'winner' },
};

export const squash: Definition<SetsFormat> = {
  sport: 'squash',
  title: 'Squash',
  source: 'World Squash Federation, Rules of Singles Squash, rules 2 and 3',
  format,
  variants: [
    { title: 'Best of 3', format: { ...format, bestOf: 3 } },
    { title: '15 points a game', format: { ...format, set: { to: 15, by: 2 } } },
  ],
  example: {
    format: { ...format },
    home: { name: 'Omar Nabil', score: 1 },
    away: { name: 'Jack Hollis', score: 0 },
    sets: { 1: { home: 12, away: 10, winner: 'home', first: 'away' }, 2: { home: 4, away: 7, first: 'home' } },
    serve: 'away',
    period: 'Game 2',
    mark: 'Game 2, 4–7',
    commentary: 'Point to Jack Hollis.',
    summary: {
      sides: [{ name: 'Omar Nabil', score: '1', detail: '4' }, { name: 'Jack Hollis', score: '0', detail: '7' }],
      period: 'Game 2',
    },
  },
};
