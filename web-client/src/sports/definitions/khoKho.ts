import type { PointsFormat } from '../families/points/format';
import type { Definition } from './definition';

const format: PointsFormat = {
  family: 'points',
  keys: [{ name: 'Out', label: '+1', points: 1, by: 'attack' }],
  periods: { count: 4, minutes: 9, name: 'Turn', short: 'T' },
  clock: { direction: 'down' },
  overtime: { name: 'Extra turn', short: 'ET', minutes: 9, each: 2 },
  counters: { timeouts: { name: 'Timeout', title: 'Timeouts', per: 'half', most: [1] } },
  penalties: [{ name: 'Yellow card', color: 'yellow' }, { name: 'Red card', color: 'red', match: true }],
  attack: { name: 'Attack', passes: 'period' },
};

const worldCup: PointsFormat = {
  ...format,
  keys: [
    { name: 'Touch', label: '+2', points: 2, by: 'attack' },
    { name: 'Dive', label: '+3', points: 3, by: 'attack' },
    { name: 'Dream run', label: '+1', points: 1, by: 'defence' },
  ],
  periods: { ...format.periods, minutes: 7 },
  overtime: { name: 'Extra turn', short: 'ET', minutes: 7, each: 2 },
};

export const khoKho: Definition<PointsFormat> = {
  sport: 'kho-kho',
  also: ['kho kho', 'khokho'],
  title: 'Kho-kho',
  source: 'Kho Kho Federation of India, Rules of Kho Kho: two innings of two turns of 9 minutes; seven-a-side: Ultimate Kho Kho',
  format,
  variants: [
    { title: '4 × 7 minutes', format: { ...format, periods: { ...format.periods, minutes: 7 } } },
    { title: 'Seven-a-side, 2 points a touch', format: worldCup },
  ],
  example: {
    format,
    home: { name: 'North School', score: 11, counters: { timeouts: 0 } },
    away: { name: 'Lake School', score: 7, counters: { timeouts: 1 } },
    part: 2,
    period: 'Second turn',
    periods: { 1: { home: 11, away: 0 }, 2: { home: 0, away: 7 } },
    clock: { running: true, at: 1796002878000, value: 221000, direction: 'down' },
    attack: 'away',
    firstAttack: 'home',
    mark: 'T2 3:41',
    commentary: 'Out for Lake School. North School 11, Lake School 7.',
    summary: {
      sides: [{ name: 'North School', score: '11' }, { name: 'Lake School', score: '7' }],
      period: 'Second turn', clock: { running: true, at: 1796002878000, value: 221000, direction: 'down' },
    },
  },
};
