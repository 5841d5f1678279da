// Records what the official clients send, mutates it randomly and replays it for a while. The server must keep running,
// leak nothing, and serve another viewer meanwhile. FUZZ_SECONDS sets the duration, FUZZ_SEED the seed: fixed by default,
// so that failures repeat, and random in `make fuzz`.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client, modes, versions } from '../clients/harness/clients.js'
import { size, spread, tookLess } from '../clients/harness/deadline.js'
import { Chance } from './harness/chance.js'
import { Control } from './harness/control.js'
import { CLOSE, TEXT, Wire, closing } from './harness/frames.js'
import { get } from './harness/http.js'
import { recorder } from './harness/recorder.js'
import { Replay } from './harness/replay.js'
import { EVENT, start } from './harness/server.js'
import { settle } from './harness/settle.js'

const SECONDS = size('FUZZ_SECONDS', 20)
const SEED = size('FUZZ_SEED', 20_260)
const AT_ONCE = 16
/** The most that a score may take to reach a viewer meanwhile, in milliseconds, on a machine busy with the attack. */
const LATE = 3_000
/** How much the process may grow after the first quarter of the time, in MB. */
const GROWTH = 48

/** Short timeouts, so that abandoned sessions close soon. */
const SETTINGS = { CONNECT_TIMEOUT: '2s', PING_INTERVAL: '2s', PING_TIMEOUT: '5s' }

const ground = {}
before(async () => Object.assign(ground, await start(SETTINGS)))
after(() => ground.server.stop())

/** Records what each official client sends over each transport. */
async function record({ server, token }) {
  const proxy = await recorder(server)
  const clients = [...versions.map((version) => ({ version })), { version: '4.8', msgpack: true }]
  for (const client of clients.flatMap((each) => Object.keys(modes).map((mode) => ({ ...each, mode })))) {
    const viewer = await Client.open(proxy.url, client)
    if (client.mode === 'upgrade') await viewer.upgraded()
    const { epoch } = await viewer.ask('join', { eventId: EVENT, id: 'ann' })
    await viewer.ask('join', { eventId: EVENT, since: { epoch, seq: 0 } })
    await viewer.ask('reaction', { emoji: '🔥', comment: 'é', eventId: EVENT })
    await viewer.ask('message', { text: 'hello', eventId: EVENT })
    await viewer.ask('leaderboard', { eventId: null })
    await viewer.ask('action:start', { eventId: EVENT, action: 'quiz' })
    await viewer.ask('score', { eventId: EVENT })
    await viewer.ask('heartbeat', {})
    viewer.send('binary', Buffer.from([1, 2, 3]))
    await viewer.ask('leave', { eventId: EVENT })
    viewer.close()
    const desk = await Client.open(proxy.url, { ...client, namespace: '/admin', credentials: { token } })
    await desk.ask('event:list', {})
    await desk.ask('event:update', { eventId: EVENT, title: 'Home v Away' })
    await desk.ask('stats', {})
    desk.close()
  }
  await recordPlain(proxy)
  proxy.close()
  return proxy.recordings()
}

/** Records what a plain WebSocket client sends. */
async function recordPlain(proxy) {
  const wire = await Wire.open(proxy, `/ws/updates?eventId=${EVENT}&id=ann`)
  const commands = [
    { type: 'heartbeat', id: 1 },
    { type: 'reaction', id: 'two', emoji: '🔥', comment: 'é' },
    { type: 'message', id: 3, text: 'hello' },
    { type: 'score', id: 4, eventId: EVENT },
    { type: 'leaderboard', id: 5, eventId: null },
    { type: 'action:start', id: 6, action: 'quiz' },
    { type: 'leave', id: 7, eventId: EVENT },
  ]
  for (const command of commands) wire.send(TEXT, JSON.stringify(command))
  while (!(await wire.text()).startsWith('{"type":"answer","id":7'));
  wire.send(CLOSE, closing(1000))
  await wire.ended()
  const stream = await fetch(`${proxy.url}/api/events/${EVENT}/stream?since=e:0&id=ann`)
  await stream.body.cancel()
}

/** The server's counts of closed connections by reason. */
async function closures(server) {
  const { text } = await get(server, '/metrics')
  return text.split('\n').filter((line) => /^touchline_(closed|disconnected)_total/.test(line)).join('; ')
}

test(`${SECONDS} s of mutated connections, by the seed ${SEED}`, { timeout: (SECONDS + 120) * 1_000 }, async (t) => {
  const { server } = ground
  const recordings = await record(ground)
  for (const kind of ['EIO=3', 'EIO=4', 'parser=msgpack', '/ws/updates']) {
    const talked = ({ requests, frames }) => frames?.length > 3 && requests.at(-1).path.includes(kind)
    assert.ok(recordings.some(talked), `a WebSocket of ${kind} was recorded`)
  }
  const replay = new Replay(server, recordings)
  const sockets = await settle(server)
  const control = await Control.start(ground)
  const begun = performance.now()
  let cases = 0
  let early
  const worker = async () => {
    while (performance.now() - begun < SECONDS * 1_000) {
      const number = cases++
      await replay.play(new Chance(SEED + number)).catch((error) => {
        throw new Error(`case ${number} of seed ${SEED}: ${error.message}`)
      })
      if (early === undefined && performance.now() - begun > SECONDS * 250) early = server.memory()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  const delays = await control.stop().catch(async (error) => {
    throw new Error(`${error.message}; ${await closures(server)}`)
  })
  t.diagnostic(`${cases} cases; a score took ${spread(delays)}`)
  await settle(server, sockets)
  const [before, after] = [await early, await server.memory()]
  t.diagnostic(`memory ${before.toFixed(1)} MB after a quarter, ${after.toFixed(1)} MB at the end; ${sockets} sockets before and after`)

  assert.deepEqual(server.alarms, [], 'no error, no panic')
  assert.deepEqual(replay.failed, [], 'no answer 500')
  tookLess(Math.max(...delays), LATE, 'a score')
  assert.ok(after - before < GROWTH, `from ${before} to ${after} MB`)
  assert.ok(cases > 0, 'no case was played')
  await ground.admin.done('heartbeat', {})
})
