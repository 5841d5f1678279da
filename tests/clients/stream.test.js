// `EventSource` as pages use it: it comes back by itself, and by its last id misses nothing.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { EventSource } from 'eventsource'
import { withServer } from './harness/cells.js'
import { within } from './harness/deadline.js'
import { Feed } from './harness/feed.js'

describe('EventSource', () => {
  const ground = withServer('sqlite')

  /** A source, and waits for its events. */
  function open(t, address) {
    const source = new EventSource(address)
    t.after(() => source.close())
    const log = []
    let look = () => {}
    for (const name of ['joined', 'score', 'server:drain', 'error', 'open']) {
      source.addEventListener(name, (event) => {
        log.push({ name, id: event.lastEventId, data: event.data && JSON.parse(event.data), code: event.code })
        look()
      })
    }
    const until = (found, what) => within(new Promise((done) => {
      look = () => found() && done()
      look()
    }), () => `${what}; it has ${JSON.stringify(log.slice(-3))}`, 20_000)
    const of = (wanted) => log.filter(({ name }) => name === wanted)
    return { source, of, until, count: (name, count) => until(() => of(name).length >= count, `${count} of ${name}`) }
  }

  test('after a restart it goes on where it was, without a gap', async (t) => {
    const { server, feed } = ground
    t.after(() => server.bringBack())
    const eventId = await feed.event()
    const { of, count } = open(t, `${server.url}/api/events/${eventId}/stream`)
    await count('joined', 1)
    await feed.scoreAll(eventId, [1, 2, 3].map((n) => ({ n })))
    await count('score', 3)
    const { code } = await server.terminate()
    assert.equal(code, 0)
    await count('server:drain', 1)
    await server.startAgain()
    const again = await Feed.open(server, ground.token)
    t.after(() => again.close())
    await again.scoreAll(eventId, [4, 5].map((n) => ({ n })))
    await count('score', 5)
    assert.deepEqual(of('joined').map(({ data }) => data.recovered), [false, true])
    const { epoch } = await server.event(eventId)
    const seen = of('score').map(({ id, data }) => [id, data.data, data.meta.kind])
    assert.deepEqual(seen, [1, 2, 3, 4, 5].map((n) => [`${epoch}:${n}`, { n }, 'update']))
  })

  test('where there is nothing to follow it is told, and does not try for ever', async (t) => {
    const { source, of, count } = open(t, `${ground.server.url}/api/events/${randomUUID()}/stream`)
    await count('error', 1)
    assert.equal(of('error')[0].code, 404)
    assert.equal(source.readyState, EventSource.CLOSED)
  })
})
