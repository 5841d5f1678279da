// Several updates in one `score`, sent by the official clients.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eachCell, opener } from './harness/cells.js'
import { assertError } from './harness/shapes.js'

eachCell(({ version, mode, ground }) => {
  const open = opener(ground, { version, mode })

  test('the updates of a batch arrive once and in order, with the times that the scorer gave', async (t) => {
    const eventId = await ground.feed.event()
    const viewer = await open(t)
    const { epoch } = await viewer.ask('join', { eventId })
    const scorer = await open(t, { namespace: '/admin', credentials: { token: ground.token } })
    const updates = Array.from({ length: 20 }, (_, n) => ({ data: { n, text: 'four' }, opId: `${n}`, at: 1000 + n }))
    const answer = await scorer.ask('score', { eventId, updates })
    const results = updates.map((_, n) => ({ seq: n + 1, duplicate: false }))
    assert.deepEqual(answer, { ok: true, epoch, results })
    await viewer.message('score', updates.length)
    for (const [n, [data, meta]] of viewer.all('score').entries()) {
      assert.deepEqual(data, updates[n].data)
      const { receivedAt, ...rest } = meta
      assert.deepEqual(rest, { eventId, epoch, seq: n + 1, kind: 'update', at: 1000 + n })
      assert.ok(receivedAt > 1_700_000_000_000, JSON.stringify(meta))
    }
    const again = await scorer.ask('score', { eventId, updates: updates.slice(5, 7) })
    assert.deepEqual(again.results, [{ seq: 6, duplicate: true }, { seq: 7, duplicate: true }])
    const refused = await scorer.ask('score', { eventId, updates: [{ data: {} }, { data: {}, at: 1 }] })
    assertError(refused.error, 'conflict')
    assert.deepEqual([refused.error.index, refused.error.at > 1_700_000_000_000], [1, true])
    await viewer.settled()
    assert.equal(viewer.all('score').length, updates.length)
  })
})
