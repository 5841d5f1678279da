// Packets larger than `MAX_PACKET`, sent by the official clients: accepted from clients of `/admin`, while any other
// client is disconnected.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eachCell, opener } from './harness/cells.js'
import { assertRefused } from './harness/shapes.js'

const LARGE = 'x'.repeat(200 * 1024)
const FAR_TOO_LARGE = 'x'.repeat(1024 * 1024)

eachCell(({ version, mode, ground }) => {
  const open = opener(ground, { version, mode })

  for (const msgpack of version === '4.8' ? [false, true] : [false]) {
    describe(msgpack ? 'in MessagePack' : 'in JSON', () => {
      const admin = (t, options) => open(t, { msgpack, namespace: '/admin', credentials: { token: ground.token }, ...options })

      test('a large score is taken, and a state that is too large is refused', async (t) => {
        const eventId = await ground.feed.event()
        const scorer = await admin(t)
        if (mode === 'upgrade') await scorer.upgraded()
        assert.equal((await scorer.ask('score', { eventId, data: { a: LARGE } })).ok, true)
        assert.equal((await ground.server.event(eventId)).snapshot.a, LARGE)
        assert.equal((await scorer.ask('score', { eventId, data: { b: LARGE.repeat(3) } })).ok, true)
        assertRefused(await scorer.ask('score', { eventId, data: { c: LARGE.repeat(2) } }), 'too_large')
        assert.equal((await scorer.ask('score', { eventId, data: { a: 1, b: 1 } })).ok, true)
      })

      test('a packet over the limit ends the connection, and the client comes back', async (t) => {
        const eventId = await ground.feed.event()
        const scorer = await admin(t, { reconnection: true })
        scorer.send('score', { eventId, data: { a: FAR_TOO_LARGE } })
        await scorer.message('disconnect')
        await scorer.message('connect', 2)
        assert.equal((await scorer.ask('score', { eventId, data: { a: 1 } })).seq, 1)
      })

      test('a large packet of a viewer ends the connection', async (t) => {
        const viewer = await open(t, { msgpack })
        viewer.send('message', LARGE)
        await viewer.message('disconnect')
      })
    })
  }
})
