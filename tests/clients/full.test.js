// Joining with `full: true`: every `score` is the whole state.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eachCell, opener } from './harness/cells.js'
import { mergePatch } from './harness/history.js'
import { assertJoined, assertMeta, assertRefused } from './harness/shapes.js'

const UPDATES = [
  { home: { goals: 1, name: 'é🔥' }, note: 'x' },
  { home: { goals: 2 }, note: null },
  { away: { goals: 1 }, list: [1, [2]] },
]

eachCell(({ version, mode, ground }) => {
  const open = opener(ground, { version, mode })

  test('a full join brings the whole state with each update', async (t) => {
    const eventId = await ground.feed.event()
    const client = await open(t)
    const answer = await client.ask('join', { eventId, full: true })
    assertJoined(answer, eventId)
    let state = {}
    for (const [n, update] of UPDATES.entries()) {
      state = mergePatch(state, update)
      await ground.feed.score(eventId, update)
      const [data, meta] = await client.message('score', n + 1)
      assert.deepEqual(data, state)
      assertMeta(meta, { eventId, epoch: answer.epoch, seq: n + 1, kind: 'snapshot' })
    }
    const since = { epoch: answer.epoch, seq: UPDATES.length }
    const again = await client.ask('join', { eventId, full: true, since })
    assert.equal(again.recovered, true)
    await client.settled()
    assert.equal(client.all('score').length, UPDATES.length)

    // A join without it brings updates again.
    await client.ask('join', { eventId, since })
    await ground.feed.score(eventId, { note: 'y' })
    const [data, meta] = await client.message('score', UPDATES.length + 1)
    assert.deepEqual([data, meta.kind], [{ note: 'y' }, 'update'])
    assertRefused(await client.ask('join', { eventId, full: 'perhaps' }), 'bad_request')
  })

  test('full may come with the connection', async (t) => {
    const eventId = await ground.feed.event()
    await ground.feed.score(eventId, UPDATES[0])
    const client = await open(t, { credentials: { eventId, full: true } })
    await client.message('score')
    await ground.feed.score(eventId, UPDATES[1])
    const [data, meta] = await client.message('score', 2)
    assert.deepEqual([data, meta.kind], [mergePatch(UPDATES[0], UPDATES[1]), 'snapshot'])
  })
})
