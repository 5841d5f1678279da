// Throwball.
import type { SetsFormat } from '../families/sets/format';
import type { Definition } from './definition';

const format: SetsFormat = {
  family: 'sets',
  bestOf: 3,
  set: { to: 25, by: 1 },
  serve: { moves: 'rally', next: 'other' },
  ends: 'sets',
  timeouts: { each: 2, per: 'set' },
};

export const throwball: Definition<SetsFormat> = {
  sport: 'throwball',
  also: ['throw ball'],
  title: 'Throwball',
  source: 'Throwball Federation of India: rally scoring, the first team to score 25 points wins the set',
  format,
  variants: [
    { title: 'A lead of two', format: { ...format, set: { to: 25, by: 2 } } },
    { title: 'Sets to 15', format: { ...format, set: { to: 15, by: 1 } } },
    { title: 'Best of 5', format: { ...format, bestOf: 5 } },
  ],
  example: {
    format: { ...format },
    home: { name: 'Lakeside', score: 0 },
    away: { name: 'Fairfield', score: 1 },
    sets: { 1: { home: 19, away: 25, winner: 'away', first: 'home' }, 2: { home: 11, away: 10, first: 'away' } },
    serve: 'home',
    left: 'away',
    period: 'Set 2',
    mark: 'Set 2, 11–10',
    commentary: 'Point to Lakeside.',
    summary: {
      sides: [{ name: 'Lakeside', score: '0', detail: '11' }, { name: 'Fairfield', score: '1', detail: '10' }],
      period: 'Set 2',
    },
  },
};
