import type { PointsFormat } from '../families/points/format';
import type { Definition } from './definition';

const format: PointsFormat = {
  family: 'points',
  keys: [{ name: 'Goal', points: 1 }],
  periods: { count: 4, minutes: 15, name: 'Quarter', short: 'Q' },
  clock: { direction: 'down' },
  overtime: { name: 'Overtime', short: 'OT', minutes: 4, target: 1 },
  counters: { timeouts: { name: 'Timeout', title: 'Timeouts', per: 'half', most: [2], overtime: 1 } },
  penalties: [
    { name: 'Technical foul', seconds: 30 },
    { name: 'Personal foul', color: 'yellow', seconds: 60 },
    { name: 'Expulsion', color: 'red', seconds: 180, match: true },
  ],
};

export const lacrosse: Definition<PointsFormat> = {
  sport: 'lacrosse',
  title: 'Lacrosse',
  source: "World Lacrosse, Official Men's Field Lacrosse Rules: length of the game, sudden-victory overtime, fouls and penalties",
  format,
  example: {
    format,
    home: { name: 'Elm Grove', score: 9, counters: { timeouts: 1 } },
    away: { name: 'Stonebridge', score: 8, counters: { timeouts: 2 } },
    part: 4,
    period: 'Fourth quarter',
    periods: { 1: { home: 2, away: 3 }, 2: { home: 3, away: 1 }, 3: { home: 2, away: 2 }, 4: { home: 2, away: 2 } },
    clock: { running: true, at: 1796002878000, value: 398000, direction: 'down' },
    mark: 'Q4 6:38',
    commentary: 'Goal for Elm Grove. Elm Grove 9, Stonebridge 8.',
    summary: {
      sides: [{ name: 'Elm Grove', score: '9' }, { name: 'Stonebridge', score: '8' }],
      period: 'Fourth quarter', clock: { running: true, at: 1796002878000, value: 398000, direction: 'down' },
    },
  },
};
