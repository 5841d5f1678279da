import type { PointsFormat } from '../families/points/format';
import type { Definition } from './definition';

const format: PointsFormat = {
  family: 'points',
  keys: [
    { name: 'Touch', label: 'Touch 1', points: 1, by: 'attack', takes: 1, ends: true },
    { name: '2 touches', label: 'Touch 2', points: 2, by: 'attack', takes: 2, ends: true },
    { name: '3 touches', label: 'Touch 3', points: 3, by: 'attack', takes: 3, ends: true },
    { name: 'Bonus', label: 'Bonus 1', points: 1, by: 'attack' },
    { name: 'Raid over', points: 0, by: 'attack', ends: true },
    { name: 'Tackle', label: 'Tackle 1', points: 1, by: 'defence', takes: 1, ends: true },
    { name: 'Super tackle', label: 'Super 2', points: 2, by: 'defence', takes: 1, ends: true },
    { name: 'All-out', points: 2, refills: true, rare: true },
    { name: '4 touches', points: 4, by: 'attack', takes: 4, ends: true, rare: true },
    { name: '5 touches', points: 5, by: 'attack', takes: 5, ends: true, rare: true },
    { name: '6 touches', points: 6, by: 'attack', takes: 6, ends: true, rare: true },
    { name: 'Technical point', points: 1, rare: true },
  ],
  periods: { count: 2, minutes: 20, name: 'Half', short: 'H' },
  clock: { direction: 'down' },
  overtime: { name: 'Extra time', short: 'ET', minutes: 3, each: 2, most: 2 },
  counters: {
    timeouts: { name: 'Timeout', title: 'Timeouts', per: 'half', most: [2] },
    reviews: { name: 'Review', title: 'Reviews', per: 'half', most: [1] },
  },
  penalties: [{ name: 'Green card', color: 'green' }, { name: 'Yellow card', color: 'yellow', seconds: 120 }, { name: 'Red card', color: 'red', match: true }],
  attack: { name: 'Raid', passes: 'end', empty: { name: 'Empty raid', most: 2, next: 'Do-or-die raid', points: 1 } },
  players: 7,
};

export const kabaddi: Definition<PointsFormat> = {
  sport: 'kabaddi',
  title: 'Kabaddi',
  source: 'International Kabaddi Federation, Rules of Kabaddi: raid, bonus, super tackle, all-out, do-or-die raid',
  format,
  variants: [{ title: '2 × 15 minutes', format: { ...format, periods: { ...format.periods, minutes: 15 } } }],
  example: {
    format,
    home: { name: 'River Riders', score: 17, counters: { timeouts: 1, reviews: 0 }, players: 3, empty: 2 },
    away: { name: 'Hill Kings', score: 15, counters: { timeouts: 0, reviews: 1 }, players: 6 },
    part: 1,
    period: 'First half',
    periods: { 1: { home: 17, away: 15 } },
    clock: { running: true, at: 1796002878000, value: 194000, direction: 'down' },
    attack: 'home',
    firstAttack: 'home',
    mark: 'H1 3:14',
    commentary: 'Tackle for River Riders. River Riders 17, Hill Kings 15.',
    summary: {
      sides: [{ name: 'River Riders', score: '17' }, { name: 'Hill Kings', score: '15' }],
      note: 'Do-or-die raid: River Riders',
      period: 'First half',
      clock: { running: true, at: 1796002878000, value: 194000, direction: 'down' },
    },
  },
};
