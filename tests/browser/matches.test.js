// The matches of a scorer: the list shows those that are assigned, today's first, page by page, and so does the desk.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Person } from './harness/person.js'
import { Stage } from './harness/stage.js'

let stage
before(async () => {
  stage = await Stage.open()
})
after(async () => {
  await stage?.close()
})

const DAY = 86_400_000
const create = (title, more = {}) => stage.scorer.event({ sport: 'egg race', title, status: 'scheduled', ...more })
const titles = (page, name) => page.getByRole('region', { name }).getByRole('link').allTextContents()
const path = (eventId) => `/score/${encodeURIComponent(eventId)}`

test('a scorer sees the matches assigned to them, today’s first', async (t) => {
  const noon = new Date().setUTCHours(12, 0, 0, 0)
  const mine = []
  for (const [title, more] of [
    ['Tomorrow', { startsAt: noon + DAY }],
    ['Tonight', { startsAt: noon }],
    ['Since yesterday', { startsAt: noon - DAY, status: 'live' }],
    ['Some day', {}],
    ['Last week', { startsAt: noon - 7 * DAY, status: 'ended' }],
  ]) mine.push(await create(title, more))
  const other = await create('Of somebody else', { startsAt: noon })
  const ann = await Person.of(stage.server, 'scorer', { events: mine })
  t.after(() => ann.close())

  const { page, problems } = await ann.page(stage.server, '/score')
  await page.getByText('Some day').waitFor()
  assert.deepEqual(await titles(page, 'Today'), ['Since yesterday', 'Tonight'])
  assert.deepEqual(await titles(page, 'Other matches'), ['Tomorrow', 'Some day', 'Last week'])

  // The desk of another match has no keys until the match is assigned.
  await page.evaluate((to) => (location.hash = to), path(other))
  const refused = page.locator('[data-unassigned]')
  await refused.getByText('Ask an administrator to assign you.').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Send update' }).count(), 0)
  await stage.scorer.ask('event:assign', { eventId: other, email: ann.user.email })
  await refused.getByRole('button', { name: 'Check again' }).click()
  await page.getByRole('button', { name: 'Send update' }).waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})

test('a long list comes page by page', async (t) => {
  const mine = []
  for (let number = 1; number <= 45; number += 1) mine.push(await create(`Race ${number}`, { startsAt: Date.UTC(2040, 0, 1, 0, number) }))
  const bea = await Person.of(stage.server, 'scorer', { events: mine })
  t.after(() => bea.close())
  const { page, problems } = await bea.page(stage.server, '/score')
  const count = (wanted) => page.waitForFunction((all) => document.querySelectorAll('main li').length === all, wanted)
  await page.getByText('You have no match today.').waitFor()
  await count(20)
  await page.getByRole('button', { name: 'Load more' }).click()
  await count(40)
  await page.getByRole('button', { name: 'Load more' }).click()
  await count(45)
  await page.getByRole('button', { name: 'Load more' }).waitFor({ state: 'detached' })
  assert.deepEqual((await titles(page, 'Other matches')).slice(0, 2), ['Race 1', 'Race 2'])
  assert.deepEqual(problems, [])
  await page.close()
})
