// Updates at full speed while many viewers join, drop and come back with `since`: each ends with the
// state that the database has, and saw no gap and no duplicate on the way.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withServer } from './harness/cells.js'
import { Client, modes } from './harness/clients.js'
import { databases } from './harness/database.js'
import { size } from './harness/deadline.js'
import { Follower } from './harness/follower.js'
import { mergePatch } from './harness/history.js'

const UPDATES = size('STORM_UPDATES', 300)
const CLIENTS = size('STORM_CLIENTS', 60)
const SEED = size('STORM_SEED', 20260)
const IN_FLIGHT = 16
const PATIENCE = 60
const DEADLINE = 60_000

for (const database of databases) {
  describe(`on ${database}`, () => {
    const ground = withServer(database)

    test(`${CLIENTS} viewers drop and come back amid ${UPDATES} updates`, async (t) => {
      const eventId = await ground.feed.event()
      const random = generator(SEED)
      const storm = { over: false, drops: 0, begun: 0 }
      const viewers = Array.from({ length: CLIENTS }, () => new StormViewer(ground.server.url, eventId, storm, generator(random(2 ** 31))))
      t.after(() => viewers.forEach((viewer) => viewer.follower.client?.close()))

      await Promise.all(viewers.map((viewer) => viewer.arrive()))
      const begun = performance.now()
      const churn = viewers.map((viewer) => viewer.stay())
      const log = await publish(ground.feed, eventId)
      const seconds = (performance.now() - begun) / 1000
      storm.over = true
      for (const viewer of viewers) viewer.wake()
      await Promise.all(churn)

      const final = await ground.server.event(eventId)
      assert.equal(final.seq, UPDATES)
      assert.deepEqual(final.snapshot, log.reduce(mergePatch, {}))
      await Promise.all(viewers.map(({ follower }) => follower.reach(UPDATES, DEADLINE)))
      await Promise.all(viewers.map(({ follower }) => follower.client.settled()))
      for (const { follower } of viewers) {
        assert.deepEqual(follower.faults, [])
        assert.equal(follower.history.seq, UPDATES)
        assert.deepEqual(follower.history.state, final.snapshot)
      }
      const sum = (name) => viewers.reduce((total, { follower }) => total + follower.history[name], 0)
      t.diagnostic(`${UPDATES} updates in ${seconds.toFixed(1)} s; ${storm.drops} drops; recovered ${sum('recovered')}, snapshots ${sum('snapshots')}, updates ${sum('updates')} (seed ${SEED})`)
      assert.ok(storm.drops >= CLIENTS, 'the storm was a storm')
      assert.ok(sum('recovered') > 0, 'some came back by since')
    })
  })
}

/** Publishes all with several in flight; gives the updates' data in the order of `seq`. */
async function publish(feed, eventId) {
  const log = []
  let next = 0
  const one = async () => {
    while (next < UPDATES) {
      const n = next++
      const data = { n, [`k${n % 11}`]: { by: n, text: 'é🔥' }, [`gone${n % 5}`]: n % 2 === 0 ? n : null }
      const { seq } = await feed.score(eventId, data)
      assert.equal(log[seq - 1], undefined, `seq ${seq} was answered twice`)
      log[seq - 1] = data
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, one))
  return log
}

class StormViewer {
  constructor(url, eventId, storm, random) {
    this.url = url
    this.follower = new Follower(eventId)
    this.storm = storm
    this.random = random
    this.wake = () => {}
  }

  /** Connects over some transport and joins, most times with `since`. */
  async arrive() {
    const mode = Object.keys(modes)[this.random(3)]
    this.follower.use(await Client.open(this.url, { mode }))
    await this.#join()
  }

  #join() {
    const forgetful = this.random(5) === 0
    return forgetful ? this.#joinAnew() : this.follower.join()
  }

  #joinAnew() {
    // An application that forgot where it was starts from nothing.
    const { history } = this.follower
    Object.assign(history, { epoch: undefined, seq: 0, state: {} })
    return this.follower.join(undefined)
  }

  /** Drops after some messages and comes back, until the storm is over. */
  async stay() {
    while (!this.storm.over) {
      await this.#messages(1 + this.random(PATIENCE))
      if (this.storm.over) return
      this.storm.drops += 1
      await this.#drop()
    }
  }

  #messages(count) {
    return new Promise((done) => {
      this.wake = done
      let left = count
      this.follower.seen = () => {
        left -= 1
        if (left === 0) done()
      }
      if (this.storm.over) done()
    })
  }

  async #drop() {
    const { client } = this.follower
    const way = this.random(3)
    if (way === 0) {
      await client.ask('leave', { eventId: this.follower.eventId })
      await this.#join()
      return
    }
    if (way === 1) client.close()
    else client.socket.io.engine.close()
    await client.until(() => !client.socket.connected, 'the end of the connection')
    await this.arrive()
  }
}

/** Whole numbers below a limit from a seed (mulberry32), so that a storm can be had again. */
function generator(seed) {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
