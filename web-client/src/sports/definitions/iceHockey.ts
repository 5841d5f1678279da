import type { PointsFormat } from '../families/points/format';
import type { Definition } from './definition';

const format: PointsFormat = {
  family: 'points',
  keys: [{ name: 'Goal', points: 1 }],
  periods: { count: 3, minutes: 20, name: 'Period', short: 'P' },
  clock: { direction: 'down' },
  overtime: { name: 'Overtime', short: 'OT', minutes: 5, most: 1, target: 1 },
  shootOut: { name: 'Shoot-out', shot: 'Penalty shot', rounds: 5 },
  counters: {
    shots: { name: 'Shot', title: 'Shots on goal', per: 'match', goesOn: true },
    timeouts: { name: 'Timeout', title: 'Timeouts', per: 'match', most: [1], goesOn: true },
  },
  penalties: [
    { name: 'Minor penalty', seconds: 120 },
    { name: 'Double minor', seconds: 240 },
    { name: 'Major penalty', seconds: 300, match: true },
    { name: 'Misconduct' },
  ],
};

export const iceHockey: Definition<PointsFormat> = {
  sport: 'ice hockey',
  title: 'Ice hockey',
  source: 'IIHF Official Rule Book 2024/25: rules 16 to 22, 77, 84 and 87',
  format,
  variants: [{ title: '3 × 15 minutes', format: { ...format, periods: { ...format.periods, minutes: 15 } } }],
  example: {
    format,
    home: { name: 'Ice Foxes', score: 2, counters: { shots: 24, timeouts: 0 } },
    away: { name: 'Polar Town', score: 3, counters: { shots: 19, timeouts: 1 } },
    part: 3,
    period: 'Third period',
    periods: { 1: { home: 1, away: 1 }, 2: { home: 0, away: 2 }, 3: { home: 1, away: 0 } },
    clock: { running: true, at: 1796002878000, value: 455000, direction: 'down' },
    penalties: { 1: { side: 'away', name: 'Minor penalty', who: '22', until: 3200000 } },
    mark: 'P3 7:35',
    commentary: 'Goal for Ice Foxes. Ice Foxes 2, Polar Town 3.',
    summary: {
      sides: [{ name: 'Ice Foxes', score: '2' }, { name: 'Polar Town', score: '3' }],
      period: 'Third period', clock: { running: true, at: 1796002878000, value: 455000, direction: 'down' },
    },
  },
};
