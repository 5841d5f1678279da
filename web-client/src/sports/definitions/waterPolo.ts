import type { PointsFormat } from '../families/points/format';
import type { Definition } from './definition';

const format: PointsFormat = {
  family: 'points',
  keys: [
    { name: 'Goal', points: 1 },
    { name: 'Penalty goal', points: 1 },
  ],
  periods: { count: 4, minutes: 8, name: 'Period', short: 'P' },
  clock: { direction: 'down' },
  shootOut: { name: 'Penalty shoot-out', shot: 'Penalty throw', rounds: 5 },
  counters: { timeouts: { name: 'Timeout', title: 'Timeouts', per: 'match', most: [2] } },
  penalties: [
    { name: 'Exclusion', seconds: 20 },
    { name: 'Exclusion for the match', color: 'red', seconds: 20, match: true },
    { name: 'Brutality', color: 'red', seconds: 240, match: true },
  ],
};

export const waterPolo: Definition<PointsFormat> = {
  sport: 'water polo',
  also: ['waterpolo'],
  title: 'Water polo',
  source: 'World Aquatics, Water Polo Rules 2023: rules 4, 5, 9 and 16',
  format,
  example: {
    format,
    home: { name: 'Harbour Swim', score: 7, counters: { timeouts: 1 } },
    away: { name: 'Blue Lane', score: 8, counters: { timeouts: 0 } },
    part: 3,
    period: 'Third period',
    periods: { 1: { home: 3, away: 2 }, 2: { home: 2, away: 4 }, 3: { home: 2, away: 2 } },
    clock: { running: false, at: 1796002878000, value: 143000, direction: 'down' },
    penalties: { 1: { side: 'home', name: 'Exclusion', who: '5', until: 1317000 } },
    mark: 'P3 2:23',
    commentary: 'Exclusion: 5 (Harbour Swim). 20 seconds.',
    summary: {
      sides: [{ name: 'Harbour Swim', score: '7' }, { name: 'Blue Lane', score: '8' }],
      period: 'Third period', clock: { running: false, at: 1796002878000, value: 143000, direction: 'down' },
    },
  },
};
