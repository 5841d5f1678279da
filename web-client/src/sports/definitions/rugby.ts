import type { PointsFormat } from '../families/points/format';
import type { Definition } from './definition';

const format: PointsFormat = {
  family: 'points',
  keys: [
    { name: 'Try', label: 'Try 5', points: 5 },
    { name: 'Conversion', label: 'Conv. 2', points: 2 },
    { name: 'Penalty goal', label: 'Penalty 3', points: 3 },
    { name: 'Drop goal', label: 'Drop 3', points: 3 },
    { name: 'Penalty try', points: 7, rare: true },
  ],
  periods: { count: 2, minutes: 40, name: 'Half', short: 'H' },
  clock: { direction: 'up', continues: true },
  overtime: { name: 'Extra time', short: 'ET', minutes: 10, each: 2, most: 2 },
  penalties: [
    { name: 'Yellow card', color: 'yellow', seconds: 600 },
    { name: 'Red card', color: 'red', match: true },
    { name: 'Red card, replaced after 20 minutes', color: 'red', seconds: 1200, match: true },
  ],
};

const sevens: PointsFormat = {
  ...format,
  periods: { ...format.periods, minutes: 7 },
  overtime: { name: 'Extra time', short: 'ET', minutes: 5, target: 1 },
  penalties: [{ name: 'Yellow card', color: 'yellow', seconds: 120 }, { name: 'Red card', color: 'red', match: true }],
};

export const rugby: Definition<PointsFormat> = {
  sport: 'rugby',
  also: ['rugby union', 'rugby sevens'],
  title: 'Rugby',
  source: 'World Rugby, Laws of the Game 2025: laws 5, 8 and 9, and the variations for sevens',
  format,
  variants: [{ title: 'Sevens, 2 × 7 minutes', format: sevens }],
  example: {
    format,
    home: { name: 'Castle RFC', score: 17 },
    away: { name: 'Seafield', score: 13 },
    part: 2,
    period: 'Second half',
    periods: { 1: { home: 10, away: 6 }, 2: { home: 7, away: 7 } },
    clock: { running: true, at: 1796002878000, value: 3725000, direction: 'up', limit: 4800000 },
    penalties: { 1: { side: 'away', name: 'Yellow card', who: '6', until: 4100000 } },
    mark: 'H2 62:05',
    commentary: 'Conversion, 2 points for Castle RFC. Castle RFC 17, Seafield 13.',
    summary: {
      sides: [{ name: 'Castle RFC', score: '17' }, { name: 'Seafield', score: '13' }],
      period: 'Second half', clock: { running: true, at: 1796002878000, value: 3725000, direction: 'up', limit: 4800000 },
    },
  },
};
