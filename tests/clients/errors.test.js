// Refusals, sent as the acknowledgement or as the message `exception`.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { eachCell, opener } from './harness/cells.js'
import { Client } from './harness/clients.js'
import { within } from './harness/deadline.js'
import { assertError, assertRefused } from './harness/shapes.js'

const epoch = 'x'
const wrong = [
  ['join', { eventId: 'nothing-here' }, 'not_found'],
  ['join', 'nothing-here', 'not_found'],
  ['join', {}, 'bad_request'],
  ['join', null, 'bad_request'],
  ['join', { eventId: '' }, 'bad_request'],
  ['join', { eventId: { id: 1 } }, 'bad_request'],
  ['join', { eventId: 'a/b' }, 'bad_request'],
  ['join', { eventId: 'two  spaces' }, 'bad_request'],
  ['join', { eventId: 'x'.repeat(65) }, 'bad_request'],
  ['join', [1, 2], 'bad_request'],
  ['join', { eventId: 'nothing-here', since: 'no place' }, 'bad_request'],
  ['join', { eventId: 'nothing-here', since: { epoch, seq: 'one' } }, 'bad_request'],
  ['join', { eventId: 'nothing-here', since: { epoch, seq: -1 } }, 'bad_request'],
  ['join', { eventId: 'nothing-here', since: { seq: 1 } }, 'bad_request'],
  ['leave', { eventId: ['x'] }, 'bad_request'],
  ['nonsense', { eventId: 'nothing-here' }, 'unknown_message'],
  ['event:create', { sport: 'x', title: 'y' }, 'unknown_message'],
]

eachCell(({ version, mode, ground }) => {
  const open = opener(ground, { version, mode })
  const refusal = async (t, options) => {
    const client = new Client(ground.server.url, { version, mode, ...options })
    t.after(() => client.close())
    return within(client.refused, 'the refusal')
  }

  test('each wrong message is answered with its error', async (t) => {
    const client = await open(t)
    for (const [name, payload, code] of wrong) {
      const answer = await client.ask(name, payload)
      assert.equal(answer?.error?.code, code, `${name} ${JSON.stringify(payload)}: ${JSON.stringify(answer)}`)
      assertRefused(answer, code)
    }
    assert.deepEqual(client.all('exception'), [])
  })

  test('without an acknowledgement each is an exception', async (t) => {
    const client = await open(t)
    for (const [name, payload] of wrong) client.send(name, payload)
    await client.message('exception', wrong.length)
    const seen = client.all('exception').map(([{ event, error }]) => [event, error.code])
    assert.deepEqual(seen, wrong.map(([name, , code]) => [name, code]))
    assertError(client.all('exception')[0][0].error, 'not_found')
  })

  test('a message without any payload is answered too', async (t) => {
    const client = await open(t)
    assertRefused(await client.ask('join'), 'bad_request')
    assertRefused(await client.ask('nonsense'), 'unknown_message')
  })

  test('a wrong token is refused on / and on /admin', async (t) => {
    const credentials = { token: randomUUID() }
    assert.equal(await refusal(t, { credentials }), 'unauthenticated')
    assert.equal(await refusal(t, { credentials, namespace: '/admin' }), 'unauthenticated')
    assert.equal(await refusal(t, { query: credentials }), 'unauthenticated')
  })

  test('/admin without a token is refused', async (t) => {
    assert.equal(await refusal(t, { namespace: '/admin' }), 'unauthenticated')
  })

  test('a scorer writes to its own event and to no other', async (t) => {
    const own = await ground.feed.event()
    const other = await ground.feed.event()
    const token = await ground.server.token('scorer', [own])
    const client = await open(t, { namespace: '/admin', credentials: { token } })
    const scored = { eventId: own, data: { n: 1 }, opId: randomUUID() }
    const answer = await client.ask('score', scored)
    assert.deepEqual([answer.ok, answer.seq, answer.duplicate], [true, 1, false], JSON.stringify(answer))
    assert.deepEqual(await client.ask('score', scored), { ...answer, duplicate: true })
    assertRefused(await client.ask('score', { ...scored, data: { n: 2 } }), 'conflict')
    assertRefused(await client.ask('score', { eventId: other, data: { n: 1 } }), 'forbidden')
    assertRefused(await client.ask('score', { eventId: own, data: 'text' }), 'bad_request')
    assertRefused(await client.ask('event:create', { eventId: 'mine', sport: 'x', title: 'y' }), 'forbidden')
    assertRefused(await client.ask('nonsense', {}), 'unknown_message')
    assert.deepEqual((await ground.server.event(own)).seq, 1)
    assert.deepEqual((await ground.server.event(other)).seq, 0)
  })
})
