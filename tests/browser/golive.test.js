// Going live and ending from the desk: what is tapped before the match is live waits, and a result offers the end.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLostConnection } from './harness/browser.js'
import { allSent, disconnect, openDesk, openDesks } from './harness/desk.js'
import { cricket } from './harness/matches.js'
import { Person } from './harness/person.js'
import { upright } from './harness/thumb.js'

const { stage, ann } = await openDesks()

async function open(eventId, who = ann) {
  const { page, problems } = await openDesk(who, stage.server, eventId)
  await page.setViewportSize(upright)
  return { page, problems }
}
const press = (page, name) => page.getByRole('dialog').getByRole('button', { name }).click()
const startGame = (page) => page.getByRole('button', { name: 'Start scoring' }).click()
const send = async (page, data) => {
  await page.getByLabel(/Next update as JSON/).fill(JSON.stringify(data))
  await page.getByRole('button', { name: 'Send update' }).click()
}
const statusOf = async (eventId) => (await stage.server.event(eventId)).event.status

test('the first tap before the start is kept, also over a reload, and sent when the match goes live', async () => {
  const eventId = await stage.play({ sport: 'egg race', title: 'Fours', status: 'scheduled', updates: [] })
  const { page, problems } = await open(eventId)
  await send(page, { at: 500 })
  await page.locator('[data-asks=scheduled]').waitFor()
  await page.reload()
  await page.locator('[data-asks=scheduled]').waitFor()
  await press(page, 'Keep it for later')
  await page.locator('[data-held="1"]').waitFor()
  await page.getByText('Connected, on hold').waitFor()
  // The question comes once.
  await send(page, { at: 1000 })
  await page.locator('[data-held="2"]').waitFor()
  assert.deepEqual([await page.getByRole('dialog').count(), await stage.log(eventId), await statusOf(eventId)], [0, [], 'scheduled'])
  // What waits can be taken back.
  await send(page, { at: 1500 })
  await page.locator('[data-held="3"]').waitFor()
  await page.getByRole('button', { name: 'Undo last' }).click()
  await page.locator('[data-held="2"]').getByRole('button', { name: 'Go live and send' }).click()
  await allSent(page)
  assert.deepEqual((await stage.log(eventId)).map(({ data }) => data), [{ at: 500 }, { at: 1000 }])
  assert.equal(await statusOf(eventId), 'live')
  assert.deepEqual(problems, [])
  await page.close()
})

test('every sport’s console asks', async () => {
  const begin = {
    cricket: async (page) => {
      await page.getByLabel('Striker (faces the first ball)').fill('Ann')
      await page.getByLabel('Non-striker').fill('Bea')
      await page.getByLabel('First bowler').fill('Zoe')
      await startGame(page)
    },
    football: startGame,
    chess: startGame,
    basketball: startGame,
    volleyball: startGame,
    athletics: startGame,
    quiz: startGame,
    'egg race': (page) => send(page, { at: 500 }),
  }
  for (const [sport, act] of Object.entries(begin)) {
    const eventId = await stage.play({ sport, title: 'North v South', status: 'scheduled', updates: [] })
    const { page, problems } = await open(eventId)
    await act(page)
    await page.locator('[data-asks=scheduled]').waitFor()
    assert.deepEqual(await stage.log(eventId), [], sport)
    await press(page, 'Go live and send')
    await allSent(page)
    assert.deepEqual([(await stage.log(eventId)).length, await statusOf(eventId), problems], [1, 'live', []], sport)
    await page.close()
  }
})

test('a tap in a pause asks, and can be discarded; a correction goes at once', async () => {
  const eventId = await stage.play({ sport: 'egg race', title: 'Fours', status: 'paused', updates: [{ at: 500 }, { at: 600 }] })
  const { page, problems } = await open(eventId)
  await send(page, { at: 700 })
  await page.locator('[data-asks=paused]').waitFor()
  await press(page, 'Discard it')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await allSent(page)
  await page.getByRole('button', { name: 'Undo last' }).click()
  await page.locator('[data-entry="3"]').waitFor()
  await allSent(page)
  assert.deepEqual((await stage.log(eventId)).map(({ kind }) => kind), ['update', 'update', 'correction'])
  // The next one asks again.
  await send(page, { at: 800 })
  await press(page, 'Resume and send')
  await allSent(page)
  assert.deepEqual([await statusOf(eventId), (await stage.server.event(eventId)).snapshot], ['live', { at: 800 }])
  assert.deepEqual(problems, [])
  await page.close()
})

test('only an administrator is asked whether to reopen a match that has ended', async (t) => {
  const eventId = await stage.play({ sport: 'egg race', title: 'Fours', updates: [{ at: 500 }] })
  await stage.scorer.status(eventId, 'ended')
  const bob = await Person.of(stage.server, 'scorer', { events: [eventId] })
  t.after(() => bob.close())
  const { page, problems } = await open(eventId, bob)
  await send(page, { at: 700 })
  const asks = page.locator('[data-asks=ended]')
  await asks.getByText('Only an administrator can reopen it.').waitFor()
  assert.deepEqual(await asks.getByRole('button').allTextContents(), ['Keep it for later', 'Discard it'])
  await press(page, 'Keep it for later')
  await page.locator('[data-held="1"]').waitFor()
  // An administrator reopens the match elsewhere.
  await stage.scorer.status(eventId, 'live')
  await allSent(page)
  assert.equal((await stage.log(eventId)).length, 2)
  await stage.scorer.status(eventId, 'ended')
  await page.close()

  const again = await open(eventId)
  await send(again.page, { at: 900 })
  await press(again.page, 'Reopen and send')
  await allSent(again.page)
  assert.deepEqual([(await stage.log(eventId)).length, await statusOf(eventId)], [3, 'live'])
  assert.deepEqual([...problems, ...again.problems], [])
  await again.page.close()
})

test('yes without a connection makes the match live once it is back', async () => {
  const eventId = await stage.play({ sport: 'egg race', title: 'Fours', status: 'scheduled', updates: [] })
  const { page, problems } = await open(eventId)
  await disconnect(page)
  await send(page, { at: 500 })
  await press(page, 'Go live and send')
  await page.getByText('The match goes live once you are connected.').waitFor()
  await ann.browser.context.setOffline(false)
  await page.getByText('Connected, everything sent').waitFor()
  assert.deepEqual([(await stage.log(eventId)).length, await statusOf(eventId)], [1, 'live'])
  assert.deepEqual(problems.filter((problem) => !isLostConnection(problem)), [])
  await page.close()
})

test('a result offers to end the match', async () => {
  const eventId = await stage.play({ ...cricket, updates: [...cricket.updates, { result: 'Riverside won by 64 runs', over: '20.0' }] })
  const { page, problems } = await open(eventId)
  const offer = page.getByRole('region', { name: 'Result' })
  await offer.getByText('Riverside won by 64 runs').waitFor()
  await offer.getByRole('button', { name: 'End the match' }).click()
  await offer.waitFor({ state: 'detached' })
  assert.equal(await statusOf(eventId), 'ended')
  assert.deepEqual(problems, [])
  await page.close()
})

test('the screen stays on while a live match is scored', async () => {
  const eventId = await stage.play({ sport: 'egg race', title: 'Fours', updates: [{ at: 500 }] })
  const { page } = await ann.page(stage.server, '/')
  await page.addInitScript(() => {
    // Notes each lock of the real API.
    window.locks = []
    const { request } = WakeLock.prototype
    WakeLock.prototype.request = async function (...asked) {
      const lock = await request.apply(this, asked)
      window.locks.push(lock)
      return lock
    }
  })
  await page.goto('about:blank')
  await page.goto(`${stage.server.url}/#/score/${encodeURIComponent(eventId)}`)
  const held = () => page.waitForFunction(() => window.locks.filter(({ released }) => !released).length === 1)
  const none = () => page.waitForFunction(() => window.locks.every(({ released }) => released))
  await held()
  // The browser releases the lock of a page that hides.
  await page.evaluate(() => window.locks[0].release())
  await none()
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await held()
  await stage.scorer.status(eventId, 'paused')
  await none()
  await stage.scorer.status(eventId, 'live')
  await held()
  await page.evaluate(() => (location.hash = '/'))
  await none()
  await page.close()
})
