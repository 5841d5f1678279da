// Beach volleyball.
import type { SetsFormat } from '../families/sets/format';
import type { Definition } from './definition';

const format: SetsFormat = {
  family: 'sets',
  bestOf: 3,
  set: { to: 21, by: 2, ends: { every: 7 } },
  last: { to: 15, by: 2, ends: { every: 5 } },
  serve: { moves: 'rally', next: 'other', toss: true },
  timeouts: { each: 1, per: 'set' },
};

export const beachVolleyball: Definition<SetsFormat> = {
  sport: 'beach volleyball',
  also: ['beachvolleyball'],
  title: 'Beach volleyball',
  source: 'FIVB, Official Beach Volleyball Rules 2025–2028',
  format,
  variants: [
    { title: 'One set to 21', format: { ...format, bestOf: 1, last: format.set } },
  ],
  example: {
    format: { ...format },
    home: { name: 'Duarte and Lima', score: 1 },
    away: { name: 'Berg and Sand', score: 0 },
    sets: { 1: { home: 21, away: 17, winner: 'home', first: 'away' }, 2: { home: 8, away: 6, first: 'home', timeouts: { home: 0, away: 1 } } },
    serve: 'home',
    left: 'away',
    period: 'Set 2',
    mark: 'Set 2, 8–6',
    commentary: 'Point to Duarte and Lima. The sides change ends.',
    summary: {
      sides: [{ name: 'Duarte and Lima', score: '1', detail: '8' }, { name: 'Berg and Sand', score: '0', detail: '6' }],
      period: 'Set 2',
    },
  },
};
