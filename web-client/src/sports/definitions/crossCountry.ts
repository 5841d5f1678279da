import type { PlacingsFormat } from '../families/placings/format';
import type { Definition } from './definition';

const race = { family: 'placings', measure: 'time', better: 'lower', rounding: 'up', ties: 'order', clock: { direction: 'up' } } as const;
const format: PlacingsFormat = { ...race, decimals: 0, teams: { count: 4 } };

export const crossCountry: Definition<PlacingsFormat> = {
  sport: 'cross-country',
  also: ['cross country', 'cross-country running', 'road race', 'marathon'],
  title: 'Cross-country',
  source: 'World Athletics, Technical Rules, 2024: TR 56; places in the order of finishing, teams by the places of their first four',
  format,
  usual: 'Teams by their first four',
  variants: [
    { title: 'Teams by their first three', format: { ...race, decimals: 0, teams: { count: 3 } } },
    { title: 'Teams by their first six', format: { ...race, decimals: 0, teams: { count: 6 } } },
    { title: 'Without teams', format: { ...race, decimals: 0 } },
  ],
  example: {
    format: { ...race, decimals: 0, teams: { count: 2 } },
    clock: { running: true, at: 1_796_002_878_000, value: 0, direction: 'up' },
    entries: {
      '1': { name: 'Ann Acker', team: 'Harbour Lane', mark: '24:31', order: 1, place: 1 },
      '2': { name: 'Bea Brook', team: 'Meadow Bank', mark: '24:31', order: 2, place: 2 },
      '3': { name: 'Cat Cole', team: 'Harbour Lane', mark: '24:50', order: 3, place: 3 },
      '4': { name: 'Dot Dale', team: 'Meadow Bank' },
    },
    commentary: 'Cat Cole: 24:50, place 3.',
    summary: {
      sides: [
        { place: '1', name: 'Ann Acker', score: '24:31' },
        { place: '2', name: 'Bea Brook', score: '24:31' },
        { place: '3', name: 'Cat Cole', score: '24:50' },
        { name: 'Dot Dale' },
      ],
      clock: { running: true, at: 1_796_002_878_000, value: 0, direction: 'up' },
    },
  },
};
