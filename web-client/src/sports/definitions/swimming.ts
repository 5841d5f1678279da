import type { PlacingsFormat } from '../families/placings/format';
import type { Definition } from './definition';

const format: PlacingsFormat = { family: 'placings', measure: 'time', better: 'lower', decimals: 2, rounding: 'down', ties: 'shared', lanes: 10, heats: true };

export const swimming: Definition<PlacingsFormat> = {
  sport: 'swimming',
  title: 'Swimming',
  source: 'World Aquatics, Competition Regulations, 2024: times to 1/100 s, equal times share a place, heats, disqualification',
  format,
  usual: 'Pool',
  variants: [{ title: 'Open water', format: { family: 'placings', measure: 'time', better: 'lower', decimals: 1, rounding: 'down', ties: 'order', clock: { direction: 'up' } } }],
  example: {
    format,
    entries: {
      '1': { name: 'Ann Acker', team: 'Harbour Lane', lane: '4', heat: '1', mark: '58.21', place: 1, overall: 1 },
      '2': { name: 'Bea Brook', team: 'Meadow Bank', lane: '5', heat: '1', mark: '1:00.05', place: 2, overall: 3 },
      '3': { name: 'Cat Cole', team: 'North End', lane: '4', heat: '2', mark: '58.90', place: 1, overall: 2 },
      '4': { name: 'Dot Dale', team: 'Harbour Lane', lane: '5', heat: '2', status: 'DQ', reason: 'false start' },
    },
    commentary: 'Dot Dale is disqualified (false start).',
    summary: {
      sides: [
        { place: '1', name: 'Ann Acker', score: '58.21' },
        { place: '2', name: 'Cat Cole', score: '58.90' },
        { place: '3', name: 'Bea Brook', score: '1:00.05' },
        { name: 'Dot Dale', score: 'DQ' },
      ],
    },
  },
};
