import type { PlainFormat } from '../families/plain/format';
import type { Definition } from './definition';

export const other: Definition<PlainFormat> = {
  sport: 'other',
  title: 'Other: points of two or more sides',
  source: 'A score for each side, in steps of one',
  format: { family: 'plain', steps: [1] },
  variants: [
    { title: 'Fewest wins', format: { family: 'plain', steps: [1], fewest: true } },
    { title: 'Steps of 1, 2 and 3', format: { family: 'plain', steps: [1, 2, 3] } },
  ],
  example: {
    format: { family: 'plain', steps: [1] },
    period: 'Second half',
    sides: { '1': { name: 'Harbour Lane', score: 3 }, '2': { name: 'Meadow Bank', score: 2 } },
    mark: 'Second half',
    commentary: '+1 Harbour Lane. Harbour Lane 3, Meadow Bank 2.',
    summary: { sides: [{ name: 'Harbour Lane', score: '3' }, { name: 'Meadow Bank', score: '2' }], period: 'Second half' },
  },
};
