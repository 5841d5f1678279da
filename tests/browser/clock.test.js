// Clocks of matches: viewers' and the desk's turn together, whatever the device's own clock says.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertTogether, followClock, openAhead } from './harness/clocks.js'
import { openDesk, openDesks } from './harness/desk.js'

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
  for (const page of [viewer.page, ...wrong]) await followClock(page, '[data-minute]')
  const pages = [desk.page, viewer.page, list.page, ...wrong]
  await assertTogether(pages, 'football')
  assert.deepEqual([...desk.problems, ...viewer.problems, ...list.problems], [])
  for (const page of pages) await page.close()
})
