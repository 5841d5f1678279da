import type { PointsFormat } from '../families/points/format';
import type { Definition } from './definition';

const format: PointsFormat = {
  family: 'points',
  keys: [
    { name: '1 point', label: '+1', points: 1 },
    { name: '2 points', label: '+2', points: 2 },
    { name: '3 points', label: '+3', points: 3 },
  ],
  periods: { count: 4, minutes: 10, name: 'Quarter', short: 'Q' },
  clock: { direction: 'down', tenths: true },
  overtime: { name: 'Overtime', short: 'OT', minutes: 5 },
  counters: {
    fouls: { name: 'Foul', title: 'Team fouls', per: 'period', from: 5, means: 'Bonus', goesOn: true },
    timeouts: { name: 'Timeout', title: 'Timeouts', per: 'half', most: [2, 3], overtime: 1 },
  },
  attack: { name: 'Possession arrow', passes: 'tap' },
};

const threeOnThree: PointsFormat = {
  family: 'points',
  keys: format.keys.slice(0, 2),
  periods: { count: 1, minutes: 10, name: 'Game', short: 'Game' },
  clock: { direction: 'down', tenths: true },
  target: 21,
  overtime: { name: 'Overtime', short: 'OT', minutes: 0, most: 1, target: 2 },
  counters: {
    fouls: { name: 'Foul', title: 'Team fouls', per: 'match', from: 7, means: 'Two free throws', goesOn: true },
    timeouts: { name: 'Timeout', title: 'Timeouts', per: 'match', most: [1], goesOn: true },
  },
};

export const basketball: Definition<PointsFormat> = {
  sport: 'basketball',
  title: 'Basketball',
  source: 'FIBA Official Basketball Rules 2024, articles 8, 18 and 41; FIBA 3x3 Basketball Rules 2024',
  format,
  variants: [
    { title: '3x3, to 21', format: threeOnThree },
    { title: 'School, 4 × 8 minutes', format: { ...format, periods: { ...format.periods, minutes: 8 } } },
  ],
  example: {
    format,
    home: { name: 'Harbour Lane', score: 54, counters: { fouls: 5, timeouts: 1 } },
    away: { name: 'Meadow Bank', score: 50, counters: { fouls: 2, timeouts: 0 } },
    part: 3,
    period: 'Third quarter',
    periods: { 1: { home: 20, away: 15 }, 2: { home: 19, away: 26 }, 3: { home: 15, away: 9 } },
    clock: { running: true, at: 1796002878000, value: 252000, direction: 'down' },
    attack: 'away',
    mark: 'Q3 4:12',
    commentary: '3 points for Harbour Lane. Harbour Lane 54, Meadow Bank 50.',
    summary: {
      sides: [{ name: 'Harbour Lane', score: '54' }, { name: 'Meadow Bank', score: '50' }],
      period: 'Third quarter', clock: { running: true, at: 1796002878000, value: 252000, direction: 'down' },
    },
  },
};
