// An Engine.IO session of either version over either transport, behind one interface. Packets are sent and received
// unchanged.

import { DEADLINE } from '../../clients/harness/deadline.js'
import { BINARY, CLOSE, TEXT, Wire } from './frames.js'
import { call, get } from './http.js'
import { Mailbox } from './mailbox.js'
import { decode, encode } from './payload.js'

/** All combinations of version and transport. */
export const cells = [3, 4].flatMap((version) => ['websocket', 'polling'].map((transport) => ({ version, transport })))

class Session {
  packets = new Mailbox()
  /** Whether to answer Engine.IO's heartbeat automatically. */
  beats = true

  /** The next packet that is not a heartbeat. */
  async next(ms = DEADLINE) {
    const until = performance.now() + ms
    for (;;) {
      const packet = await this.packets.next('the next packet', Math.max(1, until - performance.now()))
      if (!this.beats || !this.isBeat(packet)) return packet
    }
  }

  isBeat(packet) {
    return packet === '2' || packet === '3' || packet === '6'
  }

  /** Waits for the end of the session and returns the milliseconds until then. */
  async closed(ms = DEADLINE) {
    const since = performance.now()
    this.before = await this.packets.rest('the end of the session', ms)
    return performance.now() - since
  }

  /** Sends CONNECT, unless the version connects implicitly, and returns the answer. */
  async connect(namespace = '/', auth, ms = DEADLINE) {
    const until = performance.now() + ms
    const path = namespace === '/' ? '' : namespace
    if (this.version === 4) this.send(`40${path}${path && auth ? ',' : ''}${auth ? JSON.stringify(auth) : ''}`)
    else if (namespace !== '/') this.send(`40${path}`)
    for (;;) {
      const packet = await this.next(Math.max(1, until - performance.now()))
      if (packet === undefined) throw new Error('closed instead of connected')
      if (packet.startsWith?.(`40${path}`) || packet.startsWith?.('44')) return packet
    }
  }
}

class WebSocketSession extends Session {
  constructor(wire, version) {
    super()
    this.wire = wire
    this.version = version
    this.#read()
  }

  async #read() {
    for (;;) {
      const frame = await this.wire.frames.next('a frame', 2 ** 31 - 1)
      if (frame === undefined) return this.packets.finish(this.wire.frames.end)
      if (frame.opcode === CLOSE) return this.packets.finish({ code: frame.payload.length > 1 ? frame.payload.readUInt16BE(0) : undefined })
      if (frame.opcode === TEXT) this.#take(frame.payload.toString())
      else if (frame.opcode === BINARY) this.packets.put(this.version === 3 ? frame.payload.subarray(1) : frame.payload)
    }
  }

  #take(packet) {
    if (this.version === 4 && packet === '2' && this.beats) this.send('3')
    this.packets.put(packet)
  }

  send(...packets) {
    const frames = packets.map((packet) => {
      if (!Buffer.isBuffer(packet)) return [TEXT, packet]
      return [BINARY, this.version === 3 ? Buffer.concat([Buffer.from([4]), packet]) : packet]
    })
    for (const [opcode, payload] of frames) this.wire.send(opcode, payload)
  }

  destroy() {
    this.wire.destroy()
  }
}

class PollingSession extends Session {
  posts = []
  #stopped = false

  constructor(server, path, version, b64) {
    super()
    this.server = server
    this.path = path
    this.version = version
    this.b64 = b64
  }

  /** Polls until the session is over. */
  async read() {
    for (;;) {
      const answer = await get(this.server, this.path, { ms: 60_000 }).catch((error) => ({ status: 0, text: error.message }))
      if (this.#stopped) return this.packets.finish('stopped')
      if (answer.status !== 200) return this.packets.finish(answer)
      for (const packet of decode(answer.body, this.version, answer.headers['content-type'])) {
        if (this.version === 4 && packet === '2' && this.beats) this.send('3')
        if (packet === '1') return this.packets.finish('1')
        this.packets.put(packet)
      }
    }
  }

  /** Sends the packets in one POST; its answer goes to `posts`. */
  send(...packets) {
    const { body, type } = encode(packets, this.version, { b64: this.b64 })
    const sent = call(this.server, 'POST', this.path, { body, headers: { 'content-type': type } })
    this.posts.push(sent)
    sent.catch(() => {})
    return sent
  }

  destroy() {
    this.#stopped = true
    this.send('1')
  }
}

/** The path of a handshake. */
export const address = ({ version = 4, transport = 'websocket', query = '' } = {}) =>
  `/socket.io/?EIO=${version}&transport=${transport}${query}`

/** Opens a session. `open` is the content of its handshake. */
export async function open(server, { version = 4, transport = 'websocket', b64 = true, query = '', headers } = {}) {
  const path = address({ version, transport, query: `${query}${version === 3 && b64 ? '&b64=1' : ''}` })
  if (transport === 'websocket') {
    const wire = await Wire.open(server, path, { headers })
    const first = await wire.text()
    const session = new WebSocketSession(wire, version)
    session.open = handshake(first)
    return session
  }
  const answer = await get(server, path, { headers })
  if (answer.status !== 200) throw Object.assign(new Error(`the handshake was answered ${answer.status}: ${answer.text}`), answer)
  const [first, ...more] = decode(answer.body, version, answer.headers['content-type'])
  const opened = handshake(first)
  const session = new PollingSession(server, `${path}&sid=${opened.sid}`, version, b64)
  session.open = opened
  for (const packet of more) session.packets.put(packet)
  session.read()
  return session
}

function handshake(packet) {
  if (!packet?.startsWith?.('0{')) throw new Error(`no handshake: ${packet}`)
  return JSON.parse(packet.slice(1))
}

/** Opens a session in `/`. `connected` is the answer to CONNECT. */
export async function join(server, options) {
  const session = await open(server, options)
  session.connected = await session.connect()
  return session
}
