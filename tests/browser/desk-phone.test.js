// Scoring cricket on a phone: everything on one screen, and the taps that each kind of ball and wicket takes.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertOneScreen, openDesks, shows } from './harness/desk.js'
import { chess, football } from './harness/matches.js'
import { north, south, squadMatch } from './harness/squads.js'
import { beyond, sideways, upright } from './harness/thumb.js'

const desks = await openDesks()

test('score, striker, this over, keys and Undo are on one screen, upright and sideways', async () => {
  for (const [name, size] of Object.entries({ upright, sideways })) {
    const { page, problems, thumb } = await desks.open(size)
    await page.locator('[data-runs="0"]').waitFor()
    await assertOneScreen(page, `${name}, at the start`)
    for (const extra of ['Wide', 'No-ball']) {
      await thumb.extra(extra)
      await assertOneScreen(page, `${name}, ${extra}`)
      await thumb.runs(4)
    }
    for (const runs of [1, 0, 6, 4, 2]) await thumb.runs(runs)
    await page.locator('[data-over]').getByText('2', { exact: true }).waitFor()
    await assertOneScreen(page, `${name}, a long over`)
    assert.deepEqual(problems, [])
    await page.close()
  }
})

test('long names of players and of the match move no key off the screen', async () => {
  const long = (name) => `${name} ${'Featherstonehaugh-Cholmondeley '.repeat(2)}`.slice(0, 60).trim()
  const [opening] = squadMatch.updates
  const renamed = JSON.parse(JSON.stringify(opening), (_, value) => (typeof value === 'string' && [...north, ...south].includes(value) ? long(value) : value))
  const figures = (players) => Object.fromEntries(Object.entries(players).map(([name, player]) => [long(name), player]))
  const match = {
    ...squadMatch,
    title: long('North v South'),
    updates: [{ ...renamed, batters: figures(opening.batters), bowlers: figures(opening.bowlers) }],
  }
  for (const size of [upright, sideways]) {
    const { page } = await desks.open(size, match)
    await page.locator('[data-runs="0"]').waitFor()
    await assertOneScreen(page, `${size.width} px`)
    await page.close()
  }
})

test('the consoles of football and chess are on one screen too', async () => {
  for (const match of [football, chess]) {
    for (const size of [upright, sideways]) {
      const { page, problems } = await desks.open(size, match)
      await page.locator(match === chess ? '[data-piece]' : '[data-goals=home]').first().waitFor()
      const parts = match === chess ? { position: '.headline', names: '.top .plain', board: '.position' } : { clock: '.clock', names: '.top .plain', goals: '.teams' }
      await assertOneScreen(page, `${match.sport}, ${size.width} px`, parts)
      assert.deepEqual(problems, [])
      await page.close()
    }
  }
})

/** The taps of each kind of ball: the keys, the most taps, and the sign in the over. */
const balls = [
  ['no run', (thumb) => thumb.runs(0), 1, '0'],
  ['a single', (thumb) => thumb.runs(1), 1, '1'],
  ['a four', (thumb) => thumb.runs(4), 1, '4'],
  ['a six', (thumb) => thumb.runs(6), 1, '6'],
  ['a wide', async (thumb) => (await thumb.extra('Wide'), await thumb.runs(0)), 2, 'wd'],
  ['a no-ball with runs', async (thumb) => (await thumb.extra('No-ball'), await thumb.runs(2)), 2, '2nb'],
  ['byes', async (thumb) => (await thumb.extra('Byes'), await thumb.runs(1)), 2, '1b'],
  ['leg byes', async (thumb) => (await thumb.extra('Leg byes'), await thumb.runs(1)), 2, '1lb'],
]

test('a ball takes one tap, and an extra two', async () => {
  for (const [name, play, most, sign] of balls) {
    const { page, thumb } = await desks.open()
    await play(thumb)
    await page.locator('[data-over]').getByText(sign, { exact: true }).waitFor()
    assert.ok(thumb.taps <= most, `${name}: ${thumb.taps} taps`)
    await page.close()
  }
})

const [striker, partner, next] = north
const [bowler, fielder] = south
const submit = 'Enter ball'

/** The keys of each kind of wicket after "Wicket", the most taps in all, and the batter's line. */
const wickets = [
  ['bowled', ['Bowled', next, submit], 4, striker, `b ${bowler}`],
  ['lbw', ['LBW', next, submit], 4, striker, `lbw b ${bowler}`],
  ['hit wicket', ['Hit wicket', next, submit], 4, striker, `hit wicket b ${bowler}`],
  ['caught', ['Caught', fielder, next, submit], 5, striker, `c ${fielder} b ${bowler}`],
  ['caught and bowled', ['Caught', `${bowler} bowler`, next, submit], 5, striker, `c & b ${bowler}`],
  ['stumped', ['Stumped', next, submit], 4, striker, `st b ${bowler}`],
  ['stumped by a keeper', ['Stumped', 'Keeper not named', fielder, next, submit], 6, striker, `st ${fielder} b ${bowler}`],
  ['the striker run out', [`Run out ${striker}`, next, `${next} faces next`], 4, striker, 'run out'],
  ['the partner run out', [`Run out ${partner}`, next, `${striker} faces next`], 4, partner, 'run out'],
  ['run out by a fielder', [`Run out ${partner}`, 'Fielder not named', fielder, next, `${next} faces next`], 6, partner, `run out (${fielder})`],
]

test('a wicket takes at most four taps, and a catch five', async () => {
  for (const [name, keys, most, out, how] of wickets) {
    const { eventId, page, thumb, problems } = await desks.open()
    await thumb.wicket()
    for (const key of keys) {
      assert.equal(await beyond(page, page.getByRole('dialog').locator('.submit button').first()), null, `${name}: the submit key`)
      await thumb.sheet(key)
    }
    await shows(page, '0/1')
    assert.ok(thumb.taps <= most, `${name}: ${thumb.taps} taps`)
    const snapshot = await desks.stateOf({ eventId, page })
    assert.deepEqual([snapshot.batters[out].out, snapshot.batters[out].how], [true, how], name)
    assert.deepEqual(problems, [])
    await page.close()
  }
})

test('the submit key of a wicket is on the screen of a phone on its side', async () => {
  const { page, thumb } = await desks.open(sideways)
  await thumb.wicket()
  for (const key of ['Caught', fielder, next]) {
    assert.equal(await beyond(page, page.getByRole('dialog').locator('.submit button')), null, key)
    await page.getByRole('dialog').getByRole('button', { name: key, exact: true }).click()
  }
  await thumb.sheet(submit)
  await shows(page, '0/1')
  await page.close()
})

test('a tap on a bowler begins the next over, with Undo on the same screen', async () => {
  const { page, thumb, problems } = await desks.open()
  for (let ball = 0; ball < 6; ball += 1) await thumb.runs(0)
  await page.getByText('Bowler of the next over').waitFor()
  await assertOneScreen(page, 'between two overs')
  const before = thumb.taps
  await thumb.key(fielder)
  await page.locator('[data-runs="0"]').waitFor()
  assert.equal(thumb.taps, before + 1)
  await thumb.key('Undo last')
  await page.getByText('Bowler of the next over').waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})

test('a wicket, and an entry of the menu, are entered by the keyboard alone', async () => {
  const { eventId, page, problems } = await desks.open()
  const focused = (text) => page.waitForFunction((words) => document.activeElement.textContent.trim().startsWith(words), text)
  await page.getByRole('button', { name: 'Wicket', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Caught', exact: true }).focus()
  await page.keyboard.press('Enter')
  await focused(bowler)
  await page.keyboard.press('Enter')
  await focused(next)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: submit }).focus()
  await page.keyboard.press('Enter')
  await shows(page, '0/1')
  await focused('Wicket')

  await page.getByRole('button', { name: 'More…' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Replace the bowler' }).focus()
  await page.keyboard.press('Enter')
  await focused('Replace the bowler')
  for (const key of ['Tab', 'Tab', 'Enter']) await page.keyboard.press(key)
  await page.locator(`[data-bowler="${fielder}"]`).waitFor()
  const snapshot = await desks.stateOf({ eventId, page })
  assert.deepEqual([snapshot.batters[striker].how, snapshot.bowler], [`c & b ${bowler}`, fielder])
  assert.deepEqual(problems, [])
  await page.close()
})
