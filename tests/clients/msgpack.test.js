// Clients with `socket.io-msgpack-parser` and JSON clients in the same event receive the same messages.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withServer } from './harness/cells.js'
import { Client, modes } from './harness/clients.js'
import { assertError, assertRefused } from './harness/shapes.js'

/** Values that MessagePack encodes in several ways: numbers of each size, long texts and lists, null. */
const VALUES = {
  numbers: [0, 1, 127, 128, 255, 256, 65_536, 2 ** 32, 2 ** 53 - 1, -1, -32, -33, -129, -32_769, -(2 ** 31) - 1, 1.5, -0.1, 1e-300],
  texts: ['', 'é🔥', 'x'.repeat(31), 'x'.repeat(32), 'x'.repeat(300), '\u2028"\\\n'],
  list: Array.from({ length: 20 }, (_, n) => n),
  fields: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`field ${n}`, n % 2 === 0])),
  nothing: [null, {}, []],
}

describe('msgpack', () => {
  const ground = withServer('sqlite', { OTP_RESEND: '1ms', OTP_PER_IP: '1000/1h', OTP_PER_ADDRESS: '1000/1h' })
  const opener = (t, mode) => async (options) => {
    const client = await Client.open(ground.server.url, { mode, ...options })
    t.after(() => client.close())
    return client
  }

  for (const mode of Object.keys(modes)) {
    describe(mode, () => {
      test('what viewers are told, and are answered, is the same in both encodings', async (t) => {
        const open = opener(t, mode)
        const eventId = await ground.feed.event()
        const { token } = await ground.server.signIn(`ann@${mode}.example.org`, mode)
        const pair = [await open({ msgpack: true, credentials: { token } }), await open({ credentials: { token } })]
        const [packed, plain] = pair
        const both = async (name, payload) => {
          const answers = [await packed.ask(name, payload), await plain.ask(name, payload)]
          for (const answer of answers) delete answer.error?.retryAfterMs
          assert.deepEqual(answers[0], answers[1], name)
          return answers[0]
        }
        await plain.ask('join', { eventId })
        assert.equal((await both('join', { eventId, id: undefined })).viewers.users, 1)
        await ground.feed.score(eventId, VALUES)
        await ground.feed.client.ask('score:correct', { eventId, voids: 1, data: { list: null }, reason: 'a slip' })
        await ground.feed.client.ask('event:update', { eventId, competitors: ['Ann', { name: 'Bob' }] })
        await packed.ask('reaction', { emoji: '🔥', comment: 'what a shot' })
        await packed.ask('message', { text: 'hello é🔥' })
        await both('score', {})
        assertRefused(await both('join', { eventId: 'nope' }), 'not_found')
        assertRefused(await both('reaction', { emoji: 7 }), 'bad_request')
        assertRefused(await both('no such message', null), 'unknown_message')
        assertRefused(await both('message', { text: 'x'.repeat(5000) }), 'too_large')
        assert.equal((await both('leaderboard', { eventId: null })).eventId, null)
        for (const client of pair) client.send('leave', { eventId: 'nope' })

        for (const [name, count] of [['score', 3], ['event', 1], ['reaction', 1], ['message', 1], ['exception', 1]]) {
          const [seen, expected] = [await packed.message(name, count), await plain.message(name, count)]
          assert.deepEqual(seen, expected, name)
          assert.deepEqual(packed.all(name), plain.all(name))
        }
        assert.deepEqual(packed.all('score')[0][0], VALUES)
        assertError(packed.all('exception')[0][0].error, 'not_joined')
        assert.ok((await packed.message('pulse'))[0].viewers.total >= 1)
        if (mode === 'upgrade') await packed.upgraded()

        const since = { epoch: packed.all('score')[0][1].epoch, seq: 1 }
        const late = await open({ msgpack: true, query: { eventId, since: `${since.epoch}:1` } })
        assert.deepEqual(await late.message('score'), plain.all('score')[1])
        assert.equal((await late.ask('join', { eventId, since })).recovered, true)
      })

      test('a scorer publishes in MessagePack what others read in JSON', async (t) => {
        const open = opener(t, mode)
        const eventId = await ground.feed.event()
        const viewer = await open()
        await viewer.ask('join', eventId)
        const scorer = await open({ msgpack: true, namespace: '/admin', credentials: { token: ground.token } })
        const data = { ...VALUES, left: { out: undefined, in: 1 } }
        const { ok, seq } = await scorer.ask('score', { eventId, data, opId: mode })
        assert.deepEqual([ok, seq], [true, 1])
        const [seen] = await viewer.message('score')
        assert.deepEqual(seen, { ...VALUES, left: { in: 1 } })
        assert.deepEqual((await scorer.message('score'))[0], seen, 'its own desk')
        assert.equal((await scorer.ask('score', { eventId, data, opId: mode })).duplicate, true)
        assert.equal((await scorer.ask('stats', { eventId })).events[0].viewers.total, 1)
      })

      test('what JSON does not have is refused, and a token that is not valid', async (t) => {
        const client = await opener(t, mode)({ msgpack: true })
        for (const payload of [Buffer.from('binary'), { eventId: Buffer.from('x') }, { eventId: new Date() }]) {
          assertRefused(await client.ask('join', payload), 'bad_request')
        }
        assert.equal((await client.ask('ping', {})).ok, true)
        const refused = new Client(ground.server.url, { mode, msgpack: true, credentials: { token: 'tls_nobody' } })
        t.after(() => refused.close())
        assert.equal(await refused.refused, 'unauthenticated')
      })
    })
  }

  test('a client is told of a shutdown, and closed, in its own encoding', async (t) => {
    const clients = [await opener(t, 'websocket')({ msgpack: true }), await opener(t, 'polling')({ msgpack: true })]
    const ended = ground.server.terminate()
    for (const client of clients) {
      assert.ok((await client.message('server:drain'))[0].retryInMs >= 0)
      // A WebSocket is closed. A polling client is told, or finds its session gone. Both reconnect on their own.
      const expected = client === clients[0] ? /^transport close$/ : /^transport (close|error)$/
      assert.match((await client.message('disconnect'))[0], expected)
    }
    assert.equal((await ended).code, 0)
  })
})
