import type { PlacingsFormat } from '../families/placings/format';
import type { Definition } from './definition';

const format: PlacingsFormat = { family: 'placings', measure: 'time', better: 'lower', decimals: 2, rounding: 'down', ties: 'shared', lanes: 6, heats: true, clock: { direction: 'up' } };

export const rowing: Definition<PlacingsFormat> = {
  sport: 'rowing',
  also: ['canoeing', 'kayaking', 'canoe sprint', 'regatta'],
  title: 'Rowing',
  source: 'World Rowing, Rules of Racing, 2024: six lanes, times to 1/100 s, equal times share a place',
  format,
  usual: 'Race in lanes',
  variants: [{ title: 'Head race, without lanes', format: { family: 'placings', measure: 'time', better: 'lower', decimals: 1, rounding: 'down', ties: 'shared' } }],
  example: {
    format,
    period: 'Final A',
    clock: { running: true, at: 1_796_002_878_000, value: 0, direction: 'up' },
    entries: {
      '1': { name: 'Harbour Lane', lane: '3', mark: '6:23.66', place: 1 },
      '2': { name: 'Meadow Bank', lane: '4', mark: '6:25.01', place: 2 },
      '3': { name: 'North End', lane: '5' },
    },
    mark: 'Final A',
    commentary: 'Meadow Bank: 6:25.01, place 2.',
    summary: {
      sides: [{ place: '1', name: 'Harbour Lane', score: '6:23.66' }, { place: '2', name: 'Meadow Bank', score: '6:25.01' }, { name: 'North End', detail: 'lane 5' }],
      period: 'Final A',
      clock: { running: true, at: 1_796_002_878_000, value: 0, direction: 'up' },
    },
  },
};
