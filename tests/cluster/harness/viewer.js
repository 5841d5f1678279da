// A viewer behind a load balancer: an official client that comes back by itself, joins again with `since`, and keeps
// what it was told and how long it was away.

import assert from 'node:assert/strict'
import { Agent } from 'node:https'
import { Client, modes, versions } from '../../clients/harness/clients.js'
import { Follower } from '../../clients/harness/follower.js'

/** The official clients' own pace of coming back: after 1 s, up to 5 s, by chance half more or less. */
const OWN_PACE = { reconnectionDelay: 1_000, reconnectionDelayMax: 5_000 }

export class Viewer extends Follower {
  /** Milliseconds without a joined connection, of each break. */
  breaks = []
  /** The data of every update, in the order in which it was seen. */
  seenUpdates = []
  #away

  /** `from` is the loopback address that it calls from: all of 127.0.0.0/8 is this machine. */
  constructor(cluster, proxy, eventId, { version, mode, from }) {
    super(eventId)
    this.name = `${version} ${mode} by ${proxy.kind}`
    // A connection for each request, as is the clients' default in Node: with `keepAlive` 4.8 polls no more after one
    // that it used again was cut (its xmlhttprequest-ssl begins the request anew, and never ends it).
    this.agent = new Agent({ ca: cluster.trusted, localAddress: from })
    this.url = proxy.url
    this.options = { version, mode, reconnection: true, engine: { agent: this.agent, ...OWN_PACE } }
    this.seen = (data, { kind, seq }) => this.seenUpdates.push({ kind, seq, data })
  }

  async arrive() {
    const client = await Client.open(this.url, this.options)
    this.use(client)
    const take = client.listen
    client.listen = (entry) => {
      if (entry.name === 'disconnect') this.#away ??= entry.at
      take(entry)
      if (entry.name === 'connect') this.#comeBack()
    }
    const answer = await this.join()
    assert.equal(answer.ok, true, JSON.stringify(answer))
    if (this.options.mode === 'upgrade') await client.upgraded()
    return this
  }

  #comeBack() {
    this.join().then(
      () => {
        if (this.#away === undefined) return
        this.breaks.push(performance.now() - this.#away)
        this.#away = undefined
      },
      // The connection went again before the answer; the next one asks anew.
      () => {},
    )
  }

  /** Whether it is in the event. */
  get isThere() {
    return this.#away === undefined
  }

  close() {
    this.client?.close()
    this.agent.destroy()
  }
}

/** `count` viewers of an event, spread over versions, transports, load balancers and addresses. */
export async function audience(cluster, eventId, count) {
  const kinds = cluster.proxies.flatMap((proxy) =>
    Object.keys(modes).flatMap((mode) => versions.map((version) => ({ proxy, version, mode }))))
  const viewers = Array.from({ length: count }, (_, n) => {
    const { proxy, version, mode } = kinds[n % kinds.length]
    return new Viewer(cluster, proxy, eventId, { version, mode, from: `127.0.${1 + (n >> 7)}.${1 + (n & 127)}` })
  })
  // A few at a time: the clients share one thread, and their handshakes have deadlines.
  const waiting = viewers.slice()
  const open = async () => {
    for (let viewer = waiting.shift(); viewer; viewer = waiting.shift()) await viewer.arrive()
  }
  try {
    await Promise.all(Array.from({ length: 10 }, open))
  } catch (error) {
    for (const viewer of viewers) viewer.close()
    throw error
  }
  return viewers
}

/** Every viewer has seen the log as the database has it: each update once, in order, and ends in its snapshot. */
export async function assertAllSaw(cluster, viewers, eventId, { ms }) {
  const { log, snapshot } = await cluster.record(eventId)
  const last = log.length
  assert.deepEqual(log.map(({ seq }) => seq), log.map((_, n) => n + 1), 'the log itself has no gap')
  await Promise.all(viewers.map((viewer) => viewer.reach(last, ms)))
  for (const { name, history, faults, seenUpdates } of viewers) {
    assert.deepEqual(faults, [], name)
    assert.equal(history.seq, last, name)
    assert.deepEqual(history.state, snapshot, name)
    assert.equal(history.snapshots, 0, `${name} was sent a snapshot, where updates were to be had`)
    assert.deepEqual(seenUpdates, log.map(({ seq, data }) => ({ kind: 'update', seq, data })), name)
  }
}
