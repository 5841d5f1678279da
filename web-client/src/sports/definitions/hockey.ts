import type { PointsFormat } from '../families/points/format';
import type { Definition } from './definition';

const format: PointsFormat = {
  family: 'points',
  keys: [
    { name: 'Goal', points: 1 },
    { name: 'Penalty corner goal', label: 'Corner goal', points: 1 },
    { name: 'Penalty stroke goal', label: 'Stroke goal', points: 1 },
  ],
  periods: { count: 4, minutes: 15, name: 'Quarter', short: 'Q' },
  clock: { direction: 'down' },
  shootOut: { name: 'Shoot-out', shot: 'Shot', rounds: 5 },
  counters: {
    corners: { name: 'Penalty corner', label: 'Corner', title: 'Penalty corners', per: 'match' },
    referrals: { name: 'Lost referral', label: 'Referral', title: 'Referrals', per: 'match', most: [1] },
  },
  penalties: [
    { name: 'Green card', color: 'green', seconds: 120 },
    { name: 'Yellow card', color: 'yellow', seconds: 300 },
    { name: 'Yellow card, 10 minutes', color: 'yellow', seconds: 600 },
    { name: 'Red card', color: 'red', match: true },
  ],
};

export const hockey: Definition<PointsFormat> = {
  sport: 'hockey',
  also: ['field hockey'],
  title: 'Hockey',
  source: 'FIH Rules of Hockey 2024, rules 5 and 14; FIH Tournament Regulations, appendix on shoot-outs',
  format,
  variants: [{ title: '2 × 35 minutes', format: { ...format, periods: { count: 2, minutes: 35, name: 'Half', short: 'H' } } }],
  example: {
    format,
    home: { name: 'Dock Hockey', score: 2, counters: { corners: 4, referrals: 0 } },
    away: { name: 'Parkside', score: 1, counters: { corners: 2, referrals: 1 } },
    part: 4,
    period: 'Fourth quarter',
    periods: { 1: { home: 1, away: 0 }, 2: { home: 0, away: 1 }, 3: { home: 0, away: 0 }, 4: { home: 1, away: 0 } },
    clock: { running: false, at: 1796002878000, value: 301000, direction: 'down' },
    penalties: { 1: { side: 'away', name: 'Green card', who: '8', until: 3350000 } },
    mark: 'Q4 5:01',
    commentary: 'Green card: 8 (Parkside). 2 minutes.',
    summary: {
      sides: [{ name: 'Dock Hockey', score: '2' }, { name: 'Parkside', score: '1' }],
      period: 'Fourth quarter', clock: { running: false, at: 1796002878000, value: 301000, direction: 'down' },
    },
  },
};
