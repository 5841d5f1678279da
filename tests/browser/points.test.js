// Playing for points: predictions, puzzles, the top ten, and points held for review.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { Browser } from './harness/browser.js'
import { cricket } from './harness/matches.js'
import { signUp } from './harness/people.js'
import { Player } from './harness/player.js'
import { Scorer } from './harness/scorer.js'
import { Stage } from './harness/stage.js'

const actions = [
  { name: 'call', points: 5, minMs: 0, cooldownMs: 60_000, dailyCap: 10 },
  { name: 'puzzle', points: 2, minMs: 0, cooldownMs: 0, dailyCap: 10 },
]

let stage
let second
before(async () => {
  // Hold points if the device has one other account.
  stage = await Stage.open({ OTP_RESEND: '1ms', INTEGRITY_DEVICE_ACCOUNTS: '1' })
  second = await Browser.open()
})
beforeEach(async () => {
  for (const browser of [stage.browser, second]) await browser.forget(stage.server.url)
})
after(async () => {
  await second?.close()
  await stage?.close()
})

const ten = (page) => page.getByRole('region', { name: 'Top ten' })
const play = (page) => page.getByRole('region', { name: 'Play' })
/** The lines of the board, as `rank name points`. */
const lines = (page) =>
  ten(page).locator('li').evaluateAll((items) =>
    items.map((item) => [...item.querySelectorAll('.rank, .name bdi, .points')].map((part) => part.textContent).join(' ')),
  )

async function join(browser, eventId, email, name) {
  const { page, problems } = await browser.page(stage.addressOf(eventId))
  await signUp(stage, page, email, name)
  await page.locator('[data-phase=live]').waitFor()
  return { page, problems }
}

/** Predicts the next ball; later updates decide. */
async function call(page, outcome) {
  await play(page).getByRole('button', { name: outcome }).click()
  await play(page).getByText(`You predicted ${outcome}.`).waitFor()
}

/** Predicts a wicket, publishes one, and collects the points. */
async function callAWicket(page, eventId, over) {
  await call(page, 'Wicket')
  await stage.scorer.score(eventId, { ball: { over, kind: 'wicket', text: 'OUT!' } })
  await play(page).getByRole('button', { name: 'Collect 5 points' }).click()
}

/** Solves a puzzle by computing its answer, and collects the points. */
async function solve(page) {
  await play(page).getByRole('button', { name: 'Start' }).click()
  const [, runs, balls] = (await play(page).getByText(/A side needs/).textContent()).match(/(\d+) runs from (\d+) balls/)
  await play(page).getByRole('button', { name: String((runs / balls) * 6), exact: true }).click()
  await play(page).getByRole('button', { name: 'Collect 2 points' }).click()
  await play(page).getByText('You earned 2 points.').waitFor()
}

test('two players earn points, and the top ten moves on both screens', async () => {
  const eventId = await stage.play({ ...cricket, actions })
  const gil = await join(stage.browser, eventId, 'gil@example.org', 'Gil')
  const hana = await join(second, eventId, 'hana@example.org', 'Hana')
  for (const { page } of [gil, hana]) await ten(page).getByText('Nobody has earned points yet.').waitFor()

  // A wrong prediction costs nothing, and can be repeated.
  await call(gil.page, 'No run')
  await stage.scorer.score(eventId, { ball: { over: '12.4', kind: 'four' } })
  await play(gil.page).getByText('It was: 4 or 6. Try again.').waitFor()

  await callAWicket(gil.page, eventId, '12.5')
  for (const { page } of [gil, hana]) await ten(page).getByText('Gil').waitFor()
  assert.deepEqual(await lines(hana.page), ['1 Gil 5'])
  await ten(gil.page).getByText('you', { exact: true }).waitFor()
  await ten(hana.page).getByText('You have no points in this event yet.').waitFor()
  await play(gil.page).getByText(/Again in \d+ s/).waitFor()

  for (let solved = 0; solved < 3; solved++) await solve(hana.page)
  for (const { page } of [gil, hana]) await ten(page).locator('li', { hasText: 'Hana' }).getByText('6', { exact: true }).waitFor()
  for (const { page } of [gil, hana]) assert.deepEqual(await lines(page), ['1 Hana 6', '2 Gil 5'])
  assert.deepEqual([gil.problems, hana.problems], [[], []])
  await gil.page.close()
  await hana.page.close()
})

test('points that look like another’s are held and explained, and a reviewer’s word is told', async () => {
  const eventId = await stage.play({ ...cricket, actions })
  const ines = await join(stage.browser, eventId, 'ines@example.org', 'Ines')
  await solve(ines.page)
  await ines.page.getByRole('button', { name: 'Sign out' }).click()
  await signUp(stage, ines.page, 'jon@example.org', 'Jon')
  await ines.page.locator('[data-phase=live]').waitFor()
  await callAWicket(ines.page, eventId, '13.1')
  await play(ines.page).getByText('5 points are held for review.').waitFor()
  assert.deepEqual(await lines(ines.page), ['1 Ines 2'])

  const reviewer = new Scorer(stage.server, await stage.server.token('reviewer'))
  const { reviews } = await reviewer.ask('review:list', { eventId })
  assert.deepEqual(reviews.map(({ player, reasons }) => [player.name, reasons]), [['Jon', ['together']]])
  await reviewer.ask('review:decide', { reviewId: reviews[0].id, decision: 'approve', note: randomUUID() })
  await play(ines.page).getByText('5 held points were approved').waitFor()
  await ten(ines.page).locator('li.own', { hasText: 'Jon' }).waitFor()
  reviewer.close()
  assert.deepEqual(ines.problems, [])
  await ines.page.close()
})

test('a match of a competition offers its board, the competition’s and that of all', async () => {
  const details = { actions: [{ name: 'wave', points: 7, minMs: 1, cooldownMs: 0, dailyCap: 100 }], competition: { id: 'gala', title: 'Gala <b>week</b>' } }
  const matches = []
  for (const title of ['Gala one', 'Gala two']) matches.push(await stage.play({ ...cricket, ...details, title }))
  const player = await Player.of(stage.server, 'gala@example.org', 'Gala Player')
  for (const eventId of matches) await player.earn(eventId, 'wave')
  player.close()
  const { page, problems } = await stage.browser.page(stage.addressOf(matches[0]))
  const board = ten(page)
  const line = (points) => board.getByRole('listitem').filter({ hasText: 'Gala Player' }).getByText(points, { exact: true })
  await line('7').waitFor()
  await board.getByRole('button', { name: 'Gala <b>week</b>' }).click()
  await line('14').waitFor()
  await board.getByRole('button', { name: 'All', exact: true }).click()
  await line('14').waitFor()
  await board.getByRole('button', { name: 'This match' }).click()
  await line('7').waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})
