// Reviewing from the page: two reviewers, one queue.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { isLostConnection } from './harness/browser.js'
import { Person } from './harness/person.js'
import { Player } from './harness/player.js'
import { Scorer } from './harness/scorer.js'
import { Stage } from './harness/stage.js'

let stage
let player
let reviewers = []
let tidier
before(async () => {
  // Hold everything: every completion is close enough to the minimum time.
  stage = await Stage.open({ INTEGRITY_EXACT_COUNT: '1', INTEGRITY_EXACT_WITHIN: '60s' })
  const people = [Player.of(stage.server, 'pat@example.com'), Person.of(stage.server, 'reviewer')]
  ;[player, ...reviewers] = await Promise.all(people)
  reviewers.push(await Person.of(stage.server, 'reviewer'))
  tidier = new Scorer(stage.server, await stage.server.token('reviewer'))
})
// A test that failed leaves nothing to the next one.
beforeEach(async () => {
  const { reviews } = await tidier.ask('review:list', { status: 'pending' })
  for (const { id } of reviews) await tidier.ask('review:decide', { reviewId: id, decision: 'reject' })
})
after(async () => {
  player?.close()
  tidier?.close()
  await Promise.all(reviewers.map((reviewer) => reviewer.close()))
  await stage?.close()
})

const actions = [{ name: 'guess', points: 7, minMs: 20, cooldownMs: 0, dailyCap: 100 }]
const event = () => stage.scorer.event({ sport: 'cricket', title: 'The final', actions })
const earn = async (eventId) => assert.equal(await player.earn(eventId, 'guess'), 'held')

async function open(reviewer) {
  const { page, problems } = await reviewer.page(stage.server, '/review')
  await page.locator('[data-desk=open]').waitFor()
  return { page, problems, word: page.locator('[data-word]') }
}
const waiting = (page, count) => page.locator('[data-count]').getByText(count, { exact: true }).waitFor()

test('held points come live with their evidence, and what one decides disappears at the other with a word', async () => {
  const eventId = await event()
  const [rae, sam] = await Promise.all(reviewers.map(open))
  await rae.page.locator('[data-empty]').waitFor()
  await earn(eventId)
  for (const { page } of [rae, sam]) {
    await waiting(page, '1')
    await page.getByRole('heading', { name: 'Ann +7' }).waitFor()
    await page.getByRole('heading', { name: 'Exactly the minimum time' }).waitFor()
    await page.getByText('At the minimum time', { exact: true }).waitFor()
    await page.getByRole('img', { name: /Time taken for this action: 1 value,/ }).waitFor()
    await page.getByText('The final').waitFor()
  }
  await rae.page.getByLabel('Note (optional)').fill('A known player')
  await rae.page.getByRole('button', { name: 'Approve' }).click()
  await rae.word.getByText('7 points for Ann approved.').waitFor()
  await sam.word.getByText(`7 points for Ann approved by ${reviewers[0].user.name}.`).waitFor()
  for (const { page } of [rae, sam]) await page.locator('[data-empty]').waitFor()
  const { top } = await stage.server.get(`/api/events/${encodeURIComponent(eventId)}/leaderboard`)
  assert.deepEqual(top.map(({ points }) => points), [7])
  for (const { page, problems } of [rae, sam]) {
    assert.deepEqual(problems, [])
    await page.close()
  }
})

test('a decision that comes second is said to, with what was decided', async () => {
  const eventId = await event()
  await earn(eventId)
  // Hide the other reviewer's decision from this page, as if both decided at the same moment.
  const page = await reviewers[0].browser.context.newPage()
  await page.routeWebSocket(/socket\.io/, (client) => {
    const server = client.connectToServer()
    server.onMessage((message) => {
      if (!String(message).includes('review:decided')) client.send(message)
    })
  })
  await page.goto(`${stage.server.url}/#/review`)
  await waiting(page, '1')
  const other = await open(reviewers[1])
  await other.page.getByRole('button', { name: 'Reject' }).click()
  await other.word.getByText('rejected').waitFor()
  await page.getByRole('button', { name: 'Approve' }).click()
  await page.locator('[data-word]').getByText('Another reviewer was first: the 7 points for Ann were rejected.').waitFor()
  await page.locator('[data-empty]').waitFor()
  const { top } = await stage.server.get(`/api/events/${encodeURIComponent(eventId)}/leaderboard`)
  assert.deepEqual([top, other.problems], [[], []])
  await page.close()
  await other.page.close()
})

test('after a lost connection the queue is as it is now', async () => {
  const eventId = await event()
  await earn(eventId)
  const [rae, sam] = await Promise.all(reviewers.map(open))
  await waiting(rae.page, '1')
  await waiting(sam.page, '1')
  await reviewers[0].browser.context.setOffline(true)
  await rae.page.locator('[data-desk=lost]').waitFor()
  await rae.page.getByRole('button', { name: 'Approve' }).click()
  await rae.page.getByRole('alert').getByText('You are offline.').waitFor()
  await sam.page.getByRole('button', { name: 'Reject' }).click()
  await sam.word.getByText('rejected').waitFor()
  await reviewers[0].browser.context.setOffline(false)
  await rae.page.locator('[data-empty]').waitFor()
  for (const { page } of [rae, sam]) await page.close()
  assert.deepEqual(rae.problems.filter((problem) => !isLostConnection(problem)), [])
})

test('the keys go through the queue, and decide', async () => {
  const eventId = await event()
  for (let count = 0; count < 3; count += 1) await earn(eventId)
  const { page, problems, word } = await open(reviewers[0])
  await waiting(page, '3')
  const current = () => page.locator('[aria-current=true][data-case]').getAttribute('data-case')
  const order = await page.locator('[data-case]').evaluateAll((cases) => cases.map((one) => one.dataset.case))
  await page.keyboard.press('j')
  await page.locator(`[data-review="${order[1]}"]`).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('k')
  assert.equal(await current(), order[1])
  await page.keyboard.press('n')
  await page.keyboard.type('ajar')
  assert.equal(await page.getByLabel('Note (optional)').inputValue(), 'ajar')
  await page.keyboard.press('Escape')
  await page.keyboard.press('r')
  await word.getByText('rejected').waitFor()
  await waiting(page, '2')
  assert.equal(await current(), order[2])
  await page.getByText('Keyboard shortcuts', { exact: true }).click()
  await page.getByLabel('Use keyboard shortcuts').uncheck()
  await page.getByRole('heading', { level: 1 }).focus()
  await page.keyboard.press('a')
  await page.getByLabel('Use keyboard shortcuts').check()
  await page.getByRole('heading', { level: 1 }).focus()
  await page.keyboard.press('r')
  await waiting(page, '1')
  await page.keyboard.press('a')
  await page.locator('[data-empty]').waitFor()
  const answer = await stage.server.get(`/api/events/${encodeURIComponent(eventId)}/leaderboard`)
  assert.deepEqual(answer.top.map(({ points }) => points), [7], 'one of three was approved')
  assert.deepEqual(problems, [])
  await page.close()
})
