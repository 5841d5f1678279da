// `EventSource` in a page: it reconnects on its own, and its last event id recovers every update.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { EventSource } from 'eventsource'
import { Browser } from '../browser/harness/browser.js'
import { withServer } from './harness/cells.js'
import { createDatabase } from './harness/database.js'
import { within } from './harness/deadline.js'
import { Feed } from './harness/feed.js'
import { openProxy } from './harness/proxy.js'
import { Server } from './harness/server.js'

describe('EventSource', () => {
  const ground = withServer('sqlite')

  /** Opens a source, with waits for its events. */
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

describe("Chromium's EventSource comes back", () => {
  const PAGES = 4
  const MINUTE = 60_000
  let browser
  before(async () => {
    browser = await Browser.open()
  })
  after(() => browser?.close())

  /** Starts a server with an event, and opens pages of it. */
  async function ground(t, settings, database) {
    const server = await (database ? Server.startOn(database, settings) : Server.start('sqlite', settings))
    t.after(() => server.stop())
    const feed = await Feed.open(server, await server.token('admin'))
    t.after(() => feed.close())
    const eventId = await feed.event()
    const pages = []
    for (let n = 0; n < PAGES; n++) {
      const { page } = await browser.page(`${server.url}/healthz`)
      t.after(() => page.close())
      pages.push(page)
    }
    return { server, feed, eventId, pages }
  }

  /** Makes each page follow the event and count its events and errors. */
  const follow = (pages, address) => Promise.all(pages.map((page) => page.evaluate((address) => {
    window.seen = { joined: 0, errors: 0 }
    window.source = new EventSource(address)
    window.source.addEventListener('joined', () => (window.seen.joined += 1))
    window.source.addEventListener('error', () => (window.seen.errors += 1))
  }, address)))

  const all = (pages, done) => Promise.all(pages.map((page) => page.waitForFunction(done, undefined, { timeout: MINUTE })))
  const haveJoined = (pages) => all(pages, () => window.seen.joined > 0)
  const wereRefused = (pages) => all(pages, () => window.seen.errors > 0 && window.source.readyState === EventSource.CONNECTING)

  test('after the budget of handshakes was spent', async (t) => {
    const { server, eventId, pages } = await ground(t, { HANDSHAKE_RATE: '2/2s' })
    await follow(pages, `/api/events/${eventId}/stream`)
    await haveJoined(pages)
    assert.ok(await server.metric('touchline_rate_limited_total{limit="handshake"}') > 0, 'none was refused')
  })

  test('after 429', async (t) => {
    const { server, eventId, pages } = await ground(t, { JOIN_RATE: '1/2s' })
    const token = await server.token('scorer')
    await follow(pages, `/api/events/${eventId}/stream?token=${token}`)
    await haveJoined(pages)
    assert.ok(await server.metric('touchline_rate_limited_total{limit="join"}') > 0, 'none was refused')
  })

  test('after the node was full', async (t) => {
    const { server, eventId, pages } = await ground(t, { MAX_CONNECTIONS: '24' })
    const others = Array.from({ length: 200 }, () => connect(server.port, '127.0.0.1').on('error', () => {}))
    t.after(() => others.forEach((other) => other.destroy()))
    await within((async () => {
      while (await server.metric('touchline_connections').then((count) => count < 20, () => false)) await new Promise(setImmediate)
    })(), 'a node without places', MINUTE)
    await follow(pages, `/api/events/${eventId}/stream`)
    // One stream may reuse the connection of its page.
    await all(pages, () => window.seen.errors > 0 || window.seen.joined > 0)
    others.forEach((other) => other.destroy())
    await haveJoined(pages)
  })

  test('after the database was away', async (t) => {
    const database = await createDatabase('postgres')
    const direct = new URL(database.url)
    let way = await openProxy(Number(direct.port), {})
    t.after(() => way.close())
    const proxied = new URL(direct)
    proxied.port = way.port
    const { eventId, pages } = await ground(t, { DATABASE_TIMEOUT: '1s' }, { url: proxied.href, drop: database.drop })
    // An event that nobody watches, so it is not in memory.
    way.close()
    await follow(pages, `/api/events/${eventId}/stream`)
    await wereRefused(pages)
    way = await openProxy(Number(direct.port), {}, Number(proxied.port))
    await haveJoined(pages)
  })
})
