// The list of events: their scores, filters, and changes while one looks at it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { within } from '../clients/harness/deadline.js'
import { corpus, assertHarmless } from './harness/hostile.js'
import { cricket, football } from './harness/matches.js'
import { phone } from './harness/screens.js'
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

/** Many events with a common word in their titles, for a search to find. */
async function fixtures(word, count, details = {}) {
  const ids = []
  for (let number = 1; number <= count; number += 1) {
    const title = `${word} ${String(number).padStart(2, '0')}`
    ids.push(await stage.scorer.event({ sport: 'football', title, status: 'scheduled', startsAt: Date.now() + number * 60_000, ...details }))
  }
  return ids
}

const titles = (page) => page.getByRole('heading', { level: 3 }).allTextContents()
const listOf = (word) => `${stage.server.url}/#/?q=${encodeURIComponent(word)}`

test('search, sport and day are in the address, and survive a reload and the way back from an event', async () => {
  const day = 24 * 3_600_000
  const noon = Math.floor(Date.now() / day) * day + day / 2
  for (const [title, sport, startsAt] of [['Harbour regatta', 'rowing', noon], ['Harbour derby', 'football', noon + 9 * day], ['Harbour rapid', 'chess', noon + day]]) {
    await stage.scorer.event({ title, sport, startsAt, status: 'scheduled', competitors: [{ name: 'Zoë Quill' }] })
  }
  const { page, problems } = await stage.browser.page(stage.server.url)
  await page.getByRole('searchbox', { name: 'Search' }).fill('zoë quill')
  await page.waitForURL(/q=zo/)
  await page.waitForFunction(() => document.querySelectorAll('h3').length === 3)
  await page.getByLabel('Sport').selectOption('football')
  await page.waitForFunction(() => document.querySelectorAll('h3').length === 1)
  assert.deepEqual(await titles(page), ['Harbour derby'])
  await page.getByRole('link', { name: 'Harbour derby' }).click()
  await page.getByRole('heading', { level: 1, name: 'Harbour derby' }).waitFor()
  await page.goBack()
  await page.getByRole('link', { name: 'Harbour derby' }).waitFor()
  await page.reload()
  await page.getByRole('link', { name: 'Harbour derby' }).waitFor()
  assert.deepEqual([await page.getByRole('searchbox').inputValue(), await page.getByLabel('Sport').inputValue()], ['zoë quill', 'football'])

  await page.getByLabel('Sport').selectOption('')
  await page.getByLabel('Day').fill(new Date(noon + day).toISOString().slice(0, 10))
  await page.getByRole('link', { name: 'Harbour rapid' }).waitFor()
  await page.waitForFunction(() => document.querySelectorAll('h3').length === 1)
  await page.getByRole('searchbox').fill('nothing of the kind')
  await page.getByText('No events match. Try other words, or clear the filters.').waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByRole('link', { name: 'Harbour regatta' }).first().waitFor()
  assert.equal(new URL(page.url()).hash, '#/')
  assert.deepEqual(problems, [])
  await page.close()
})

test('the list loads more as one scrolls, each event once, and its first page is small on the wire', async () => {
  const actions = [{ name: 'call', points: 5, minMs: 1_000, cooldownMs: 5_000, dailyCap: 200 }]
  const competitors = [{ name: 'Marble Town Rovers', short: 'MAR' }, { name: 'Slate Hill United', short: 'SLA' }]
  const ids = await fixtures('Marathon', 100, { actions, competitors, venue: 'The long meadow' })
  const { page, problems } = await stage.browser.page('about:blank')
  await page.setViewportSize(phone)
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const bytes = new Map()
  const lists = new Set()
  let isWatched
  const watched = new Promise((done) => (isWatched = done))
  session.on('Network.requestWillBeSent', ({ requestId, request }) => request.url.includes('/api/events?') && lists.add(requestId))
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => bytes.set(requestId, encodedDataLength))
  session.on('Network.webSocketFrameReceived', ({ requestId, response: { payloadData } }) => {
    bytes.set(`ws ${requestId}`, (bytes.get(`ws ${requestId}`) ?? 0) + payloadData.length)
    // The answer to `events:watch`.
    if (payloadData.includes('"next":')) isWatched()
  })
  await page.goto(listOf('Marathon'))
  await card(page, 'Marathon 01').waitFor()
  await page.waitForFunction(() => document.querySelectorAll('h3').length === 30)
  await within(watched, 'the feed’s first page')
  const first = [...bytes].filter(([id]) => lists.has(id) || id.startsWith('ws ')).reduce((sum, [, size]) => sum + size, 0)
  assert.ok(first > 0 && first <= 40_000, `${first} bytes`)
  for (const count of [60, 90, 100]) {
    await page.mouse.wheel(0, 100_000)
    await page.waitForFunction((most) => document.querySelectorAll('h3').length >= most, count)
  }
  assert.deepEqual(await titles(page), ids.map((_, index) => `Marathon ${String(index + 1).padStart(2, '0')}`))
  assert.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0)
  assert.deepEqual(problems, [])
  await page.close()
})

test('new events wait until they are asked for, and a score changes in place', async () => {
  await fixtures('Lantern', 4)
  const { page, problems } = await stage.browser.page(listOf('Lantern'))
  await card(page, 'Lantern 04').waitFor()
  const before = await titles(page)
  const eventId = await stage.play({ ...football, title: 'Lantern live' })
  await stage.scorer.event({ sport: 'football', title: 'Lantern later', status: 'scheduled' })
  await page.getByRole('button', { name: '2 new' }).waitFor()
  assert.deepEqual(await titles(page), before)
  await page.getByRole('button', { name: '2 new' }).click()
  await card(page, 'Lantern live').getByText('81′').waitFor()
  assert.deepEqual(await titles(page), ['Lantern live', ...before, 'Lantern later'])
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Lantern live')
  await stage.scorer.score(eventId, { home: { goals: 7 }, summary: { sides: [{ name: 'A', score: '7' }, { name: 'B', score: '2' }] } })
  await card(page, 'Lantern live').getByText('7', { exact: true }).waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})

test('no card moves while it is touched; when it is let go, an ended match goes to its section', async () => {
  const [first] = await fixtures('Kettle', 3)
  await stage.scorer.status(first, 'live')
  const { page, problems } = await stage.browser.page(listOf('Kettle'))
  await page.getByRole('region', { name: 'Live now' }).getByText('Kettle 01').waitFor()
  const box = await card(page, 'Kettle 01').boundingBox()
  const finger = await page.context().newCDPSession(page)
  const touch = (type, ...touchPoints) => finger.send('Input.dispatchTouchEvent', { type, touchPoints })
  const point = { x: Math.round(box.x + 20), y: Math.round(box.y + 10) }
  await touch('touchStart', point)
  const read = page.waitForEvent('requestfinished', (request) => request.url().includes('/api/events?')).catch(() => {})
  await stage.scorer.status(first, 'ended')
  // The news arrives, by the feed or by the next read of the list, and waits.
  await Promise.race([read, page.waitForTimeout(6_000)])
  assert.deepEqual(await card(page, 'Kettle 01').boundingBox(), box)
  assert.equal(await page.getByRole('region', { name: 'Ended' }).count(), 0)
  // The finger moves away before it is lifted, so it opens nothing.
  await touch('touchMove', { x: point.x, y: point.y + 150 })
  await touch('touchEnd')
  await page.getByRole('region', { name: 'Ended' }).getByText('Kettle 01').waitFor()
  assert.equal(await page.getByRole('region', { name: 'Live now' }).count(), 0)
  assert.deepEqual(problems, [])
  await page.close()
})

test('without a server the list says so, and shows the events when it is back', async () => {
  await fixtures('Anchor', 1)
  const { page } = await stage.browser.page('about:blank')
  await page.route('**/api/events?*', (route) => route.abort())
  await page.goto(listOf('Anchor'))
  await page.getByText('The events could not be loaded. Trying again…').or(card(page, 'Anchor 01')).waitFor()
  await page.unroute('**/api/events?*')
  await card(page, 'Anchor 01').waitFor()
  await page.close()
})

test('hostile texts of events and summaries are shown as they are', async () => {
  for (const [index, text] of corpus.entries()) {
    const summary = { sides: [{ name: text, score: text, detail: text }], note: text, period: text, clock: { running: text } }
    const details = { title: `trap ${text}`.slice(0, 200), venue: text.slice(0, 80), competition: { id: 'cup', title: text.slice(0, 80) } }
    await stage.play({ sport: index % 2 ? 'football' : text.slice(0, 40), ...details, updates: [{ summary }] })
  }
  const { page, problems } = await stage.browser.page(listOf('trap'))
  await page.waitForFunction((count) => document.querySelectorAll('h3').length === count, corpus.length)
  await assertHarmless(page, problems, 'the list')
  await page.setViewportSize(phone)
  await assertHarmless(page, problems, 'the list on a phone')
  await page.goto(`${stage.server.url}/#/?q=${encodeURIComponent(corpus[0])}&sport=${encodeURIComponent(corpus[1])}&day=${encodeURIComponent(corpus[2])}`)
  await page.getByText('No events match.').waitFor()
  await assertHarmless(page, problems, 'an address')
  await page.close()
})
