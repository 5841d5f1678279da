// Tug of war.
import type { SetsFormat } from '../families/sets/format';
import type { Definition } from './definition';

const format: SetsFormat = { family: 'sets', bestOf: 3, unit: 'Pull', set: { to: 1, by: 1 }, ends: 'sets' };

export const tugOfWar: Definition<SetsFormat> = {
  sport: 'tug of war',
  also: ['tug-of-war'],
  title: 'Tug of war',
  source: 'Tug of War International Federation, Rules Manual: best of three pulls',
  format,
  variants: [
    { title: 'Best of 5', format: { ...format, bestOf: 5 } },
    { title: 'One pull', format: { ...format, bestOf: 1 } },
  ],
  example: {
    format: { ...format },
    home: { name: 'Harbour Lane', score: 1 },
    away: { name: 'Meadow Bank', score: 0 },
    sets: { 1: { home: 1, away: 0, winner: 'home' }, 2: { home: 0, away: 0 } },
    left: 'away',
    period: 'Pull 2',
    mark: 'Pull 2, 0–0',
    commentary: 'Pull 1 to Harbour Lane, 1–0. Pulls: Harbour Lane 1–0 Meadow Bank. The sides change ends.',
    summary: {
      sides: [{ name: 'Harbour Lane', score: '1', detail: '0' }, { name: 'Meadow Bank', score: '0', detail: '0' }],
      note: 'Match point Harbour Lane',
      period: 'Pull 2',
    },
  },
};
