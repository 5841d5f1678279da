// After the join: every update once and in order, leaving, returning with `since`, and the order of a client's own
// messages.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eachCell, opener } from './harness/cells.js'
import { size } from './harness/deadline.js'
import { History, mergePatch } from './harness/history.js'
import { assertJoined, assertMeta, assertNow, assertRefused } from './harness/shapes.js'

const UPDATES = size('CLIENT_UPDATES', 60)

eachCell(({ version, mode, ground }) => {
  const open = opener(ground, { version, mode })

  test(`${UPDATES} updates arrive once, in order and intact`, async (t) => {
    const eventId = await ground.feed.event()
    const client = await open(t)
    const answer = await client.ask('join', { eventId })
    const sent = Array.from({ length: UPDATES }, (_, n) => ({ n, text: `é🔥 "${n}" \\ \n \u2028`, [`key${n % 7}`]: { n } }))
    // At full speed, for clients that may upgrade meanwhile.
    const answers = await ground.feed.scoreAll(eventId, sent)
    assert.deepEqual(answers.map(({ seq }) => seq), sent.map((_, n) => n + 1))
    await client.until(() => client.all('score').at(-1)?.[1].seq === UPDATES, `update ${UPDATES}`)
    if (mode === 'upgrade') await client.upgraded()
    await client.settled()
    const history = new History()
    history.joined(answer)
    for (const [data, meta] of client.all('score')) {
      // A polling client may get a snapshot for a burst larger than its queue.
      if (meta.kind === 'update') assert.deepEqual(data, sent[meta.seq - 1])
      assertMeta(meta, { eventId, epoch: answer.epoch, seq: meta.seq, kind: meta.kind })
      history.take(data, meta)
    }
    assert.equal(history.seq, UPDATES)
    assert.deepEqual(history.state, sent.reduce(mergePatch, {}))
    if (UPDATES < 100) assert.equal(history.snapshots, 0)
  })

  test('after leave no update comes, and join with since brings what was missed', async (t) => {
    const eventId = await ground.feed.event()
    const client = await open(t)
    const { epoch } = await client.ask('join', { eventId })
    await ground.feed.score(eventId, { n: 1 })
    await client.message('score')
    assert.deepEqual(await client.ask('leave', { eventId }), { ok: true })
    await ground.feed.scoreAll(eventId, [{ n: 2 }, { n: 3 }])
    await client.settled()
    assert.equal(client.all('score').length, 1)

    // Some mobile clients can send numbers only as text.
    const answer = await client.ask('join', { eventId, since: { epoch, seq: '1' } })
    assertJoined(answer, eventId)
    assert.deepEqual([answer.recovered, answer.seq, answer.epoch], [true, 3, epoch])
    await ground.feed.score(eventId, { n: 4 })
    await client.message('score', 4)
    await client.settled()
    const seen = client.all('score').map(([data, meta]) => [meta.kind, meta.seq, data])
    assert.deepEqual(seen, [1, 2, 3, 4].map((n) => ['update', n, { n }]))
  })

  test('leave without an eventId leaves the one joined event', async (t) => {
    const eventId = await ground.feed.event()
    const client = await open(t)
    assertRefused(await client.ask('leave', {}), 'not_joined')
    await client.ask('join', { eventId })
    assert.deepEqual(await client.ask('leave', {}), { ok: true })
    await ground.feed.score(eventId, { n: 1 })
    await client.settled()
    assert.deepEqual(client.all('score'), [])
    const other = await ground.feed.event()
    await client.ask('join', { eventId })
    await client.ask('join', { eventId: other })
    assertRefused(await client.ask('leave', {}), 'bad_request')
  })

  test('since with another epoch, or beyond the last update, brings a snapshot', async (t) => {
    const eventId = await ground.feed.event()
    const { epoch } = await ground.feed.score(eventId, { n: 1 })
    const client = await open(t)
    for (const since of [{ epoch: 'another', seq: 1 }, { epoch, seq: 2 }]) {
      const before = client.all('score').length
      const answer = await client.ask('join', { eventId, since })
      assert.equal(answer.recovered, false)
      const [data, meta] = await client.message('score', before + 1)
      assert.deepEqual([data, meta.kind, meta.seq], [{ n: 1 }, 'snapshot', 1])
    }
    const answer = await client.ask('join', { eventId, since: { epoch, seq: 1 } })
    assert.equal(answer.recovered, true)
    await client.settled()
    assert.equal(client.all('score').length, 2)
  })

  test('a request for the score is answered, then the snapshot comes', async (t) => {
    const eventId = await ground.feed.event()
    const { epoch } = await ground.feed.score(eventId, { n: 1 })
    const client = await open(t)
    await client.ask('join', { eventId })
    await client.message('score')
    assert.deepEqual(await client.ask('score', { eventId }), { ok: true, epoch, seq: 1 })
    const [data, meta] = await client.message('score', 2)
    assert.deepEqual(data, { n: 1 })
    assertMeta(meta, { eventId, epoch, seq: 1, kind: 'snapshot' })
    const order = client.log.map((entry) => entry.answer ?? entry.name).filter((name) => name !== 'connect')
    assert.deepEqual(order.filter((name) => ['join', 'score'].includes(name)), ['join', 'score', 'score', 'score'])
    assert.equal(client.log.findIndex((entry) => entry.answer === 'score') < client.log.findLastIndex((entry) => entry.name === 'score'), true)
  })

  // Clients 1.x and 2.x reserve `ping`.
  for (const name of version < '3' ? ['heartbeat'] : ['ping', 'heartbeat']) {
    test(`${name} is answered, or comes back as pong`, async (t) => {
      const client = await open(t)
      const answer = await client.ask(name, { any: ['thing'] })
      assert.equal(answer.ok, true)
      assertNow(answer.now, 'now')
      client.send(name)
      const [pong] = await client.message('pong')
      assertNow(pong.now, 'now')
      await client.settled()
      assert.equal(client.all('pong').length, 1)
    })
  }

  test('messages are handled in the order sent', async (t) => {
    const eventId = await ground.feed.event()
    await ground.feed.score(eventId, { n: 1 })
    const client = await open(t)
    const names = Array.from({ length: 48 }, (_, n) => ['join', 'heartbeat', 'leave'][n % 3])
    const answers = await Promise.all(names.map((name) => client.ask(name, { eventId })))
    assert.deepEqual(answers.map(({ ok }) => ok), names.map(() => true), JSON.stringify(answers.find(({ ok }) => !ok)))
    const order = client.log.filter((entry) => entry.answer).map((entry) => entry.answer)
    assert.deepEqual(order, names)
    // Each join's snapshot arrives between its answer and the answer to the next message.
    const all = client.log.map((entry) => entry.answer ?? entry.name).filter((name) => ['join', 'heartbeat', 'leave', 'score'].includes(name))
    assert.deepEqual(all, names.flatMap((name) => (name === 'join' ? ['join', 'score'] : [name])))
    await ground.feed.score(eventId, { n: 2 })
    await client.settled()
    assert.equal(client.all('score').filter(([, meta]) => meta.kind === 'update').length, 0)
  })
})
