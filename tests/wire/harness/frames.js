// A WebSocket client (RFC 6455) for invalid frames: the caller controls each bit.

import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { DEADLINE, within } from '../../clients/harness/deadline.js'
import { Mailbox } from './mailbox.js'

export const TEXT = 1
export const BINARY = 2
export const CLOSE = 8
export const PING = 9
export const PONG = 10

/** Engine.IO's heartbeat. */
const BEATS = ['2', '3']
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** The bytes of one frame. `length` overrides the length in its header. */
export function frame(opcode, payload = '', { fin = true, rsv = 0, masked = true, length, wide } = {}) {
  const bytes = Buffer.from(payload)
  const size = length ?? bytes.length
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode]
  const mask = masked ? 0x80 : 0
  if (size < 126 && !wide) head.push(mask | size)
  else if (size < 65_536 && wide !== 8) head.push(mask | 126, size >> 8, size & 255)
  else {
    const long = Buffer.alloc(8)
    long.writeBigUInt64BE(BigInt(size))
    head.push(mask | 127, ...long)
  }
  if (!masked) return Buffer.concat([Buffer.from(head), bytes])
  const key = randomBytes(4)
  const hidden = bytes.map((byte, i) => byte ^ key[i % 4])
  return Buffer.concat([Buffer.from(head), key, hidden])
}

/** The payload of a close frame. */
export function closing(code, reason = '') {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(code)
  return Buffer.concat([bytes, Buffer.from(reason)])
}

export class Wire {
  /** Received frames `{opcode, fin, payload}`. It ends with `{code, reason}` of the close frame, if any. */
  frames = new Mailbox()
  #rest = Buffer.alloc(0)
  #closed

  /** Opens a WebSocket. Rejects with the answer's status if the handshake is refused. */
  static async open(server, path, { headers = {}, key = randomBytes(16).toString('base64') } = {}) {
    const wire = new Wire()
    const socket = connect(server.port, '127.0.0.1')
    wire.socket = socket
    socket.setNoDelay(true)
    const lines = {
      Host: `127.0.0.1:${server.port}`,
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': key,
      ...headers,
    }
    const head = Object.entries(lines).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`GET ${path} HTTP/1.1\r\n${head.join('')}\r\n`)
    const answered = new Promise((done, fail) => {
      socket.once('error', fail)
      socket.once('close', () => fail(new Error('closed before the handshake was answered')))
      wire.#upgrading(done)
    })
    wire.head = await within(answered, `the answer to the handshake of ${path}`)
    const status = Number(wire.head.split(' ')[1])
    if (status !== 101) {
      socket.destroy()
      throw Object.assign(new Error(`the handshake was answered ${status}: ${wire.head}`), { status, answer: wire.head })
    }
    const accept = createHash('sha1').update(key + GUID).digest('base64')
    if (!wire.head.toLowerCase().includes(`sec-websocket-accept: ${accept}`.toLowerCase())) {
      throw new Error(`the handshake does not match the key ${key}: ${wire.head}`)
    }
    return wire
  }

  #upgrading(done) {
    let seen = Buffer.alloc(0)
    const read = (bytes) => {
      seen = Buffer.concat([seen, bytes])
      const end = seen.indexOf('\r\n\r\n')
      if (end < 0) return
      this.socket.off('data', read)
      this.socket.removeAllListeners('error').removeAllListeners('close')
      this.socket.on('error', (error) => this.#finish(error.code))
      this.socket.on('end', () => this.#finish('end'))
      this.socket.on('close', () => this.#finish('close'))
      this.socket.on('data', (more) => this.#take(more))
      done(seen.subarray(0, end).toString())
      this.#take(seen.subarray(end + 4))
    }
    this.socket.on('data', read)
  }

  #finish(how) {
    this.frames.finish({ ...this.#closed, how })
  }

  #take(bytes) {
    this.#rest = Buffer.concat([this.#rest, bytes])
    for (;;) {
      const [first, second] = this.#rest
      if (this.#rest.length < 2) return
      let length = second & 127
      let at = 2
      if (length === 126) {
        if (this.#rest.length < 4) return
        length = this.#rest.readUInt16BE(2)
        at = 4
      } else if (length === 127) {
        if (this.#rest.length < 10) return
        length = Number(this.#rest.readBigUInt64BE(2))
        at = 10
      }
      if (this.#rest.length < at + length) return
      const payload = Buffer.from(this.#rest.subarray(at, at + length))
      this.#rest = this.#rest.subarray(at + length)
      const opcode = first & 15
      if (opcode === CLOSE) {
        const code = payload.length >= 2 ? payload.readUInt16BE(0) : undefined
        this.#closed ??= { code, reason: payload.subarray(2).toString() }
      }
      this.frames.put({ opcode, fin: (first & 128) !== 0, rsv: (first >> 4) & 7, masked: (second & 128) !== 0, payload })
    }
  }

  write(bytes) {
    this.socket.write(bytes)
  }

  send(opcode, payload, options) {
    this.write(frame(opcode, payload, options))
  }

  /** The payload of the next text frame. Control frames and Engine.IO's pings in between are skipped. */
  async text(ms = DEADLINE) {
    for (;;) {
      const next = await this.frames.next('a text frame', ms)
      if (next === undefined) throw new Error(`closed instead of a text: ${JSON.stringify(this.frames.end)}`)
      if (next.opcode === TEXT && !BEATS.includes(next.payload.toString())) return next.payload.toString()
    }
  }

  /** Waits for the close frame or the end of the connection: `{code, reason}`. `code` is undefined without a close frame. */
  async closed(ms = DEADLINE) {
    for (;;) {
      const next = await this.frames.next('the close', ms)
      if (next === undefined || next.opcode === CLOSE) return { ...this.#closed }
    }
  }

  /** Waits until the TCP connection ends. */
  async ended(ms = DEADLINE) {
    await this.frames.rest('the end of the connection', ms)
    return this.frames.end
  }

  destroy() {
    this.socket.destroy()
  }
}
