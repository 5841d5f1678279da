// Scoring cricket on a phone: everything on one screen, and the taps that each kind of ball and wicket takes.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SOAK } from '../clients/harness/deadline.js'
import { isLostConnection } from './harness/browser.js'
import { DeskScorer, figuresOf, readMatch } from './harness/deskScorer.js'
import { Person } from './harness/person.js'
import { north, south, squadMatch } from './harness/squads.js'
import { Stage } from './harness/stage.js'
import { beyond, sideways, Thumb, upright } from './harness/thumb.js'

let stage
let ann
before(async () => {
  stage = await Stage.open({ OTP_RESEND: '1ms' })
  ann = await Person.of(stage.server, 'admin')
})
after(async () => {
  await ann?.close()
  await stage?.close()
})

/** Opens the desk of a new match with squads. */
async function open(size = upright, match = squadMatch) {
  const eventId = await stage.play(match)
  const { page, problems } = await ann.page(stage.server, `/score/${encodeURIComponent(eventId)}`)
  await page.setViewportSize(size)
  await page.locator('[data-desk=open]').waitFor()
  await page.locator('[data-score]').waitFor()
  return { eventId, page, problems, thumb: new Thumb(page) }
}

const shows = (page, text) => page.locator('[data-score]').getByText(text, { exact: true }).waitFor()
const allSent = (page) => page.locator('[data-waiting="0"]').waitFor({ state: 'attached' })

/** Asserts that the score, the striker, this over, the keys and Undo are on the screen. */
async function assertOneScreen(page, what) {
  const parts = { score: '[data-score]', striker: '[data-strike]', 'this over': '[data-over]', keys: '.keypad' }
  const all = Object.entries(parts).map(([name, selector]) => [name, page.locator(selector)])
  for (const key of await page.locator('.keypad button').all()) all.push([await key.textContent(), key])
  all.push(['Undo', page.getByRole('button', { name: 'Undo last' })])
  for (const [name, locator] of all) assert.equal(await beyond(page, locator), null, `${what}: ${name}`)
  const { scrolled, wide } = await page.evaluate(() => ({
    scrolled: document.scrollingElement.scrollTop,
    wide: document.scrollingElement.scrollWidth - innerWidth,
  }))
  assert.deepEqual({ scrolled, wide }, { scrolled: 0, wide: 0 }, what)
}

test('score, striker, this over, keys and Undo are on one screen, upright and sideways', async () => {
  for (const [name, size] of Object.entries({ upright, sideways })) {
    const { page, problems, thumb } = await open(size)
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
    const { page } = await open(size, match)
    await page.locator('[data-runs="0"]').waitFor()
    await assertOneScreen(page, `${size.width} px`)
    await page.close()
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
    const { page, thumb } = await open()
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
    const { eventId, page, thumb, problems } = await open()
    await thumb.wicket()
    for (const key of keys) {
      assert.equal(await beyond(page, page.getByRole('dialog').locator('.submit button').first()), null, `${name}: the submit key`)
      await thumb.sheet(key)
    }
    await shows(page, '0/1')
    await allSent(page)
    assert.ok(thumb.taps <= most, `${name}: ${thumb.taps} taps`)
    const { snapshot } = await stage.server.event(eventId)
    assert.deepEqual([snapshot.batters[out].out, snapshot.batters[out].how], [true, how], name)
    assert.deepEqual(problems, [])
    await page.close()
  }
})

test('the submit key of a wicket is on the screen of a phone on its side', async () => {
  const { page, thumb } = await open(sideways)
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
  const { page, thumb, problems } = await open()
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

/** Opens the desk of a match that has not begun, and begins it. */
async function begin(number) {
  const recorded = await readMatch(number)
  const [{ team }] = recorded.innings
  const title = `${team} v ${recorded.teams.find((name) => name !== team)}`
  const eventId = await stage.play({ sport: 'cricket', title, updates: [] })
  const { page, problems } = await ann.page(stage.server, `/score/${encodeURIComponent(eventId)}`)
  await page.setViewportSize(upright)
  await page.locator('[data-desk=open]').waitFor()
  const thumb = new Thumb(page)
  const scorer = new DeskScorer(thumb, recorded)
  await scorer.start()
  return { eventId, page, problems, thumb, scorer }
}

const figuresIn = ({ runs, wickets, batters }) => ({
  runs,
  wickets,
  batters: Object.fromEntries(Object.entries(batters).map(([name, line]) => [name, line.runs]).sort(([a], [b]) => (a < b ? -1 : 1))),
})

test('a whole innings on a phone, with corrections, taps without a connection and a reload, ends with the right figures', async () => {
  const { eventId, page, problems, thumb, scorer } = await begin('25')
  const { context } = ann.browser
  const all = scorer.deliveriesOf(0)
  const isPlain = ({ delivery: { runs, extras, wickets } }) => !extras && !wickets && runs.batter !== 0 && !runs.non_boundary
  const places = (from) => all.findIndex((one, number) => number >= from && isPlain(one) && one.place > 0 && one.place < 5 && all[number + 1]?.place > 0)
  const [toUndo, toCorrect, offline, reload] = [places(10), places(25), places(45), places(70)]

  for (const [number, one] of all.entries()) {
    if (number === toUndo) {
      await thumb.runs(5)
      await page.locator('[data-over]').getByText('5', { exact: true }).waitFor()
      await thumb.key('Undo last')
      await page.locator('[data-over]').getByText('5', { exact: true }).waitFor({ state: 'detached' })
    }
    if (number === offline) {
      await context.setOffline(true)
      await page.locator('[data-desk=lost]').waitFor()
    }
    if (number === offline + 12) {
      await context.setOffline(false)
      await page.locator('[data-desk=open]').waitFor()
    }
    if (number === reload) {
      await page.reload()
      await page.locator(`[data-over="${scorer.balls}"]`).waitFor()
    }
    if (number === toCorrect) {
      // No run, and the scorer sees the mistake after the next ball.
      await scorer.play({ ...one, delivery: { ...one.delivery, runs: { ...one.delivery.runs, batter: 0 } } })
      await correctLast(page, one.delivery.runs.batter)
    } else await scorer.play(one)
  }
  await allSent(page)
  const { snapshot } = await stage.server.event(eventId)
  assert.deepEqual(figuresIn(snapshot), figuresOf(scorer.match.innings[0]))
  assert.deepEqual(problems.filter((problem) => !isLostConnection(problem)), [])
  await page.close()
})

/** Corrects the last ball, by the list of entries, to the runs that it had. */
async function correctLast(page, runs) {
  await allSent(page)
  await page.getByRole('button', { name: /^Correct update/ }).first().click()
  const sheet = page.getByRole('dialog')
  await sheet.getByLabel('Reason (everybody can see it)').fill('Scored too late')
  await sheet.getByRole('button', { name: 'Something else happened' }).click()
  await sheet.getByRole('radio', { name: String(runs), exact: true }).check({ force: true })
  const boundary = sheet.getByLabel('To the boundary')
  if (await boundary.count()) await boundary.check()
  await sheet.getByRole('button', { name: 'Preview changes' }).click()
  await sheet.getByRole('button', { name: 'Send correction' }).click()
  await sheet.waitFor({ state: 'detached' })
  await page.evaluate(() => scrollTo(0, 0))
}

const numbers = Array.from({ length: 26 }, (_, index) => String(index + 1).padStart(2, '0'))

test('real matches are scored with the keys of the desk', { skip: !SOAK && 'only in the soak' }, async () => {
  for (const number of process.env.MATCHES?.split(',') ?? numbers) {
    const { eventId, page, problems, scorer } = await begin(number)
    const { innings } = scorer.match
    for (const index of innings.keys()) {
      if (index > 0) await scorer.begin(index)
      for (const one of scorer.deliveriesOf(index)) await scorer.play(one)
      const isOpen = (await page.locator('[data-runs="0"]').count()) > 0 || (await page.getByText('Bowler of the next over').count()) > 0
      if (isOpen && innings[index + 1]) await scorer.closeByRain()
      await allSent(page)
      const { snapshot } = await stage.server.event(eventId)
      assert.deepEqual(figuresIn(snapshot), figuresOf(innings[index]), `match ${number}, innings ${index + 1}`)
    }
    await scorer.end()
    await allSent(page)
    const { snapshot } = await stage.server.event(eventId)
    const { result, winner } = scorer.match.outcome
    assert.equal(snapshot.outcome.how, { tie: 'tie', 'no result': 'noResult' }[result] ?? 'won', number)
    if (winner) assert.equal(snapshot.outcome.winner, winner, number)
    assert.deepEqual(problems, [], number)
    await page.close()
  }
})
