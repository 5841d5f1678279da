// Joining an event: the answer, the state after it, and the ways to name the event.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eachCell, opener } from './harness/cells.js'
import { assertJoined, assertMeta } from './harness/shapes.js'

eachCell(({ version, mode, ground }) => {
  const open = opener(ground, { version, mode })

  test('connects over its transport', async (t) => {
    const client = await open(t)
    if (mode === 'upgrade') await client.upgraded()
    await client.settled()
    assert.equal(client.transport, mode === 'polling' ? 'polling' : 'websocket')
  })

  test('join is answered, and no state follows where nothing was scored', async (t) => {
    const eventId = await ground.feed.event()
    const client = await open(t)
    const answer = await client.ask('join', { eventId })
    assertJoined(answer, eventId)
    assert.equal(answer.seq, 0)
    assert.equal(answer.recovered, false)
    await client.settled()
    assert.deepEqual(client.all('score'), [])

    await ground.feed.score(eventId, { home: 1 })
    const [data, meta] = await client.message('score')
    assert.deepEqual(data, { home: 1 })
    assertMeta(meta, { eventId, epoch: answer.epoch, seq: 1, kind: 'update' })
  })

  test('the snapshot follows the answer, with all updates merged', async (t) => {
    const eventId = await ground.feed.event()
    await ground.feed.score(eventId, { home: { goals: 1, name: 'é🔥' }, note: 'x' })
    await ground.feed.score(eventId, { home: { goals: 2 }, note: null, list: [1, [2]] })
    const client = await open(t)
    const answer = await client.ask('join', { eventId, id: 'someone' })
    assertJoined(answer, eventId)
    assert.equal(answer.seq, 2)
    assert.equal(answer.recovered, false)
    const [data, meta] = await client.message('score')
    assert.deepEqual(data, { home: { goals: 2, name: 'é🔥' }, list: [1, [2]] })
    assertMeta(meta, { eventId, epoch: answer.epoch, seq: 2, kind: 'snapshot' })
    const order = client.log.filter((entry) => entry.answer === 'join' || entry.name === 'score')
    assert.deepEqual(order.map((entry) => entry.answer ?? entry.name), ['join', 'score'])
  })

  test('a second join is answered and sent the state; updates still come once', async (t) => {
    const eventId = await ground.feed.event()
    await ground.feed.score(eventId, { n: 1 })
    const client = await open(t)
    const first = await client.ask('join', { eventId })
    const second = await client.ask('join', { eventId })
    assertJoined(second, eventId)
    assert.equal(second.viewerId, first.viewerId)
    await ground.feed.score(eventId, { n: 2 })
    await client.message('score', 3)
    await client.settled()
    const seen = client.all('score').map(([data, meta]) => [meta.kind, meta.seq, data.n])
    assert.deepEqual(seen, [['snapshot', 1, 1], ['snapshot', 1, 1], ['update', 2, 2]])
  })

  test('the event may be named by a bare text', async (t) => {
    const eventId = await ground.feed.event()
    const client = await open(t)
    assertJoined(await client.ask('join', eventId), eventId)
  })

  test('a number is taken as its text', async (t) => {
    const number = Math.floor(Math.random() * 2 ** 40)
    const eventId = await ground.feed.event(String(number))
    const client = await open(t)
    assertJoined(await client.ask('join', { eventId: number }), eventId)
    assertJoined(await client.ask('join', number), eventId)
  })

  test('an id may hold single spaces and all of its signs', async (t) => {
    const eventId = await ground.feed.event(`Some Id ${Date.now()} a.b_c~d:e@f-${version}-${mode}`)
    const client = await open(t)
    assertJoined(await client.ask('join', { eventId }), eventId)
  })

  // `credentials` are `auth` if the version supports it, otherwise the query.
  for (const way of ['credentials', 'query']) {
    test(`an eventId at connect joins by itself, in the ${way}`, async (t) => {
      const eventId = await ground.feed.event()
      await ground.feed.score(eventId, { n: 1 })
      const client = await open(t, { [way]: { eventId, id: 'me' } })
      const [data, meta] = await client.message('score')
      assert.deepEqual([data, meta.kind, meta.seq], [{ n: 1 }, 'snapshot', 1])
      await ground.feed.score(eventId, { n: 2 })
      const [, next] = await client.message('score', 2)
      assert.deepEqual([next.kind, next.seq], ['update', 2])
    })
  }

  test('an eventId at connect that does not exist is an exception', async (t) => {
    const client = await open(t, { query: { eventId: 'nothing-here' } })
    const [{ event, error }] = await client.message('exception')
    assert.equal(event, 'join')
    assert.equal(error.code, 'not_found')
  })
})
