import type { PointsFormat } from '../families/points/format';
import type { Definition } from './definition';

const format: PointsFormat = {
  family: 'points',
  keys: [
    { name: 'Goal', points: 1 },
    { name: '7 m goal', points: 1 },
  ],
  periods: { count: 2, minutes: 30, name: 'Half', short: 'H' },
  clock: { direction: 'up', continues: true },
  overtime: { name: 'Overtime', short: 'OT', minutes: 5, each: 2, most: 4 },
  shootOut: { name: '7 m shoot-out', shot: '7 m throw', rounds: 5 },
  counters: { timeouts: { name: 'Timeout', title: 'Timeouts', per: 'match', most: [3], overtime: 0 } },
  penalties: [
    { name: 'Yellow card', color: 'yellow' },
    { name: '2 minutes', seconds: 120 },
    { name: 'Red card', color: 'red', seconds: 120, match: true },
  ],
};

export const handball: Definition<PointsFormat> = {
  sport: 'handball',
  title: 'Handball',
  source: 'IHF Rules of the Game, Indoor Handball, 2024: rules 2 and 16, and the guidelines for team time-outs',
  format,
  variants: [{ title: '2 × 20 minutes', format: { ...format, periods: { ...format.periods, minutes: 20 } } }],
  example: {
    format,
    home: { name: 'Quay 04', score: 21, counters: { timeouts: 2 } },
    away: { name: 'Mill Town', score: 20, counters: { timeouts: 1 } },
    part: 2,
    period: 'Second half',
    periods: { 1: { home: 13, away: 14 }, 2: { home: 8, away: 6 } },
    clock: { running: true, at: 1796002878000, value: 2712000, direction: 'up', limit: 3600000 },
    penalties: { 1: { side: 'home', name: '2 minutes', who: '11', until: 2800000 } },
    mark: 'H2 45:12',
    commentary: 'Goal for Mill Town. Quay 04 21, Mill Town 20.',
    summary: {
      sides: [{ name: 'Quay 04', score: '21' }, { name: 'Mill Town', score: '20' }],
      period: 'Second half', clock: { running: true, at: 1796002878000, value: 2712000, direction: 'up', limit: 3600000 },
    },
  },
};
