import type { PlacingsFormat } from '../families/placings/format';
import type { Definition } from './definition';

const race = { family: 'placings', measure: 'time', better: 'lower', rounding: 'down', clock: { direction: 'up' } } as const;
const format: PlacingsFormat = { ...race, decimals: 0, ties: 'order' };

export const cycling: Definition<PlacingsFormat> = {
  sport: 'cycling',
  also: ['road cycling', 'time trial', 'triathlon'],
  title: 'Cycling',
  source: 'UCI Regulations, parts 2 and 3: a road race is placed in the order of finishing; time trials by time, on the track to 1/1000 s',
  format,
  usual: 'Road race',
  variants: [
    { title: 'Time trial on the road', format: { family: 'placings', measure: 'time', better: 'lower', rounding: 'down', decimals: 2, ties: 'shared' } },
    { title: 'Time trial on the track', format: { family: 'placings', measure: 'time', better: 'lower', rounding: 'down', decimals: 3, ties: 'shared', heats: true } },
  ],
  example: {
    format,
    entries: {
      '1': { name: 'Ann Acker', team: 'Harbour Lane', mark: '2:03:45', order: 2, place: 2 },
      '2': { name: 'Bea Brook', team: 'Meadow Bank', mark: '2:03:45', order: 1, place: 1 },
      '3': { name: 'Cat Cole', team: 'North End', status: 'DNF' },
    },
    clock: { running: true, at: 1_796_002_878_000, value: 0, direction: 'up' },
    commentary: 'Ann Acker: 2:03:45, place 2.',
    summary: {
      sides: [{ place: '1', name: 'Bea Brook', score: '2:03:45' }, { place: '2', name: 'Ann Acker', score: '2:03:45' }, { name: 'Cat Cole', score: 'DNF' }],
      clock: { running: true, at: 1_796_002_878_000, value: 0, direction: 'up' },
    },
  },
};
