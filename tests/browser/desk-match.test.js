// A real match (tests/cases/cricket), scored on a phone with the keys of the desk.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SOAK } from '../clients/harness/deadline.js'
import { isLostConnection } from './harness/browser.js'
import { allSent, disconnect, openDesks, reconnect } from './harness/desk.js'
import { DeskScorer, figuresOf, readMatch } from './harness/deskScorer.js'

const desks = await openDesks()

/** Opens the desk of a match that has not begun, and begins it. */
async function begin(number) {
  const recorded = await readMatch(number)
  const [{ team }] = recorded.innings
  const title = `${team} v ${recorded.teams.find((name) => name !== team)}`
  const { eventId, page, problems, thumb } = await desks.open(undefined, { sport: 'cricket', title, updates: [] })
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
    if (number === offline) await disconnect(page)
    if (number === offline + 12) await reconnect(page)
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
  const snapshot = await desks.stateOf({ eventId, page })
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
      const asks = page.getByText(/^(Bowler of the next over|Who comes in\?)$/).or(page.locator('[data-runs="0"]'))
      const isOpen = (await asks.count()) > 0
      if (isOpen && innings[index + 1]) await scorer.closeByRain()
      const snapshot = await desks.stateOf({ eventId, page })
      assert.deepEqual(figuresIn(snapshot), figuresOf(innings[index]), `match ${number}, innings ${index + 1}`)
    }
    await scorer.end()
    const snapshot = await desks.stateOf({ eventId, page })
    const { result, winner } = scorer.match.outcome
    assert.equal(snapshot.outcome.how, { tie: 'tie', 'no result': 'noResult' }[result] ?? 'won', number)
    if (winner) assert.equal(snapshot.outcome.winner, winner, number)
    assert.deepEqual(problems, [], number)
    await page.close()
  }
})
