// Pickleball.
import type { SetsFormat } from '../families/sets/format';
import type { Definition } from './definition';

const set = { to: 11, by: 2 };
const format: SetsFormat = {
  family: 'sets',
  bestOf: 3,
  unit: 'Game',
  set,
  last: { ...set, ends: { at: 6 } },
  serve: { moves: 'rally', next: 'other', sideOut: true, servers: 2 },
  ends: 'sets',
  timeouts: { each: 2, per: 'set' },
};

export const pickleball: Definition<SetsFormat> = {
  sport: 'pickleball',
  title: 'Pickleball',
  source: 'USA Pickleball, Official Rulebook 2025, sections 4, 5 and 10',
  format,
  variants: [
    { title: 'Singles', format: { ...format, serve: { moves: 'rally', next: 'other', sideOut: true } } },
    { title: 'Rally scoring', format: { ...format, serve: { moves: 'rally', next: 'other' } } },
    { title: 'One game to 15', format: { ...format, bestOf: 1, set: { to: 15, by: 2 }, last: { to: 15, by: 2, ends: { at: 8 } } } },
  ],
  example: {
    format: { ...format },
    home: { name: 'Ada and Ben', score: 1 },
    away: { name: 'Cleo and Dan', score: 0 },
    sets: { 1: { home: 11, away: 7, winner: 'home', first: 'home' }, 2: { home: 4, away: 2, first: 'away', timeouts: { home: 0, away: 1 } } },
    serve: 'home',
    server: 1,
    left: 'away',
    period: 'Game 2',
    mark: 'Game 2, 4–2',
    commentary: 'Point to Ada and Ben.',
    summary: {
      sides: [{ name: 'Ada and Ben', score: '1', detail: '4' }, { name: 'Cleo and Dan', score: '0', detail: '2' }],
      period: 'Game 2',
    },
  },
};
