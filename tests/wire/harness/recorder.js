// Records what the official clients send: a proxy in front of the server that parses its connections.

import { connect, createServer } from 'node:net'
import { once } from 'node:events'

/** `{url, port, recordings, close}`. `recordings()` returns the recordings so far, one per connection. */
export async function recorder(server) {
  const connections = []
  const proxy = createServer((client) => {
    const parts = []
    connections.push(parts)
    const upstream = connect(server.port, '127.0.0.1')
    client.on('data', (bytes) => parts.push(bytes))
    client.pipe(upstream).pipe(client)
    for (const end of [client, upstream]) end.on('error', () => { client.destroy(); upstream.destroy() })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    port: proxy.address().port,
    recordings: () => connections.map((parts) => takeApart(Buffer.concat(parts))).filter(Boolean),
    close: () => proxy.close(),
  }
}

/** Parses a connection's requests `{method, path, type, body}`, and the frames `{opcode, payload}` after an upgrade. */
function takeApart(bytes) {
  const requests = []
  for (let rest = bytes; ; ) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return requests.length > 0 ? { requests } : undefined
    const head = rest.subarray(0, end).toString()
    const [, method, path] = head.match(/^(\S+) (\S+)/)
    const length = Number(head.match(/^content-length: *(\d+)/im)?.[1] ?? 0)
    const body = rest.subarray(end + 4, end + 4 + length)
    requests.push({ method, path, type: head.match(/^content-type: *(.*)$/im)?.[1], body })
    rest = rest.subarray(end + 4 + length)
    if (/^upgrade: *websocket/im.test(head)) return { requests, frames: frames(rest) }
  }
}

function frames(bytes) {
  const all = []
  for (let rest = bytes; rest.length >= 6; ) {
    const short = rest[1] & 127
    const at = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0)
    const length = short < 126 ? short : short === 126 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2))
    const mask = rest.subarray(at, at + 4)
    const payload = rest.subarray(at + 4, at + 4 + length).map((byte, i) => byte ^ mask[i % 4])
    all.push({ opcode: rest[0] & 15, payload: Buffer.from(payload) })
    rest = rest.subarray(at + 4 + length)
  }
  return all
}
