// States of the sports families with hostile text and absurd figures in every member.

import { corpus } from './hostile.js'

const all = corpus.join(' ')
const short = (index) => corpus[index].slice(0, 40)

/** Members that would change the prototypes of objects. */
export const own = JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}')

/** An object with hostile names and values. */
export const hostile = Object.fromEntries(corpus.map((text, index) => [text, { [text]: text, list: [text, { text }], index }]))

/** One state of each family, by a sport of it. */
export const hostileFamilies = {
  basketball: {
    ...own, format: {
      family: 'points', keys: [{ name: short(0), label: '<b>+1</b>', points: 1, rare: true }, { name: short(1), points: 100 }],
      periods: { count: 20, minutes: 240, name: short(3), short: '<b>Q' }, clock: { direction: 'down', tenths: true },
      counters: { fouls: { name: short(0), title: short(1), per: 'match', from: 1, means: short(2) } },
      penalties: [{ name: short(0), seconds: 60 }], attack: { name: short(0), passes: 'tap' }, players: 30,
    },
    home: { name: all, short: all, score: all, counters: { fouls: 1e15, [all]: 7, ...hostile }, players: 1e15, empty: 1e15 }, away: { name: corpus[1], points: all },
    part: 1e15, period: all, attack: 'home', mark: all, commentary: all, clock: { running: true, at: 1e300, value: -1e300, direction: all, limit: 1e300 },
    periods: { ...Object.fromEntries(Array.from({ length: 40 }, (_, index) => [index + 1, { home: 1e15, away: index }])), 2: { home: all, away: -1 }, [all]: hostile },
    penalties: { 1: { side: 'home', name: all, who: all, until: 1e300 }, 2: { side: 'away', name: corpus[0], match: true }, [all]: hostile }, shootOut: { shots: { 1: { side: 'home', scored: all }, 2: hostile } },
  },
  volleyball: {
    ...own, format: { family: 'sets', bestOf: 3, set: { to: 25, by: 2 }, unit: all, serve: { moves: 'rally' } }, serve: 'home', left: all,
    home: { name: all, short: all, score: all }, away: { name: all, score: hostile }, period: all, mark: all, commentary: all,
    sets: { 1: { home: 24, away: 20 }, [all]: hostile, '-1': { home: all }, '1e9': { home: 1, away: 2 } },
  },
  athletics: {
    ...own, format: { family: 'placings', measure: 'height', unit: all, bar: { failures: 3 } }, heights: { 1: '2.05', 2: all, [all]: '2.10' },
    entries: { ...hostile, 1: { name: all, team: all, lane: all, note: all, mark: all, exact: all, place: all, attempts: { 1: 'xo', 2: all, 3: hostile } }, 2: { name: corpus[0], heat: all, status: all, reason: all }, 3: hostile },
    wind: all, winds: hostile, period: all, mark: all, commentary: all, clock: { running: true, at: 1e300, value: -1e300, direction: all },
  },
  quiz: {
    ...own, format: { family: 'plain', steps: [1], unit: all }, sides: { ...hostile, 1: { name: all, score: all }, 2: { name: all, points: hostile }, 3: { name: corpus[0], score: 1e308 } },
    period: all, mark: all, commentary: all, result: all, clock: all,
  },
}
