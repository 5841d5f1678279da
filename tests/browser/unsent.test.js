// Unsent entries on every page: shown, and sent from there once there is a connection.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLostConnection } from './harness/browser.js'
import { allSent, disconnect, openDesk, openDesks } from './harness/desk.js'
import { Person } from './harness/person.js'

const { stage, ann } = await openDesks()

const go = (page, to) => page.evaluate((hash) => (location.hash = hash), to)
const bar = (page, count) => page.locator(`[data-unsent="${count}"]`)
const noBar = (page) => page.locator('[data-unsent]').waitFor({ state: 'detached' })
const isNew = (problem) => !isLostConnection(problem)

/** Opens the desk of a new match, and enters `values` without a connection. */
async function enterOffline(values, { who = ann, title = 'Coxed fours', status = 'live', updates = [{ at: 0 }] } = {}) {
  const eventId = await stage.play({ sport: 'egg race', title, status, updates })
  if (who !== ann) await stage.scorer.ask('event:assign', { eventId, email: who.user.email })
  const { page, problems } = await openDesk(who, stage.server, eventId)
  await page.getByLabel(/Next update as JSON/).waitFor()
  await disconnect(page)
  for (const [index, at] of values.entries()) {
    await page.getByLabel(/Next update as JSON/).fill(JSON.stringify({ at }))
    await page.getByRole('button', { name: 'Send update' }).click()
    await page.locator(`[data-waiting="${index + 1}"]`).waitFor()
  }
  return { eventId, page, problems }
}

test('what was entered without a connection is shown on another page, and sent from there', async () => {
  const { eventId, page, problems } = await enterOffline([1, 2, 3])
  // The bar leaves the entries of this desk to the desk.
  assert.equal(await page.locator('[data-unsent]').count(), 0)
  await go(page, '/')
  await bar(page, 3).getByText('Coxed fours').waitFor()
  await bar(page, 3).getByText('Sent once you are connected').waitFor()
  await ann.browser.context.setOffline(false)
  await noBar(page)
  assert.deepEqual((await stage.log(eventId)).map(({ data }) => data.at), [0, 1, 2, 3])
  assert.deepEqual(problems.filter(isNew), [])
  await page.close()
})

test('a desk that is left while it reads the log for an undo enters nothing, and does not go on', async () => {
  // Longer than what a desk reads at once, so that an undo reads the rest.
  const updates = Array.from({ length: 1_100 }, (_, at) => ({ at }))
  const eventId = await stage.play({ sport: 'egg race', title: 'Sculls', updates })
  const { page, problems } = await openDesk(ann, stage.server, eventId)
  await page.locator('[data-entry="1100"]').waitFor()
  const held = new Promise((hold) => page.route('**/updates?after=0&*', hold))
  await page.getByRole('button', { name: 'Undo last' }).click()
  const route = await held
  await go(page, '/')
  await page.getByRole('heading', { level: 1 }).getByText('Events').waitFor()
  const answered = page.waitForEvent('requestfinished', (request) => request.url() === route.request().url())
  await route.continue()
  await answered
  // The page has done what follows from the answer once it has drawn twice.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  assert.equal(await page.locator('[data-unsent]').count(), 0)
  assert.equal((await stage.server.event(eventId)).seq, 1_100)
  assert.deepEqual(problems, [])
  await page.close()
})

test('two tabs send each entry once, in order', async () => {
  const watched = await stage.play({ sport: 'egg race', title: 'Eights', updates: [{ at: 0 }] })
  const other = await ann.page(stage.server, `/event/${encodeURIComponent(watched)}`)
  const { eventId, page } = await enterOffline([1, 2, 3, 4, 5, 6, 7, 8])
  await go(page, '/')
  for (const tab of [page, other.page]) await bar(tab, 8).waitFor()
  await ann.browser.context.setOffline(false)
  for (const tab of [page, other.page]) await noBar(tab)
  assert.deepEqual((await stage.log(eventId)).map(({ data }) => data.at), [0, 1, 2, 3, 4, 5, 6, 7, 8])
  await other.page.close()
  await page.close()
})

test('a refusal leads to the desk', async () => {
  const { eventId, page, problems } = await enterOffline([1, 2])
  await go(page, '/')
  await bar(page, 2).waitFor()
  await stage.scorer.score(eventId, { at: 99 })
  await ann.browser.context.setOffline(false)
  await bar(page, 2).getByText('Refused: decide at the desk').waitFor()
  await bar(page, 2).getByRole('link').click()
  await page.locator('[data-conflict=conflict]').getByRole('button', { name: 'Discard all' }).click()
  await allSent(page)
  await go(page, '/')
  await page.getByRole('heading', { level: 1 }).waitFor()
  assert.equal(await page.locator('[data-unsent]').count(), 0)
  assert.deepEqual((await stage.log(eventId)).map(({ data }) => data.at), [0, 99])
  assert.deepEqual(problems.filter(isNew), [])
  await page.close()
})

test('what waits for a match to be live is shown, and sent when it is', async () => {
  const { eventId, page, problems } = await enterOffline([1], { status: 'scheduled', updates: [], title: 'Final' })
  await page.getByRole('dialog').getByRole('button', { name: 'Keep it for later' }).click()
  await go(page, '/')
  await bar(page, 1).waitFor()
  await ann.browser.context.setOffline(false)
  await bar(page, 1).getByText('Not live: decide at the desk').waitFor()
  assert.deepEqual(await stage.log(eventId), [])
  await stage.scorer.status(eventId, 'live')
  await noBar(page)
  assert.deepEqual((await stage.log(eventId)).map(({ data }) => data.at), [1])
  assert.deepEqual(problems.filter(isNew), [])
  await page.close()
})

test('without unsent entries no page connects to /admin', async () => {
  const { page, problems } = await ann.page(stage.server, '/')
  const desks = []
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => String(payload).startsWith('40/admin') && desks.push(payload)))
  await page.reload()
  await page.getByRole('heading', { level: 1 }).waitFor()
  const eventId = await stage.play({ sport: 'egg race', title: 'Eights', updates: [{ at: 0 }] })
  await go(page, `/event/${encodeURIComponent(eventId)}`)
  await page.locator('[data-phase=live]').waitFor()
  assert.deepEqual([desks, problems], [[], []])
  await page.close()
})

test('after the session has ended, the bar leads to signing in, and the entries are sent then', async (t) => {
  const email = 'joan@example.com'
  const joan = await Person.with(await stage.server.signIn(email, 'her phone'))
  t.after(() => joan.close())
  await stage.scorer.ask('role:grant', { email, role: 'scorer' })
  const { eventId, page } = await enterOffline([1, 2], { who: joan })
  await go(page, '/')
  await bar(page, 2).waitFor()
  await stage.server.signIn(email, 'her laptop')
  await joan.browser.context.setOffline(false)
  await bar(page, 2).getByText('Sign in to send').waitFor()
  assert.equal((await stage.log(eventId)).length, 1)

  await bar(page, 2).getByRole('link').click()
  await page.getByLabel('Email').fill(email)
  await page.getByRole('button', { name: 'Email me a code' }).click()
  await page.getByLabel('Code from the email').fill(await stage.server.code(email))
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  await viewer.page.locator('[data-seq="3"]').waitFor()
  await noBar(page)
  assert.deepEqual((await stage.log(eventId)).map(({ data }) => data.at), [0, 1, 2])
  await viewer.page.close()
  await page.close()
})
