import type { PointsFormat } from '../families/points/format';
import type { Definition } from './definition';

const format: PointsFormat = {
  family: 'points',
  keys: [{ name: 'Goal', points: 1 }],
  periods: { count: 2, minutes: 20, name: 'Half', short: 'H' },
  clock: { direction: 'down' },
  overtime: { name: 'Extra time', short: 'ET', minutes: 5, each: 2, most: 2 },
  shootOut: { name: 'Penalties', shot: 'Penalty kick', rounds: 5 },
  counters: {
    fouls: { name: 'Foul', title: 'Accumulated fouls', per: 'half', from: 6, means: 'Direct free kick without a wall', goesOn: true },
    timeouts: { name: 'Timeout', title: 'Timeouts', per: 'half', most: [1], overtime: 0 },
  },
  penalties: [
    { name: 'Yellow card', color: 'yellow' },
    { name: 'Red card', color: 'red', seconds: 120, match: true },
  ],
};

export const futsal: Definition<PointsFormat> = {
  sport: 'futsal',
  title: 'Futsal',
  source: 'FIFA Futsal Laws of the Game 2024/25: laws 3, 7, 10 and 13',
  format,
  variants: [{ title: '2 × 15 minutes', format: { ...format, periods: { ...format.periods, minutes: 15 } } }],
  example: {
    format,
    home: { name: 'Canal FC', score: 3, counters: { fouls: 6, timeouts: 1 } },
    away: { name: 'Old Yard', score: 3, counters: { fouls: 2, timeouts: 0 } },
    part: 2,
    period: 'Second half',
    periods: { 1: { home: 1, away: 2 }, 2: { home: 2, away: 1 } },
    clock: { running: false, at: 1796002878000, value: 385000, direction: 'down' },
    mark: 'H2 6:25',
    commentary: 'Foul: Canal FC (6). Direct free kick without a wall.',
    summary: {
      sides: [{ name: 'Canal FC', score: '3' }, { name: 'Old Yard', score: '3' }],
      period: 'Second half', clock: { running: false, at: 1796002878000, value: 385000, direction: 'down' },
    },
  },
};
