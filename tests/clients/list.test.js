// The list of events, live: the answer has the first page, and `events` says what changes.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eachCell, opener } from './harness/cells.js'

eachCell(({ version, mode, ground }) => {
  const open = opener(ground, { version, mode })

  /** Waits until one of the client's `events` has a change for which `holds` is true. */
  async function until(client, holds) {
    for (let n = 1; ; n += 1) {
      const [events] = await client.message('events', n)
      if (holds(events)) return
    }
  }

  test('a list is watched without joining an event', async (t) => {
    const eventId = await ground.feed.event()
    const client = await open(t)
    const answer = await client.ask('events:watch', { status: ['live', 'paused'], q: 'HOME v' })
    assert.equal(answer.ok, true, JSON.stringify(answer))
    const event = answer.events.find((event) => event.eventId === eventId)
    assert.deepEqual([event.status, event.summary, event.viewers.total], ['live', null, 0])

    const summary = { sides: [{ name: 'é🔥', score: '2' }] }
    await ground.feed.score(eventId, { summary })
    await until(client, ({ changed }) => changed.some((event) => event.eventId === eventId && event.summary?.sides[0].name === 'é🔥'))
    await ground.feed.client.ask('event:status', { eventId, status: 'ended' })
    await until(client, ({ removed }) => removed.includes(eventId))
    assert.equal((await ground.server.event(eventId)).viewers.total, 0)
    assert.equal((await client.ask('events:unwatch', {})).ok, true)
  })
})
