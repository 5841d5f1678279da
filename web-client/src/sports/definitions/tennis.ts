// Tennis.
import type { SetsFormat } from '../families/sets/format';
import type { Definition } from './definition';

const games = { to: 4, by: 2, tiebreak: { at: 6, to: 7, by: 2 } };
const set = { to: 6, by: 2, games };
const noAd = { ...set, games: { ...games, by: 1 } };
const matchTiebreak = { to: 10, by: 2, ends: { every: 6 } };
const format: SetsFormat = { family: 'sets', bestOf: 3, set, serve: { moves: 'game', next: 'other' }, ends: 'games' };

export const tennis: Definition<SetsFormat> = {
  sport: 'tennis',
  also: ['lawn tennis'],
  title: 'Tennis',
  source: 'ITF, Rules of Tennis 2025, rules 5 to 10 and 14, and Appendix VI',
  format,
  variants: [
    { title: 'Match tie-break to 10', format: { ...format, last: matchTiebreak } },
    { title: 'No-ad, match tie-break to 10', format: { ...format, set: noAd, last: matchTiebreak } },
    { title: 'Best of 3, no-ad', format: { ...format, set: noAd } },
    { title: 'Best of 5', format: { ...format, bestOf: 5 } },
    { title: 'Best of 5, tie-break to 10 in the fifth', format: { ...format, bestOf: 5, last: { ...set, games: { ...games, tiebreak: { at: 6, to: 10, by: 2 } } } } },
    { title: 'One set', format: { ...format, bestOf: 1 } },
  ],
  example: {
    format: { ...format },
    home: { name: 'Eva Lind', score: 1 },
    away: { name: 'Noor Haddad', score: 0 },
    sets: { 1: { home: 7, away: 6, tiebreak: { home: 7, away: 5, first: 'home' }, winner: 'home', first: 'home' }, 2: { home: 3, away: 4, first: 'away' } },
    points: { home: 2, away: 3 },
    serve: 'home',
    left: 'away',
    period: 'Set 2',
    mark: 'Set 2, 3–4 30–40',
    commentary: 'Point to Noor Haddad. Break point Noor Haddad.',
    summary: {
      sides: [{ name: 'Eva Lind', score: '1', detail: '3 (30)' }, { name: 'Noor Haddad', score: '0', detail: '4 (40)' }],
      note: 'Break point Noor Haddad',
      period: 'Set 2',
    },
  },
};
