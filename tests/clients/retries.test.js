// The official client's `retries`: a message without an answer in time is sent again, with a new acknowledgement id.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withServer } from './harness/cells.js'
import { Client } from './harness/clients.js'
import { openProxy } from './harness/proxy.js'

const MINUTE = 60_000

describe('retries', () => {
  const ground = withServer('sqlite')

  test('a message and a reaction with an opId that are sent again appear once', async (t) => {
    const { server, feed } = ground
    const eventId = await feed.event()
    const { token } = await server.signIn('ann@example.com', 'phone')
    const viewer = await Client.open(server.url)
    t.after(() => viewer.close())
    await viewer.ask('join', { eventId })
    const proxy = await openProxy(server.port, {})
    t.after(() => proxy.close())
    const client = await Client.open(proxy.url, { credentials: { token, eventId }, engine: { retries: 10, ackTimeout: 200 } })
    t.after(() => client.close())
    const sent = { message: 0, reaction: 0 }
    client.socket.onAnyOutgoing((name) => (sent[name] += 1))

    for (const [name, payload] of [['message', { text: 'once', opId: 'a' }], ['reaction', { emoji: '🔥', opId: 'a' }]]) {
      proxy.hold()
      client.socket.emit(name, payload, (error, answer) => client.note({ answer: name, args: [error, answer] }))
      // Poll, because nothing else reports attempts without an answer.
      const looking = setInterval(() => client.note({ name: 'look', args: [] }), 50)
      await client.until(() => sent[name] >= 3, `three attempts to send ${name}`, MINUTE)
      clearInterval(looking)
      proxy.release()
      const answered = await client.until(() => client.log.find(({ answer }) => answer === name), `the answer to ${name}`, MINUTE)
      assert.deepEqual(answered.args, [null, { ok: true }])
    }

    const counted = () => viewer.all('pulse').map(([{ reactions }]) => reactions.totals['🔥']).find((count) => count > 0)
    assert.equal(await viewer.until(counted, 'the reaction', MINUTE), 1)
    await viewer.settled()
    assert.deepEqual(viewer.all('message').map(([{ text }]) => text), ['once'])
  })
})
