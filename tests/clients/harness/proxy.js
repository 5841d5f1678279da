// A TCP proxy like those of some antivirus programs and mobile carriers: it passes HTTP and WebSocket handshakes, but not
// the frames that follow.

import { connect, createServer } from 'node:net'

/** What happens to a WebSocket after its handshake: whose frames are dropped, or that it is cut. */
export const faults = {
  none: {},
  "the client's frames are swallowed": { swallowsClient: true },
  "the server's frames are swallowed": { swallowsServer: true },
  'the frames of both are swallowed': { swallowsClient: true, swallowsServer: true },
  'the connection is cut after the 101': { cuts: true },
}

/**
 * A proxy in front of `port`: `{url, port, close, hold, release}`. Between `hold` and `release` it holds back everything
 * that the server sends. It listens on `own`, or on any free port.
 */
export async function openProxy(port, { swallowsClient, swallowsServer, cuts }, own = 0) {
  const sockets = new Set()
  const servers = new Set()
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1')
    servers.add(server)
    server.on('close', () => servers.delete(server))
    let isWebSocket = false
    for (const [socket, other] of [[client, server], [server, client]]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.on('end', () => other.end())
    }
    client.on('data', (data) => {
      if (!isWebSocket || !swallowsClient) server.write(data)
    })
    server.on('data', (data) => {
      if (isWebSocket) {
        if (!swallowsServer) client.write(data)
        return
      }
      isWebSocket = data.toString('latin1').startsWith('HTTP/1.1 101 ')
      if (!isWebSocket) return client.write(data)
      const head = data.indexOf('\r\n\r\n') + 4
      client.write(swallowsServer ? data.subarray(0, head) : data)
      if (cuts) client.destroySoon()
    })
  })
  await new Promise((done) => proxy.listen(own, '127.0.0.1', done))
  const close = () => {
    proxy.close()
    for (const socket of sockets) socket.destroy()
  }
  const hold = () => servers.forEach((server) => server.pause())
  const release = () => servers.forEach((server) => server.resume())
  const { port: listening } = proxy.address()
  return { url: `http://127.0.0.1:${listening}`, port: listening, close, hold, release }
}
