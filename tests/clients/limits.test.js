// Every limit of a socket, with the official client: what is within it is taken, one more is refused, and
// who waits as told is taken again.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { eachCell, opener } from './harness/cells.js'
import { assertError, assertRefused } from './harness/shapes.js'

// Their defaults; `refill` is the longest wait for one more, in milliseconds.
const LIMITS = [
  { name: 'heartbeat', payload: {}, limit: 50, refill: 400 },
  // In ASCII: what client 1.7 sends beyond that over polling arrives encoded twice.
  { name: 'reaction', payload: { emoji: ':)' }, limit: 10, refill: 1_000, joined: true },
  { name: 'message', payload: { text: 'well played' }, limit: 5, refill: 2_000, joined: true, user: true },
  { name: 'join', payload: (eventId) => ({ eventId }), limit: 40, refill: 250 },
]

eachCell(({ version, mode, ground }) => {
  const open = opener(ground, { version, mode })

  for (const { name, payload, limit, refill, joined, user } of LIMITS) {
    test(`${limit} of ${name} are taken, one more is not, and who waits as told is`, async (t) => {
      const eventId = await ground.feed.event()
      const credentials = user ? { token: await ground.server.token('reviewer') } : undefined
      const client = await open(t, { credentials })
      if (joined) assert.equal((await client.ask('join', { eventId })).ok, true)
      const send = () => client.ask(name, typeof payload === 'function' ? payload(eventId) : payload)
      // At once: the bucket fills up while answers travel. On a busy machine that may be enough for some more.
      const begun = performance.now()
      const answers = await Promise.all(Array.from({ length: limit + 1 }, send))
      while (answers.every(({ ok }) => ok)) answers.push(await send())
      const refilled = Math.floor((performance.now() - begun) / refill)
      const refused = answers.filter(({ ok }) => !ok)
      const taken = answers.length - refused.length
      assert.ok(taken >= limit && taken <= limit + refilled, `${taken} taken: ${JSON.stringify(refused[0])}`)
      assertRefused(refused[0], 'rate_limited')
      const { retryAfterMs } = refused[0].error
      assert.ok(retryAfterMs > 0 && retryAfterMs <= refill + 1, `retryAfterMs is ${retryAfterMs}`)
      await wait(retryAfterMs)
      assert.equal((await send()).ok, true, 'after the time that was told')
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

  test('a hundred messages in a second are answered, and more close the connection', async (t) => {
    const brisk = await open(t)
    const answers = await Promise.all(Array.from({ length: 100 }, () => brisk.ask('heartbeat', {})))
    assert.equal(answers.length, 100)
    const flooding = await open(t)
    for (let sent = 0; sent < 200; sent += 1) flooding.send('heartbeat', {})
    await flooding.until(() => flooding.all('disconnect').length > 0, 'the end of the connection')
    assert.equal(brisk.all('disconnect').length, 0)
  })
})
