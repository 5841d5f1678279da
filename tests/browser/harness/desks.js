// The states of the scorer's desk, for the screenshots of phones.

import { chess, football } from './matches.js'
import { north, opening, south, squadMatch } from './squads.js'
import { sideways, upright } from './thumb.js'

const line = (name, order, runs, balls, more = {}) => [name, { order, runs, balls, fours: 0, sixes: 0, out: false, how: 'not out', ...more }]
const bowled = (name, overs, runs, wickets) => [name, { overs, maidens: 0, runs, wickets }]
const [ann, bea, cat] = north
const [zoe, yan] = south

/** In the sixth over of the match. */
const playing = {
  over: '5.3', runs: 41, wickets: 1, thisOver: ['1', '4', 'wd', '0'], striker: ann, partner: cat, bowler: zoe,
  batters: Object.fromEntries([line(ann, 1, 24, 17), line(bea, 2, 9, 8, { out: true, how: `c ${yan} b ${zoe}` }), line(cat, 3, 7, 8)]),
  bowlers: Object.fromEntries([bowled(zoe, '2.3', 19, 1), bowled(yan, '3.0', 22, 0)]),
}
const betweenOvers = { ...playing, over: '6.0', thisOver: ['1', '4', 'wd', '0', '2', '1', '0'] }
const closed = { ...betweenOvers, closed: 'rain', striker: null, partner: null, ends: { striker: ann, partner: cat } }
const won = { ...closed, result: 'North won by 12 runs', outcome: { how: 'won', winner: 'North', by: { runs: 12 } } }

const key = (name) => (page) => page.getByRole('button', { name, exact: true }).first().click()
const all = (...acts) => async (page) => {
  for (const act of acts) await act(page)
}
const wicket = key('Wicket')
const more = key('More…')
/** Each desk: its path, the element to wait for, and an action before the screenshot. */
export async function deskPages(stage) {
  const made = {}
  const events = {
    fresh: { ...squadMatch, title: 'Lakeside v Fairfield', updates: [], status: 'scheduled' },
    over: { ...squadMatch, updates: [opening, betweenOvers] },
    play: { ...squadMatch, updates: [opening, playing] },
    refused: { ...squadMatch, updates: [opening, { ...playing, freeHit: true }] },
    break: { ...squadMatch, updates: [opening, closed] },
    result: { ...squadMatch, updates: [opening, won] },
    football,
    chess,
  }
  for (const [name, match] of Object.entries(events)) made[name] = await stage.play(match)
  const at = (name, ready, act) => ({ path: `/score/${encodeURIComponent(made[name])}`, ready, act, isBoss: true, sizes: { upright, sideways } })
  const keys = '[data-runs="0"]'
  return {
    'desk-start': at('fresh', 'form'),
    'desk-keys': at('play', keys),
    'desk-extra': at('play', keys, key('No-ball')),
    'desk-wicket': at('play', keys, wicket),
    'desk-wicket-fielder': at('play', keys, all(wicket, key('Caught'))),
    'desk-wicket-next': at('play', keys, all(wicket, key('Caught'), key(yan))),
    'desk-wicket-run-out': at('play', keys, all(wicket, key(`Run out ${ann}`), key('Dot Dale'))),
    'desk-refused': at('refused', keys, all(wicket, key('Bowled'), key('Dot Dale'), key('Enter ball'))),
    'desk-anyway': at('refused', keys, all(wicket, key('Bowled'), key('Dot Dale'), key('Enter ball'), key('Score it anyway…'))),
    'desk-menu': at('play', keys, more),
    'desk-ball': at('play', keys, all(more, key('Another kind of ball 7, 8, all-run four'))),
    'desk-retired': at('play', keys, all(more, key('Retired out'))),
    'desk-target': at('play', keys, all(more, key('Target or overs revised, DLS'))),
    'desk-end': at('play', keys, all(more, key('End the match'))),
    'desk-plain': at('play', keys, all(more, key('Plain entry in your own words'))),
    'desk-over': at('over', '.keypad'),
    'desk-innings': at('break', '.keypad'),
    'desk-result': at('result', '.keypad'),
    'desk-football': at('football', '.board'),
    'desk-chess': at('chess', '[data-piece]'),
  }
}
