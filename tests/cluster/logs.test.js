// The shipped nginx and HAProxy files keep tokens and sessions out of every log, even at debug level and for failing
// requests.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, test } from 'node:test'
import { connect } from 'node:tls'
import { withCluster } from './harness/cluster.js'
import { Proxy, freePort } from './harness/proxy.js'
import { ask, askRaw } from './harness/request.js'
import { Stream } from './harness/stream.js'

const SECRET = 'not-to-be-seen'
const QUERY = `token=tl_${SECRET}&sid=${SECRET}&eventId=match`
/** A path for each location in the files. */
const PATHS = [
  '/', '/api/events', '/api/events/match/stream', '/ws/updates', '/metrics', '/socket.io/',
  '/socket.io/?EIO=4&transport=polling', '/socket.io/?EIO=4&transport=websocket',
].map((path) => `${path}${path.includes('?') ? '&' : '?'}${QUERY}`)

/** Sets nginx's logs to debug level. (HAProxy has no such level; its file defines what is logged.) */
const finest = (text) => text.replace(/^( *error_log \S+) \w+;$/gm, '$1 debug;')

describe('no log has a token or a session', () => {
  const cluster = withCluster()

  for (const kind of ['nginx', 'haproxy']) {
    test(`of ${kind}, whatever goes wrong`, async (t) => {
      const start = async (name, ports) => {
        const proxy = await Proxy.start(kind, ports, cluster.folder, { name: `${kind}-${name}`, edit: finest })
        t.after(() => proxy.stop())
        return proxy
      }
      const ports = cluster.nodes.map(({ port }) => port)
      const up = await start('up', ports)
      // A node that refuses connections, and one that does not speak HTTP.
      const down = await start('down', [await freePort()])
      const odd = await start('odd', [await listening(t, (socket) => socket.end('what?\r\n\r\n'))])
      const mute = await start('mute', [await listening(t, (socket) => socket.destroy())])

      for (const proxy of [up, down, odd, mute]) {
        for (const path of PATHS) {
          await ask(cluster, proxy.url + path, { headers: { referer: `https://club.example/?${QUERY}` } }).catch(() => {})
          await fetch(`http://127.0.0.1:${proxy.plainPort}${path}`, { redirect: 'manual' })
        }
      }
      const head = (more) => `GET /ws/updates?${QUERY} HTTP/1.1\r\nHost: localhost\r\n${more}Connection: close\r\n\r\n`
      for (const more of [`x: ${'x'.repeat(100_000)}\r\n`, 'bad name: x\r\n', 'Host: other\r\n', 'x\r\n', 'Content-Length: x\r\n']) {
        await askRaw(cluster, up, head(more))
      }
      await askRaw(cluster, up, head('').replace('HTTP/1.1', 'HTTP/9.9'))
      await askRaw(cluster, up, `GET /${'x'.repeat(50_000)}?${QUERY} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
      await leaveAtOnce(cluster, up, head(''))

      // A stream that the client closes, and one that the node closes.
      const eventId = await cluster.event()
      const stream = `/api/events/${eventId}/stream?sid=${SECRET}&x=${SECRET}`
      const left = await Stream.overEvents(cluster, up.url + stream)
      left.close()
      const plain = await Stream.overWebSocket(cluster, `${up.url.replace('https', 'wss')}/ws/updates?eventId=${eventId}&x=${SECRET}`)
      const kept = await Stream.overEvents(cluster, up.url + stream)
      for (const node of cluster.nodes) await node.terminate('SIGKILL')
      t.after(() => [plain, kept].forEach((stream) => stream.close()))
      t.after(async () => {
        for (const node of cluster.nodes) await node.startAgain()
      })
      for (const path of PATHS) await ask(cluster, up.url + path).catch(() => {})

      for (const proxy of [up, down, odd, mute]) {
        await proxy.requests((text) => text.includes('/socket.io/'))
        await proxy.stop()
        const logs = await proxy.everyLog()
        assert.ok(logs.includes('/api/events/match/stream'), `the logs lack the request: ${logs.slice(0, 2000)}`)
        const seen = logs.split('\n').find((line) => line.includes(SECRET))
        assert.equal(seen, undefined)
      }
    })
  }
})

/** The port of a server that handles each connection with `treat`. */
async function listening(t, treat) {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    treat(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return server.address().port
}

/** Sends a request and disconnects without waiting for the answer. */
async function leaveAtOnce(cluster, proxy, text) {
  const socket = connect({ host: '127.0.0.1', port: proxy.port, ca: cluster.trusted })
  await once(socket, 'secureConnect')
  socket.write(text)
  socket.destroySoon()
  await once(socket, 'close')
}
