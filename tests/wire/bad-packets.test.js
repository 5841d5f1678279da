// A malformed packet ends its session at once, and no other session.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { spread, tookLess } from '../clients/harness/deadline.js'
import { bad, badOverWebSocket, harmless } from './harness/bad-packets.js'
import { get } from './harness/http.js'
import { Asker, start } from './harness/server.js'
import { cells, join, open } from './harness/session.js'

/** Server timeouts far longer than the tests' deadline, so that a session can end only because of its packet. */
const SETTINGS = { PING_INTERVAL: '5m', CONNECT_TIMEOUT: '5m' }
/** In milliseconds, on an idle machine. */
const MEDIAN = 200

describe('what is no packet', () => {
  const ground = {}
  const times = []
  before(async () => Object.assign(ground, await start(SETTINGS)))
  after(() => ground.server.stop())

  for (const cell of cells) {
    describe(`over ${cell.transport} of Engine.IO ${cell.version}`, () => {
      const begin = async (t, how = join) => {
        const session = await how(ground.server, cell)
        t.after(() => session.destroy())
        return session
      }

      const all = cell.transport === 'websocket' ? [...bad, ...badOverWebSocket] : bad
      for (const [what, packets] of all) {
        test(`${what} ends the session`, async (t) => {
          const session = await begin(t)
          session.send(...packets)
          const ms = await session.closed()
          times.push(ms)
          assert.deepEqual(session.before.filter((packet) => /^4[23]/.test(packet)), [], 'nothing is answered')
        })
      }

      for (const [what, packets, code] of harmless) {
        test(`${what} ${code ? `is answered ${code}` : 'has no effect'}`, async (t) => {
          const session = await begin(t)
          session.send(...packets)
          if (code) assert.match(await session.next(), new RegExp(`^42\\["exception",.*"${code}"`))
          session.send('427["heartbeat",{}]')
          assert.match(await session.next(), /^437\[\{"ok":true/)
        })
      }
    })
  }

  test('a message before CONNECT ends the session', async (t) => {
    for (const transport of ['websocket', 'polling']) {
      const session = await open(ground.server, { transport })
      t.after(() => session.destroy())
      session.send('42["heartbeat"]')
      times.push(await session.closed())
    }
  })

  test('CONNECT and a message in one POST end the session, as with the reference server', async (t) => {
    const session = await open(ground.server, { transport: 'polling' })
    t.after(() => session.destroy())
    session.send('40', '42["heartbeat"]')
    times.push(await session.closed())
  })

  test('a polling session that ended is unknown from then on', async () => {
    const session = await join(ground.server, { transport: 'polling' })
    session.send('4abc')
    await session.closed()
    const answer = await get(ground.server, session.path)
    assert.equal(answer.status, 400)
    assert.match(answer.text, /Session ID unknown/)
  })

  test('the sessions were closed at once, not by a later timeout', (t) => {
    t.diagnostic(`closed after ${spread(times)}`)
    const sorted = [...times].sort((a, b) => a - b)
    tookLess(sorted[Math.floor(sorted.length / 2)], MEDIAN, 'the end of a session')
  })

  test('nobody else has noticed, and nothing went wrong inside', async () => {
    await ground.admin.done('heartbeat', {})
    const guest = await Asker.open(ground.server)
    await guest.done('join', { eventId: 'match' })
    guest.close()
    assert.doesNotMatch(ground.server.log(), /panic|internal/i)
  })
})
