import type { PlacingsFormat } from '../families/placings/format';
import type { Definition } from './definition';

const race = { family: 'placings', measure: 'time', better: 'lower', rounding: 'up', ties: 'exact' } as const;
const field = { family: 'placings', measure: 'distance', better: 'higher', decimals: 2, rounding: 'down', unit: 'm' } as const;
const six = { count: 6, counts: 'best', cut: { after: 3, keep: 8 } } as const;

const sprint: PlacingsFormat = { ...race, decimals: 2, lanes: 9, heats: true, wind: 'race' };

export const athletics: Definition<PlacingsFormat> = {
  sport: 'athletics',
  also: ['track and field', 'track & field', 'running'],
  title: 'Athletics',
  source: 'World Athletics, Competition and Technical Rules, 2024: TR 19 and 21 (times, ties), 25 (attempts, ties), 26 to 28 (bar, count-back, jump-off), 29 (wind)',
  format: sprint,
  usual: 'Sprint in lanes, with wind',
  variants: [
    { title: 'Race in lanes without wind, 400 m and relays', format: { ...race, decimals: 2, lanes: 9, heats: true } },
    { title: 'Distance race', format: { ...race, decimals: 2, heats: true, clock: { direction: 'up' } } },
    { title: 'Long jump, triple jump', format: { ...field, ties: 'attempts', attempts: six, wind: 'attempt' } },
    { title: 'Throws', format: { ...field, ties: 'attempts', attempts: six } },
    { title: 'High jump', format: { ...field, measure: 'height', ties: 'bar', bar: { failures: 3, step: 0.03 } } },
    { title: 'Pole vault', format: { ...field, measure: 'height', ties: 'bar', bar: { failures: 3, step: 0.1 } } },
  ],
  example: {
    format: sprint,
    period: 'Final',
    wind: '+1.0',
    entries: {
      '1': { name: 'Kishane Thompson', team: 'JAM', lane: '4', mark: '9.79', exact: '9.789', place: 2 },
      '2': { name: 'Noah Lyles', team: 'USA', lane: '7', mark: '9.79', exact: '9.784', place: 1 },
      '3': { name: 'Fred Kerley', team: 'USA', lane: '3' },
      '4': { name: 'Oblique Seville', team: 'JAM', lane: '6', status: 'DNS' },
    },
    mark: 'Final',
    commentary: 'Noah Lyles: 9.79 (9.784), place 1.',
    summary: {
      sides: [
        { place: '1', name: 'Noah Lyles', score: '9.79' },
        { place: '2', name: 'Kishane Thompson', score: '9.79' },
        { name: 'Fred Kerley', detail: 'lane 3' },
        { name: 'Oblique Seville', score: 'DNS' },
      ],
      note: 'wind +1.0',
      period: 'Final',
    },
  },
};
