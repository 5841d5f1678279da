// Every limit of a socket, with the official client: messages within the limit are accepted, and one more is refused. The
// buckets refill so slowly that the tests pass on busy machines.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eachCell, opener } from './harness/cells.js'
import { assertError, assertRefused } from './harness/shapes.js'

const HOUR = 3_600_000
const SETTINGS = { SOCKET_RATE: '50/1h', SOCKET_HARD_RATE: '100/1h', REACTION_RATE: '10/1h', MESSAGE_RATE: '5/1h', JOIN_RATE: '40/1h', READ_RATE: '20/1h' }
const LIMITS = [
  { name: 'heartbeat', payload: {}, limit: 50 },
  // ASCII, because client 1.7 encodes other characters twice over polling.
  { name: 'reaction', payload: { emoji: ':)' }, limit: 10, joined: true },
  { name: 'message', payload: { text: 'well played' }, limit: 5, joined: true, user: true },
  { name: 'join', payload: (eventId) => ({ eventId }), limit: 40 },
  { name: 'leaderboard', payload: (eventId) => ({ eventId }), limit: 20 },
  { name: 'score', payload: (eventId) => ({ eventId }), limit: 20, joined: true },
]

eachCell(({ version, mode, ground }) => {
  const open = opener(ground, { version, mode })

  for (const { name, payload, limit, joined, user } of LIMITS) {
    test(`${limit} of ${name} are taken, and one more is told when to come back`, async (t) => {
      const eventId = await ground.feed.event()
      const credentials = user ? { token: await ground.server.token('reviewer') } : undefined
      const client = await open(t, { credentials })
      if (joined) assert.equal((await client.ask('join', { eventId })).ok, true)
      const send = () => client.ask(name, typeof payload === 'function' ? payload(eventId) : payload)
      const answers = await Promise.all(Array.from({ length: limit + 1 }, send))
      const refused = answers.filter(({ ok }) => !ok)
      assert.equal(answers.length - refused.length, limit, JSON.stringify(refused[0]))
      assertRefused(refused[0], 'rate_limited')
      const { retryAfterMs } = refused[0].error
      assert.ok(retryAfterMs > 0 && retryAfterMs <= HOUR / limit + 1, `retryAfterMs is ${retryAfterMs}`)
    })
  }

  test('without an acknowledgement a limit is an exception', async (t) => {
    const eventId = await ground.feed.event()
    const client = await open(t)
    assert.equal((await client.ask('join', { eventId })).ok, true)
    for (let sent = 0; sent < 11; sent += 1) client.send('reaction', { emoji: ':)' })
    const [{ event, error }] = await client.message('exception')
    assert.equal(event, 'reaction')
    assertError(error, 'rate_limited')
    assert.ok(error.retryAfterMs > 0)
  })

  test('a hundred messages are answered, and more close the connection', async (t) => {
    const brisk = await open(t)
    const answers = await Promise.all(Array.from({ length: 100 }, () => brisk.ask('heartbeat', {})))
    assert.equal(answers.length, 100)
    const flooding = await open(t)
    for (let sent = 0; sent < 200; sent += 1) flooding.send('heartbeat', {})
    await flooding.until(() => flooding.all('disconnect').length > 0, 'the end of the connection')
    assert.equal(brisk.all('disconnect').length, 0)
  })
}, SETTINGS)
