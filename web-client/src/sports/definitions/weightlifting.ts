import type { PlacingsFormat } from '../families/placings/format';
import type { Definition } from './definition';

const lifts = { family: 'placings', measure: 'weight', better: 'higher', decimals: 0, rounding: 'down', unit: 'kg' } as const;
const format: PlacingsFormat = { ...lifts, ties: 'first', attempts: { count: 3, counts: 'best', groups: ['Snatch', 'Clean & jerk'] } };

export const weightlifting: Definition<PlacingsFormat> = {
  sport: 'weightlifting',
  also: ['weight lifting', 'olympic weightlifting'],
  title: 'Weightlifting',
  source: 'IWF, Technical and Competition Rules and Regulations, 2020: three attempts in each lift, the total; of equal totals the one reached first wins',
  format,
  usual: 'Snatch, clean & jerk',
  variants: [
    {
      title: 'Powerlifting',
      format: { ...lifts, decimals: 1, ties: 'shared', attempts: { count: 3, counts: 'best', groups: ['Squat', 'Bench press', 'Deadlift'] } },
    },
  ],
  example: {
    format,
    entries: {
      '1': { name: 'Ann Acker', team: 'Harbour Lane', attempts: { '1': '95', '2': 'x98', '3': '98', '4': '120' }, mark: '218', place: 1 },
      '2': { name: 'Bea Brook', team: 'Meadow Bank', attempts: { '1': '100', '2': '103', '3': 'x105', '4': 'x115' }, mark: '103', place: 2 },
    },
    mark: 'Clean & jerk 1',
    commentary: 'Ann Acker, Clean & jerk 1: 120 kg, place 1.',
    summary: { sides: [{ place: '1', name: 'Ann Acker', score: '218' }, { place: '2', name: 'Bea Brook', score: '103' }] },
  },
};
