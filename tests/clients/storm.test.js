// Updates at full speed while many viewers join, stall, upgrade, disconnect and return with `since`. Each viewer ends with
// the state in the database, without a gap or duplicate.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { withServer } from './harness/cells.js'
import { Client } from './harness/clients.js'
import { databases } from './harness/database.js'
import { DEADLINE, size, within } from './harness/deadline.js'
import { Follower } from './harness/follower.js'
import { mergePatch } from './harness/history.js'
import { ways } from './harness/ways.js'

// The storm ends after this many updates at full speed, or, if STORM_SECONDS is set, after that time at a steady pace, which
// bounds its disk use.
const UPDATES = size('STORM_UPDATES', 300)
const SECONDS = size('STORM_SECONDS', undefined)
const UPDATES_A_SECOND = 100
const LENGTH = SECONDS ? `for ${SECONDS} s` : `during ${UPDATES} updates`
const CLIENTS = size('STORM_CLIENTS', 60)
const SEED = size('STORM_SEED', 20260)
const IN_FLIGHT = 16
const PATIENCE = 40
// One update in this many is large. A stalled viewer falls behind after 10 MB of updates, or a full queue.
const LARGE_EVERY = 4
const FILLING = 'x'.repeat(40_000)
// The longest stall and the longest delay of an upgrade, in ms. A stall is shorter than CONNECT_TIMEOUT: if the server
// gives up an upgrade, the official client has no transport until it misses a ping.
const STALL = 8_000
const UPGRADE = 500
const MODES = ['websocket', 'polling', 'upgrade', 'upgrade']

for (const database of databases) {
  for (const way of ways) {
    describe(`on ${database}, ${way.name}`, () => {
      const ground = withServer(database, way.settings)

      test(`${CLIENTS} viewers stall, upgrade, drop and come back ${LENGTH}`, async (t) => {
        const { server, feed } = ground
        const eventId = await feed.event()
        const random = generator(SEED)
        const storm = { over: false, drops: 0, stalls: 0, closed: 0, upgrades: 0, upgradesAmid: 0, caughtUp: { websocket: 0, polling: 0 } }
        const viewers = Array.from({ length: CLIENTS }, () => new StormViewer(server.url, eventId, storm, generator(random(2 ** 31))))
        t.after(() => viewers.forEach((viewer) => viewer.follower.client?.close()))

        await Promise.all(viewers.map((viewer) => viewer.arrive()))
        // One viewer stops polling, so it falls behind whatever the pace of updates.
        const sleeper = new StormViewer(server.url, eventId, storm, generator(random(2 ** 31)))
        await sleeper.sleep()
        t.after(() => sleeper.follower.client?.close())
        const begun = performance.now()
        const churn = viewers.map((viewer) => viewer.stay())
        const log = await publish(feed, eventId)
        const seconds = (performance.now() - begun) / 1000
        storm.over = true
        for (const viewer of viewers) viewer.wake()
        await Promise.all(churn)
        sleeper.follower.client.readOn()
        viewers.push(sleeper)

        const final = await server.event(eventId)
        assert.equal(final.seq, log.length)
        assert.deepEqual(final.snapshot, log.reduce(mergePatch, {}))
        await Promise.all(viewers.map((viewer) => viewer.reach(log.length)))
        await Promise.all(viewers.map(({ follower }) => follower.client.settled()))
        const sum = (name) => viewers.reduce((total, { follower }) => total + follower.history[name], 0)
        const behind = await server.metric('touchline_members_behind_total')
        t.diagnostic(`${log.length} updates in ${seconds.toFixed(1)} s (seed ${SEED}); ${JSON.stringify(storm)}`)
        t.diagnostic(`behind ${behind}, recovered ${sum('recovered')}, snapshots ${sum('snapshots')}, updates ${sum('updates')}`)
        const sizes = log.map((data) => Buffer.byteLength(JSON.stringify(data)))
        for (const { follower } of viewers) {
          assert.ifError(follower.faults[0])
          follower.history.checkSnapshots((seq) => sizes[seq - 1])
          assert.equal(follower.history.seq, log.length)
          assert.deepEqual(follower.history.state, final.snapshot)
        }
        assert.ok(behind > 0, 'the sleeping viewer fell behind')
        // How often each of these happens in a short storm depends on the machine.
        if (!SECONDS) return
        assert.ok(storm.drops >= CLIENTS && storm.stalls >= CLIENTS / 2, 'enough disconnects and stalls')
        assert.ok(sum('recovered') > 0, 'some returned with since')
        assert.ok(behind > 1, 'some stalled long enough to fall behind')
        assert.ok(sum('caughtUp') > 0, 'some got a snapshot instead of the updates they missed')
        // The kernel buffers some MB for a WebSocket before the server notices that nobody reads.
        assert.ok(storm.caughtUp.websocket > 0, 'some of these over WebSocket')
        assert.ok(storm.upgrades > 0, 'some upgraded from polling to WebSocket')
        assert.ok(storm.upgradesAmid > 0, 'some upgraded during updates')
      })
    })
  }
}

/** Publishes with several updates in flight until the storm ends. Returns the updates' data by `seq`. */
async function publish(feed, eventId) {
  const log = []
  const begun = performance.now()
  const end = begun + SECONDS * 1000
  let next = 0
  const one = async () => {
    while (SECONDS ? performance.now() < end : next < UPDATES) {
      const n = next++
      if (SECONDS) await pause(Math.max(0, begun + (n * 1000) / UPDATES_A_SECOND - performance.now()))
      const data = { n, [`k${n % 11}`]: { by: n, text: 'é🔥' }, [`gone${n % 5}`]: n % 2 === 0 ? n : null, ...(n % LARGE_EVERY === 0 ? { FILLING } : {}) }
      const { seq } = await feed.score(eventId, data)
      assert.equal(log[seq - 1], undefined, `seq ${seq} was answered twice`)
      log[seq - 1] = data
      // Discard the messages that the desk receives.
      feed.client.log.length = 0
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, one))
  return log
}

class StormViewer {
  constructor(url, eventId, storm, random) {
    this.url = url
    this.follower = new Follower(eventId)
    this.follower.history.isLarge = true
    this.storm = storm
    this.random = random
    this.wake = () => {}
  }

  /** Connects over a random transport and joins, usually with `since`, until the join succeeds. */
  async arrive() {
    do {
      const mode = MODES[this.random(MODES.length)]
      const client = await Client.open(this.url, { mode, upgradeAfter: this.#moment(UPGRADE, 5) })
      this.follower.use(client)
      client.socket.once('disconnect', () => this.wake())
      if (mode === 'upgrade') this.#countUpgrade(client)
    } while (!(await this.#unlessCut(this.#join())))
  }

  /** Joins over polling, and then stops reading. */
  async sleep() {
    this.follower.use(await Client.open(this.url, { mode: 'polling' }))
    await this.#join()
    this.follower.client.stopReading()
  }

  /** A random time up to `longest` ms, usually much shorter: it is halved fewer than `halvings` times. */
  #moment(longest, halvings) {
    return longest / 2 ** this.random(halvings)
  }

  #countUpgrade({ socket, transport }) {
    const { history } = this.follower
    const before = history.updates + history.snapshots
    const count = () => {
      if (this.storm.over) return
      this.storm.upgrades += 1
      if (history.updates + history.snapshots > before) this.storm.upgradesAmid += 1
    }
    if (transport === 'websocket') count()
    else socket.io.engine.once('upgrade', count)
  }

  #join() {
    const forgetful = this.random(5) === 0
    return forgetful ? this.#joinAnew() : this.follower.join()
  }

  #joinAnew() {
    // An application without its history starts from nothing.
    const { history } = this.follower
    Object.assign(history, { epoch: undefined, seq: 0, state: {} })
    return this.follower.join(undefined)
  }

  /** The answer; undefined if the server closed the connection instead, which it may do to stalled viewers. */
  #unlessCut(answer) {
    const { socket } = this.follower.client
    const cut = new Promise((done) => {
      if (socket.connected) socket.once('disconnect', () => done())
      else done()
    })
    return Promise.race([answer.catch((late) => within(cut, late.message)), cut])
  }

  /** Stalls, disconnects and returns, each after some messages, until the storm ends. */
  async stay() {
    while (!this.storm.over) {
      await this.#messages(1 + this.random(PATIENCE))
      if (this.storm.over) return
      if (!this.follower.client.socket.connected) {
        this.storm.closed += 1
        await this.arrive()
      } else if (this.random(3) === 0) {
        this.storm.stalls += 1
        await this.#stall()
      } else {
        this.storm.drops += 1
        await this.#drop()
      }
    }
  }

  /** Reaches the last update. */
  async reach(last) {
    const { follower } = this
    const there = () => follower.faults.length > 0 || follower.history.seq >= last
    for (;;) {
      const { client } = follower
      await client.until(() => there() || !client.socket.connected, `update ${last} after ${follower.history.seq}`, DEADLINE)
      if (there()) return
      this.storm.closed += 1
      await this.arrive()
    }
  }

  #messages(count) {
    return new Promise((done) => {
      this.wake = done
      let left = count
      let { caughtUp } = this.follower.history
      this.follower.seen = () => {
        const { history, client } = this.follower
        if (history.caughtUp > caughtUp) {
          caughtUp = history.caughtUp
          this.storm.caughtUp[client.transport] += 1
        }
        left -= 1
        if (left === 0) done()
      }
      if (this.storm.over || !this.follower.client.socket.connected) done()
    })
  }

  /** Stops reading for a while, then continues or disconnects. */
  async #stall() {
    const { client } = this.follower
    client.stopReading()
    let timer
    await new Promise((done) => {
      this.wake = done
      timer = setTimeout(done, this.#moment(STALL, 12))
      if (this.storm.over) done()
    })
    clearTimeout(timer)
    const leaves = this.random(4) === 0 && !this.storm.over
    if (leaves) client.close()
    client.readOn()
    if (leaves) await this.arrive()
  }

  async #drop() {
    const { client } = this.follower
    const way = this.random(3)
    if (way === 0) {
      const left = await this.#unlessCut(client.ask('leave', { eventId: this.follower.eventId }))
      if (!left || !(await this.#unlessCut(this.#join()))) await this.arrive()
      return
    }
    if (way === 1) client.close()
    else client.socket.io.engine.close()
    // Wait for a running upgrade.
    await client.until(() => !client.socket.connected, 'the end of the connection', DEADLINE)
    await this.arrive()
  }
}

/** Random whole numbers below a limit (mulberry32). The seed makes a storm repeatable. */
function generator(seed) {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
