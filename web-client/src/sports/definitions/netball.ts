import type { PointsFormat } from '../families/points/format';
import type { Definition } from './definition';

const format: PointsFormat = {
  family: 'points',
  keys: [{ name: 'Goal', points: 1 }],
  periods: { count: 4, minutes: 15, name: 'Quarter', short: 'Q' },
  clock: { direction: 'down' },
  overtime: { name: 'Extra time', short: 'ET', minutes: 7, each: 2 },
  penalties: [
    { name: 'Warning' },
    { name: 'Suspension', color: 'yellow', seconds: 120 },
    { name: 'Ordered off', color: 'red', match: true },
  ],
  attack: { name: 'Centre pass', passes: 'score' },
};

const superShot: PointsFormat = { ...format, keys: [...format.keys, { name: 'Super shot', label: 'Super 2', points: 2 }] };

export const netball: Definition<PointsFormat> = {
  sport: 'netball',
  title: 'Netball',
  source: 'World Netball, Rules of Netball 2024: match duration, centre pass, game management',
  format,
  variants: [
    { title: '4 × 10 minutes', format: { ...format, periods: { ...format.periods, minutes: 10 } } },
    { title: 'With the super shot', format: superShot },
  ],
  example: {
    format,
    home: { name: 'Terns', score: 31 },
    away: { name: 'Swifts', score: 28 },
    part: 3,
    period: 'Third quarter',
    periods: { 1: { home: 14, away: 12 }, 2: { home: 11, away: 13 }, 3: { home: 6, away: 3 } },
    clock: { running: true, at: 1796002878000, value: 512000, direction: 'down' },
    attack: 'away',
    mark: 'Q3 8:32',
    commentary: 'Goal for Terns. Terns 31, Swifts 28.',
    summary: {
      sides: [{ name: 'Terns', score: '31' }, { name: 'Swifts', score: '28' }],
      period: 'Third quarter', clock: { running: true, at: 1796002878000, value: 512000, direction: 'down' },
    },
  },
};
