// Every kind of client in one event gets the same updates in the order of the log.

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { Browser } from '../browser/harness/browser.js'
import { withServer } from './harness/cells.js'
import { size } from './harness/deadline.js'
import { openAll } from './harness/followers.js'
import { prepare } from './harness/python.js'

const UPDATES = size('CLIENT_UPDATES', 60)

describe('together', () => {
  before(prepare)
  const ground = withServer('sqlite')

  test(`${UPDATES} updates and a correction reach all kinds of clients alike`, async (t) => {
    const { server, feed } = ground
    const eventId = await feed.event('a match: Home~Away')
    const browser = await Browser.open()
    t.after(() => browser.close())
    const { page, problems } = await browser.page(`${server.url}/healthz`)
    const all = await openAll(t, { server, page }, eventId)
    assert.equal(new Set(all.map(({ name }) => name)).size, 19)
    for (const seen of all) await seen.until(() => seen.hasJoined, 'it joins')

    await feed.scoreAll(eventId, Array.from({ length: UPDATES }, (_, n) => ({ n, text: `é🔥 "${n}" \\ \n\r \u2028`, list: [n / 3, null, -n] })))
    await feed.client.ask('score:correct', { eventId, voids: [2, 3], data: { text: null }, reason: 'a slip' })

    const { epoch, updates } = await server.get(`/api/events/${encodeURIComponent(eventId)}/updates?limit=1000`)
    const expected = updates.map(({ data, ...meta }) => [data, { eventId, epoch, ...meta }])
    assert.equal(expected.length, UPDATES + 1)
    for (const seen of all) {
      await seen.until(() => seen.scores.length >= expected.length, 'it has all')
      assert.deepEqual(seen.scores, expected, seen.name)
    }
    // The page has no icon.
    assert.deepEqual(problems.filter((problem) => !/favicon|404/.test(problem)), [])
  })
})
