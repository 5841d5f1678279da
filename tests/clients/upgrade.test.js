// Clients that start with polling and try a WebSocket through a proxy on which WebSockets fail: their session continues
// over polling.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withServer } from './harness/cells.js'
import { Client } from './harness/clients.js'
import { within } from './harness/deadline.js'
import { Follower } from './harness/follower.js'
import { faults, openProxy } from './harness/proxy.js'

const UPDATES = 14
const BURST = 300
const MINUTE = 60_000
// The most milliseconds from the start to `connect`, if nothing else uses the machine.
const CONNECTED = process.env.SOAK ? 2_000 : MINUTE

const clients = {
  'client 4.8': { version: '4.8' },
  'client 4.8, msgpack': { version: '4.8', msgpack: true },
  'client 3.1': { version: '3.1' },
  'client 2.5': { version: '2.5' },
  'client 1.7': { version: '1.7' },
}

describe('a WebSocket that works or not', { concurrency: true }, () => {
  const ground = withServer('sqlite', { SOCKET_RATE: '100000/1s', SOCKET_HARD_RATE: '100000/1s' })

  for (const [fault, doing] of Object.entries(faults)) {
    for (const [name, options] of Object.entries(clients)) {
      test(`${name}, ${fault}: every update is seen once`, async (t) => {
        const { server, feed } = ground
        const eventId = await feed.event()
        const proxy = await openProxy(server.port, doing)
        t.after(() => proxy.close())

        const begun = performance.now()
        const client = new Client(proxy.url, { mode: 'upgrade', ...options })
        t.after(() => client.close())
        const { engine } = client.socket.io
        const probed = new Promise((done) => {
          for (const event of ['upgrade', 'upgradeError']) engine.once(event, () => done(engine.transport.name))
        })
        await client.until(() => client.socket.connected, 'the connection', CONNECTED)
        t.diagnostic(`connected after ${(performance.now() - begun).toFixed(0)} ms`)

        const follower = new Follower(eventId).use(client)
        await follower.join()
        for (let n = 1; n <= UPDATES; n++) await feed.score(eventId, { n })
        await follower.reach(UPDATES, MINUTE)
        // The server waits as long for the probe as for CONNECT.
        const transport = await within(probed, 'the end of the probe', MINUTE)
        assert.equal(transport, fault === 'none' ? 'websocket' : 'polling')
        for (let n = UPDATES + 1; n <= 2 * UPDATES; n++) await feed.score(eventId, { n })
        await follower.reach(2 * UPDATES, MINUTE)
        await client.settled()

        assert.equal(engine.transport.name, transport)
        assert.deepEqual(client.log.filter(({ name }) => name === 'disconnect'), [])
        const { updates, snapshots } = follower.history
        assert.deepEqual([updates, snapshots], [2 * UPDATES, 0])
      })
    }
  }

  for (const version of ['4.8', '3.1', '2.5', '1.7']) {
    test(`client ${version}: all of hundreds of messages that are sent while it upgrades are answered`, async (t) => {
      // The answers to one burst do not fit into the queue of a polling session.
      const client = new Client(ground.server.url, { version, mode: 'upgrade', upgradeAfter: 100 })
      t.after(() => client.close())
      await client.until(() => client.socket.connected, 'the connection', MINUTE)
      let answered = 0
      let sent = 0
      const { engine } = client.socket.io
      while (engine.transport.name === 'polling' || sent === 0) {
        for (let n = 0; n < BURST; n++) client.socket.emit('heartbeat', {}, () => client.note({ answer: 'heartbeat', args: [++answered] }))
        sent += BURST
        await client.until(() => answered > sent - 2 * BURST, `answer ${sent - 2 * BURST}`, MINUTE)
      }
      await client.until(() => answered === sent, `${sent} answers`, MINUTE)
      assert.deepEqual(client.log.filter(({ name }) => name === 'disconnect'), [])
    })
  }
})
