// Clocks of matches: viewers' and the desk's turn together, whatever the device's own clock says.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLostConnection } from './harness/browser.js'
import { assertTogether, followClock, openAhead } from './harness/clocks.js'
import { allSent, disconnect, openDesk, openDesks, reconnect } from './harness/desk.js'
import { Periods } from './harness/periods.js'
import { Person } from './harness/person.js'
import { Thumb, upright } from './harness/thumb.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const { stage, ann } = await openDesks()

test('the minute of football turns at the same moment at the desk, for viewers and in the list', async () => {
  // The next minute begins in ten seconds.
  const beganAt = Date.now() - 41 * MINUTE + 10_000
  const teams = { home: { name: 'Greens', goals: 0 }, away: { name: 'Whites', goals: 0 } }
  const summary = {
    sides: [{ name: 'Greens', score: '0' }, { name: 'Whites', score: '0' }],
    period: 'First half',
    clock: { running: true, at: beganAt, value: 0, direction: 'up' },
  }
  const state = { ...teams, period: 'First half', minute: '41', beganAt, timeline: {}, summary }
  const eventId = await stage.play({ sport: 'football', title: 'Greens v Whites', updates: [state] })
  const desk = await openDesk(ann, stage.server, eventId)
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  const list = await stage.browser.page(`${stage.server.url}/#/`)
  const wrong = await Promise.all([HOUR, -HOUR].map((ahead) => openAhead(stage.browser, stage.addressOf(eventId), ahead)))
  await desk.page.getByText('41′ · First half').waitFor()
  await followClock(desk.page, '.board .clock')
  await followClock(list.page, '.summary .soft:last-child')
  for (const { page } of [viewer, ...wrong]) await followClock(page, '[data-minute]')
  const opened = [desk, viewer, list, ...wrong]
  const pages = opened.map(({ page }) => page)
  await assertTogether(pages, 'football')
  assert.deepEqual(opened.flatMap(({ problems }) => problems), [])
  for (const page of pages) await page.close()
})

const faceOf = (page) => page.locator('[data-clock]').innerText()

/**
 * Opens the desk of a basketball match that has begun, on a device whose clock is `ahead`, and viewers: one with a right clock, and two
 * whose own is an hour wrong.
 */
async function openMatch(ahead = 0) {
  const eventId = await stage.play({ sport: 'basketball', title: 'Reds v Blues', competitors: [{ name: 'Reds' }, { name: 'Blues' }], updates: [] })
  const desk = await openAhead(ann.browser, `${stage.server.url}/#/score/${encodeURIComponent(eventId)}`, ahead)
  await desk.page.setViewportSize(upright)
  const taps = new Periods(desk.page, new Thumb(desk.page))
  await taps.thumb.key('Start scoring')
  await desk.page.locator('[data-clock]').waitFor()
  await allSent(desk.page)
  const watching = await Promise.all([0, HOUR, -HOUR].map((wrong) => openAhead(stage.browser, stage.addressOf(eventId), wrong)))
  const viewers = watching.map(({ page }) => page)
  const all = [desk.page, ...viewers]
  for (const page of all) await followClock(page, '[data-clock]')
  const close = async () => {
    assert.deepEqual([desk, ...watching].flatMap(({ problems }) => problems).filter((problem) => !isLostConnection(problem)), [])
    for (const page of all) await page.close()
  }
  return { eventId, desk: desk.page, taps, viewers, all, close }
}

/** Forgets what the clocks have shown, so that only turns from here on count. */
const anew = (pages) => Promise.all(pages.map((page) => page.evaluate(() => (window.faces = window.faces.slice(-1)))))

test('the clock of a match turns at the same moment for all, through start, stop and adjusting, on devices whose own clock is an hour off', async () => {
  const { desk, taps, viewers, all, close } = await openMatch(HOUR)
  assert.deepEqual(await Promise.all(all.map(faceOf)), ['10:00', '10:00', '10:00', '10:00'])
  await taps.startClock()
  await assertTogether(all, 'started')

  await taps.stopClock()
  await allSent(desk)
  const stands = await faceOf(desk)
  for (const page of viewers) await page.locator('[data-clock]').getByText(stands, { exact: true }).waitFor()

  await taps.startClock()
  await desk.getByRole('button', { name: 'Adjust…' }).click()
  const sheet = desk.getByRole('dialog')
  for (const step of ['−1 min', '+10 s', '+1 s']) await sheet.getByRole('button', { name: step, exact: true }).click()
  await sheet.getByRole('button', { name: 'Set clock' }).click()
  await sheet.waitFor({ state: 'detached' })
  await allSent(desk)
  for (const page of all) await page.waitForFunction(() => document.querySelector('[data-clock]').textContent.startsWith('9:'))
  await anew(all)
  await assertTogether(all, 'adjusted')

  await taps.setClock('0:32.5')
  await allSent(desk)
  for (const page of all) await page.waitForFunction(() => /^\d+\.\d$/.test(document.querySelector('[data-clock]').textContent))
  await anew(all)
  await assertTogether(all, 'with tenths')
  // Points do not stop it.
  await taps.score({ which: 'home', name: 'Reds' }, '2 points', 2)
  await viewers[0].locator('[data-points=home]').getByText('2', { exact: true }).waitFor()
  await anew(all)
  await assertTogether(all, 'after points')
  await close()
})

test('the clock goes on through lost connections, and after the desk is closed', async () => {
  const { eventId, desk, taps, viewers, all, close } = await openMatch()
  await taps.startClock()
  await assertTogether(all, 'started')
  const sent = (await stage.server.event(eventId)).seq

  await stage.browser.context.setOffline(true)
  await viewers[0].locator('[data-phase=live]').waitFor({ state: 'detached' })
  await anew(all)
  await assertTogether(all, 'while the viewers are offline')
  await stage.browser.context.setOffline(false)
  await viewers[0].locator('[data-phase=live]').waitFor()
  await anew(all)
  await assertTogether(all, 'after the viewers came back')

  // Stopped without a connection: the viewers hear of it later, and see the time at which it was.
  await disconnect(desk)
  await taps.stopClock()
  const stands = await faceOf(desk)
  await reconnect(desk)
  await allSent(desk)
  for (const page of viewers) await page.locator('[data-clock]').getByText(stands, { exact: true }).waitFor()

  await taps.startClock()
  await allSent(desk)
  await anew(all)
  await assertTogether(all, 'started again')
  const { seq } = await stage.server.event(eventId)
  assert.equal(seq, sent + 2, 'nothing is sent while it runs')
  await desk.close()
  await anew(viewers)
  await assertTogether(viewers, 'after the desk was closed')
  assert.equal((await stage.server.event(eventId)).seq, seq)
  await close()
})

test('one desk keeps the clock and another one the score, also over a lost connection, and neither is asked', async () => {
  const { eventId, desk, taps, close } = await openMatch()
  const bob = await Person.of(stage.server, 'admin')
  const other = await openDesk(bob, stage.server, eventId)
  await other.page.setViewportSize(upright)
  const scores = new Periods(other.page, new Thumb(other.page))
  const [reds, blues] = [{ which: 'home', name: 'Reds' }, { which: 'away', name: 'Blues' }]

  await disconnect(desk)
  await taps.startClock()
  await scores.score(reds, '3 points', 3)
  await allSent(other.page)
  await reconnect(desk)
  await other.page.getByRole('button', { name: 'Stop the clock' }).waitFor()

  await disconnect(other.page)
  await scores.score(blues, '2 points', 2)
  await taps.stopClock()
  await allSent(desk)
  await reconnect(other.page)
  await desk.locator('[data-side=away]').getByText('2', { exact: true }).waitFor()
  for (const page of [desk, other.page]) await allSent(page)
  const { snapshot } = await stage.server.event(eventId)
  assert.deepEqual([snapshot.home.score, snapshot.away.score, snapshot.clock.running], [3, 2, false])
  assert.equal(await desk.getByRole('alert').filter({ hasText: /refused/ }).count(), 0)
  assert.deepEqual(other.problems.filter((problem) => !isLostConnection(problem)), [])
  await close()
  await bob.close()
})
