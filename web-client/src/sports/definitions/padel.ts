// Padel.
import type { SetsFormat } from '../families/sets/format';
import type { Definition } from './definition';

const games = { to: 4, by: 1, tiebreak: { at: 6, to: 7, by: 2 } };
const set = { to: 6, by: 2, games };
const advantage = { ...set, games: { ...games, by: 2 } };
const matchTiebreak = { to: 10, by: 2, ends: { every: 6 } };
const format: SetsFormat = { family: 'sets', bestOf: 3, set, serve: { moves: 'game', next: 'other' }, ends: 'games' };

export const padel: Definition<SetsFormat> = {
  sport: 'padel',
  title: 'Padel',
  source: 'International Padel Federation, Rules of Padel, rules 1 and 2, with the golden point of the Regulations',
  format,
  variants: [
    { title: 'Advantage', format: { ...format, set: advantage } },
    { title: 'Match tie-break to 10', format: { ...format, last: matchTiebreak } },
    { title: 'One set', format: { ...format, bestOf: 1 } },
  ],
  example: {
    format: { ...format },
    home: { name: 'Ruiz and Mora', score: 0 },
    away: { name: 'Costa and Paz', score: 0 },
    sets: { 1: { home: 4, away: 5, first: 'home' } },
    points: { home: 3, away: 3 },
    serve: 'away',
    left: 'away',
    period: 'Set 1',
    mark: 'Set 1, 4–5 40–40',
    commentary: 'Point to Ruiz and Mora. Set point Costa and Paz.',
    summary: {
      sides: [{ name: 'Ruiz and Mora', score: '0', detail: '4 (40)' }, { name: 'Costa and Paz', score: '0', detail: '5 (40)' }],
      note: 'Break point Ruiz and Mora, Set point Costa and Paz',
      period: 'Set 1',
    },
  },
};
