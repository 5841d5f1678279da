// Viewers that stop reading during large updates: the server's memory stays bounded, other viewers are not affected, and
// the stalled ones end with the right state or are disconnected.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { withServer } from './harness/cells.js'
import { Client } from './harness/clients.js'
import { databases } from './harness/database.js'
import { size, spread, tookLess } from './harness/deadline.js'
import { Follower } from './harness/follower.js'
import { RawClient } from './harness/raw.js'

const SECONDS = size('STALL_SECONDS', 8)
const UPDATES = size('STALL_UPDATES', 500)
// More than the kernel keeps of a connection, 10 MB with its largest buffers, so that each of the stalled is behind.
const BYTES = 40_000
const STALLED = 20
const READING = ['websocket', 'websocket', 'websocket', 'polling', 'polling', 'upgrade']
// In MB. Without a bound, the stalled viewers alone would take 20 x 500 x 40 kB = 400 MB, less a few MB each in the
// kernel. With the bound it is 128 packets each, which viewers may share.
const MEMORY = 150
// In milliseconds. A viewer that waited for a stalled one would wait until that one is closed.
const LATENCY = Math.min(SECONDS, 10) * 1000

for (const database of databases) {
  describe(`on ${database}`, () => {
    const ground = withServer(database)

    test(`${STALLED} viewers stop reading for ${SECONDS} s amid ${UPDATES} updates of ${BYTES} bytes`, async (t) => {
      const { server, feed } = ground
      const eventId = await feed.event()
      const latency = { before: [], during: [] }
      let phase = 'before'
      const readers = []
      const stalled = []
      t.after(() => [...readers, ...stalled].forEach(({ client }) => client.close()))
      for (const mode of READING) {
        const follower = new Follower(eventId).use(await Client.open(server.url, { mode }))
        follower.seen = (data, meta) => {
          if (meta.kind === 'update') latency[phase].push(performance.now() - data.sentAt)
        }
        readers.push(follower)
        await follower.join()
      }
      for (let n = 0; n < STALLED; n++) {
        const follower = new Follower(eventId).use(await RawClient.open(server.url))
        follower.history.isLarge = true
        stalled.push(follower)
        follower.join()
      }

      const usual = UPDATES / 10
      await publish(feed, eventId, usual, SECONDS / 10)
      await Promise.all([...readers, ...stalled].map((follower) => follower.reach(usual)))
      const before = await server.memory()

      phase = 'during'
      for (const { client } of stalled) client.stopReading()
      const most = await publish(feed, eventId, UPDATES, SECONDS, () => server.memory())
      const last = usual + UPDATES
      await Promise.all(readers.map((follower) => follower.reach(last)))
      t.diagnostic(`memory ${before.toFixed(0)} MB before, at most ${most.toFixed(0)} MB while they stalled`)
      t.diagnostic(`latency of the others before: ${spread(latency.before)}`)
      t.diagnostic(`latency of the others then:   ${spread(latency.during)}`)
      assert.ok(most - before < MEMORY, `memory grew from ${before} to ${most} MB`)
      tookLess(Math.max(...latency.during), LATENCY, 'an update to a viewer that reads')
      const final = await server.event(eventId)
      for (const { faults, history } of readers) {
        assert.deepEqual(faults, [])
        assert.deepEqual([history.updates, history.snapshots, history.seq], [last, 0, last])
        assert.deepEqual(history.state, final.snapshot)
      }

      const ends = { snapshot: 0, closed: 0, updates: 0 }
      for (const follower of stalled) ends[await resume(server, follower, last)] += 1
      t.diagnostic(`the stalled ended by ${JSON.stringify(ends)}`)
      for (const { faults, history } of stalled) {
        assert.deepEqual(faults, [])
        assert.deepEqual(history.state, final.snapshot)
        history.checkSnapshots(() => BYTES)
      }
      // On a busy machine the kernel may keep enough for one of them.
      assert.ok(ends.updates < STALLED, 'the stall was too short to matter, or the queue is unbounded')
    })
  })
}

/** How many updates wait for their answers at most: a slow disk makes the publisher slower, and no answer late. */
const WAITING = 50

/** Publishes evenly over `seconds`. Returns the highest value of `measure`. */
async function publish(feed, eventId, count, seconds, measure = () => 0) {
  const begun = performance.now()
  const answers = []
  let most = await measure()
  for (let n = 0; n < count; n++) {
    await pause(Math.max(0, begun + (n * seconds * 1000) / count - performance.now()))
    if (n >= WAITING) await answers[n - WAITING]
    answers.push(feed.score(eventId, { n, sentAt: performance.now(), filling: 'x'.repeat(BYTES) }))
    if (n % 10 === 0) most = Math.max(most, await measure())
  }
  await Promise.all(answers)
  return Math.max(most, await measure())
}

/** Reads until the state is complete; a disconnected client rejoins with `since`. Returns how it ended. */
async function resume(server, follower, last) {
  const snapshots = follower.history.snapshots
  const { client } = follower
  client.readOn()
  const done = () => client.closed || follower.faults.length > 0 || follower.history.seq >= last
  await client.until(done, 'the state, or the end of the connection')
  if (!client.closed) return follower.history.snapshots > snapshots ? 'snapshot' : 'updates'
  follower.history.left()
  follower.use(await RawClient.open(server.url))
  follower.join()
  await follower.reach(last)
  return 'closed'
}
