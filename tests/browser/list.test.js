// The list of events: their scores, filters, and changes while one looks at it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cricket } from './harness/matches.js'
import { Stage } from './harness/stage.js'

let stage
before(async () => {
  stage = await Stage.open()
})
after(() => stage?.close())

/** The card of an event. */
const card = (page, title) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) })

test('the list shows summaries without reading states, and reads the state of an event that has none', async () => {
  const summary = {
    sides: [{ name: 'Amber', place: '1', score: '31.2' }, { name: '<b>Blue</b>', score: 40, active: true }, { name: 'C' }, { name: 'D' }, { name: 'E' }],
    period: 'Lap 3', note: 'rain',
  }
  const race = await stage.play({ sport: 'karting', title: 'Night race', updates: [{ lap: 3, summary }] })
  const match = await stage.play(cricket)
  const { page, problems } = await stage.browser.page('about:blank')
  const reads = []
  page.on('request', (request) => {
    const [, eventId] = /\/api\/events\/([^/?]+)$/.exec(request.url()) ?? []
    if (eventId) reads.push(decodeURIComponent(eventId))
  })
  await page.goto(stage.server.url)
  for (const text of ['31.2', '<b>Blue</b>', '40', 'and 1 more', 'Lap 3 · rain']) await card(page, 'Night race').getByText(text, { exact: true }).waitFor()
  for (const text of ['97/3', '161/7', 'Innings 2 · needs 65 from 45 balls']) await card(page, cricket.title).getByText(text, { exact: true }).waitFor()
  await stage.scorer.score(race, { summary: { sides: [{ name: 'Amber', score: '32.0' }] } })
  await card(page, 'Night race').getByText('32.0').waitFor()
  assert.deepEqual([...new Set(reads)], [match])
  assert.deepEqual(problems, [])
  await page.close()
})
