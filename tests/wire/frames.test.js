// RFC 6455 with raw frames, on each WebSocket path: every case ends with its close code, or leaves the connection open.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { BINARY, CLOSE, PING, PONG, TEXT, Wire, closing, frame } from './harness/frames.js'
import { get } from './harness/http.js'
import { paths } from './harness/paths.js'
import { start } from './harness/server.js'

const LIMIT = 64 * 1024
const bytes = (...list) => Buffer.from(list)
const half = '42["x","é'

/** `[name, frames, close code]`. Code 0: the connection stays open. */
const cases = [
  ['an unmasked frame', [frame(TEXT, '2', { masked: false })], 1002],
  ['the first reserved bit', [frame(TEXT, '2', { rsv: 4 })], 1002],
  ['the second reserved bit', [frame(TEXT, '2', { rsv: 2 })], 1002],
  ['the third reserved bit', [frame(PING, '', { rsv: 1 })], 1002],
  ['the reserved opcode 3', [frame(3, 'x')], 1002],
  ['the reserved opcode 7', [frame(7)], 1002],
  ['the reserved control opcode 11', [frame(11)], 1002],
  ['the reserved control opcode 15', [frame(15)], 1002],
  ['a fragmented ping', [frame(PING, 'x', { fin: false })], 1002],
  ['a fragmented close', [frame(CLOSE, closing(1000), { fin: false })], 1002],
  ['a ping of 126 bytes', [frame(PING, Buffer.alloc(126))], 1002],
  ['a close of 126 bytes', [frame(CLOSE, closing(1000, 'x'.repeat(124)))], 1002],
  ['a continuation of nothing', [frame(0, 'x')], 1002],
  ['a text within a fragmented text', [frame(TEXT, half, { fin: false }), frame(TEXT, 'x')], 1002],
  ['a length with its highest bit set', [Buffer.concat([bytes(0x82, 0xff, 0x80), Buffer.alloc(7), bytes(1, 2, 3, 4)])], 1002],
  ['a text that is not UTF-8', [frame(TEXT, bytes(0x34, 0xff))], 1007],
  ['a text that ends within a character', [frame(TEXT, bytes(0x34, 0xe2, 0x82))], 1007],
  ['an overlong encoding', [frame(TEXT, bytes(0x34, 0xc0, 0xaf))], 1007],
  ['a surrogate in UTF-8', [frame(TEXT, bytes(0x34, 0xed, 0xa0, 0x80))], 1007],
  ['a character that is split over fragments, wrongly', [frame(TEXT, bytes(0x34, 0xe2), { fin: false }), frame(0, bytes(0x28, 0xa1))], 1007],
  ['fragments that end within a character', [frame(TEXT, bytes(0x34), { fin: false }), frame(0, bytes(0xf0, 0x9f))], 1007],
  ['a frame over the limit', [frame(BINARY, Buffer.alloc(LIMIT + 1))], 1009],
  ['a frame of 2 GiB, by its head', [frame(BINARY, '', { length: 2 ** 31 })], 1009],
  ['fragments over the limit', [frame(TEXT, 'x'.repeat(40_000), { fin: false }), frame(0, 'x'.repeat(40_000))], 1009],
  ['a close', [frame(CLOSE, closing(1000, 'bye'))], 1000],
  ['a close of the private range', [frame(CLOSE, closing(4000))], 4000],
  ['a close of one byte', [frame(CLOSE, bytes(3))], 1002],
  ['a close with the code 999', [frame(CLOSE, closing(999))], 1002],
  ['a close with the code 1005', [frame(CLOSE, closing(1005))], 1002],
  ['a close with the code 1006', [frame(CLOSE, closing(1006))], 1002],
  ['a close with the code 2999', [frame(CLOSE, closing(2999))], 1002],
  ['a close with the code 5000', [frame(CLOSE, closing(5000))], 1002],
  ['a close whose reason is not UTF-8', [frame(CLOSE, Buffer.concat([closing(1000), bytes(0xff)]))], 1007],
  ['a frame behind a close', [frame(CLOSE, closing(1001)), frame(TEXT, bytes(0xff))], 1001],
  ['a ping of 125 bytes', [frame(PING, Buffer.alloc(125))], 0],
  ['a pong that nobody asked for', [frame(PONG, 'x')], 0],
  ['a length in more bytes than it takes', [frame(TEXT, '3', { wide: 8 })], 0],
]

describe('frames', () => {
  const ground = {}
  before(async () => Object.assign(ground, await start()))
  after(() => ground.server.stop())

  for (const [name, path] of Object.entries(paths)) {
    describe(name, () => {
      const open = async (t) => {
        const wire = await path.open(ground)
        t.after(() => wire.destroy())
        return wire
      }

      for (const [what, frames, code] of cases) {
        test(`${what}: ${code || 'goes on'}`, async (t) => {
          const wire = await open(t)
          wire.write(Buffer.concat(frames))
          if (code === 0) return path.lives(wire)
          assert.equal((await wire.closed()).code, code)
          await wire.ended()
        })
      }

      test('an empty close is answered by one', async (t) => {
        const wire = await open(t)
        wire.send(CLOSE, '')
        assert.ok([undefined, 1000].includes((await wire.closed()).code))
        await wire.ended()
      })

      test('a ping is answered with its payload, also between the fragments of a message', async (t) => {
        const wire = await open(t)
        const [start, end] = path.command(wire)
        wire.write(Buffer.concat([frame(TEXT, start, { fin: false }), frame(PING, 'are you there'), frame(0, end)]))
        for (let pong; !pong; ) {
          const next = await wire.frames.next('the pong')
          assert.ok(next, 'the connection stays open')
          pong = next.opcode === PONG && next.payload.toString() === 'are you there'
        }
        await path.answered(wire)
      })

      test('a text split within a character is one text', async (t) => {
        const wire = await open(t)
        const whole = Buffer.from(path.command(wire, '🔥').join(''))
        const cut = whole.indexOf(Buffer.from('🔥')) + 2
        wire.write(Buffer.concat([frame(TEXT, whole.subarray(0, cut), { fin: false }), frame(0, whole.subarray(cut))]))
        await path.answered(wire)
      })

      test('a frame that comes byte by byte is one frame', async (t) => {
        const wire = await open(t)
        for (const byte of frame(TEXT, path.command(wire).join(''))) {
          wire.write(bytes(byte))
          await new Promise((done) => setImmediate(done))
        }
        await path.answered(wire)
      })

      test('what the server sends is not masked, and has no reserved bits', async (t) => {
        const wire = await open(t)
        wire.send(TEXT, path.command(wire).join(''))
        const { masked, rsv, fin } = await wire.frames.next()
        assert.deepEqual({ masked, rsv, fin }, { masked: false, rsv: 0, fin: true })
      })

      test('half a close ends the connection', async (t) => {
        const wire = await open(t)
        wire.socket.end()
        await wire.ended()
      })

      test('a connection that ends within a frame is forgotten', async (t) => {
        const wire = await open(t)
        wire.socket.resetAndDestroy()
        const gone = await wire.ended()
        assert.ok(gone)
        await path.lives(await open(t))
      })

      for (const [what, headers, status] of [
        ['without a key', { 'Sec-WebSocket-Key': undefined }, 400],
        ['with a key that is none', { 'Sec-WebSocket-Key': 'abc' }, 400],
        ['of another version', { 'Sec-WebSocket-Version': '12' }, 426],
        ['without a version', { 'Sec-WebSocket-Version': undefined }, 426],
        ['without an upgrade', { Connection: 'keep-alive' }, 400],
        ['to another protocol', { Upgrade: 'h2c' }, 400],
      ]) {
        test(`a handshake ${what} is answered ${status}`, async () => {
          const refused = await Wire.open(ground.server, await path.address(ground), { headers }).then(
            (wire) => wire.destroy(),
            (error) => error,
          )
          assert.equal(refused?.status, status, refused?.message)
          if (status === 426) assert.match(refused.answer, /sec-websocket-version: 13/i)
        })
      }
    })
  }

  test('the server is well, and nothing went wrong inside', async () => {
    assert.equal((await get(ground.server, '/healthz')).status, 200)
    assert.doesNotMatch(ground.server.log(), /panic|internal/i)
  })
})
