// A viewer behind a load balancer: an official client that comes back by itself, joins again with `since`, and keeps
// what it was told and how long it was away.

import assert from 'node:assert/strict'
import { Agent } from 'node:https'
import { Client, modes, versions } from '../../clients/harness/clients.js'
import { quantile } from '../../clients/harness/deadline.js'
import { Follower } from '../../clients/harness/follower.js'

/** The official clients' own pace of coming back: after 1 s, up to 5 s, by chance half more or less. */
const OWN_PACE = { reconnectionDelay: 1_000, reconnectionDelayMax: 5_000 }

/** The longest time that a viewer may be away. */
const BACK_WITHIN = 60_000

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
    this.options = { version, mode, reconnection: true, patience: BACK_WITHIN, engine: { agent: this.agent, ...OWN_PACE } }
    this.seen = (data, { kind, seq }) => this.seenUpdates.push({ kind, seq, data })
  }

  async arrive() {
    const client = await Client.open(this.url, this.options)
    this.use(client)
    const take = client.listen
    client.listen = (entry) => {
      if (entry.name === 'disconnect') this.#away ??= entry.at
      take(entry)
      // Where the connection goes again before the answer, the next one asks anew.
      if (entry.name === 'connect') this.join().catch(() => {})
      if (entry.answer === 'join' && entry.args[0].ok) this.#arrived(entry.at)
    }
    const answer = await this.join()
    assert.equal(answer.ok, true, JSON.stringify(answer))
    if (this.options.mode === 'upgrade') await client.upgraded()
    return this
  }

  #arrived(at) {
    if (this.#away !== undefined) this.breaks.push(at - this.#away)
    this.#away = undefined
  }

  /** Whether it is in the event. */
  get isThere() {
    return this.#away === undefined
  }

  /** Resolves once it is. */
  back() {
    return this.client.until(() => this.isThere, `${this.name} to be back`, BACK_WITHIN)
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
  const opened = await Promise.allSettled(Array.from({ length: 10 }, () => open().finally(() => waiting.splice(0))))
  const failed = opened.find(({ status }) => status === 'rejected')
  if (failed) {
    for (const viewer of viewers) viewer.close()
    throw failed.reason
  }
  return viewers
}

/** Every viewer has seen the log as the database has it: each update once, in order, and ends in its snapshot. */
export async function assertAllSaw(cluster, viewers, eventId, { ms }) {
  const { log, snapshot } = await cluster.record(eventId)
  const last = log.length
  assert.deepEqual(log.map(({ seq }) => seq), log.map((_, n) => n + 1), 'the log itself has no gap')
  const made = log.map(({ data }) => data.n).sort((a, b) => a - b)
  assert.deepEqual(made, log.map((_, n) => n), 'each update was taken once, however often it was sent')
  await Promise.all(viewers.map((viewer) => viewer.reach(last, ms)))
  for (const { name, history, faults, seenUpdates } of viewers) {
    assert.deepEqual(faults, [], name)
    assert.equal(history.seq, last, name)
    assert.deepEqual(history.state, snapshot, name)
    assert.equal(history.snapshots, 0, `${name} was sent a snapshot, where updates were to be had`)
    assert.deepEqual(seenUpdates, log.map(({ seq, data }) => ({ kind: 'update', seq, data })), name)
  }
}

/** `median 1.2 s, worst 3.4 s of 56` of how long viewers were without a joined connection. */
export function toldBreaks(viewers) {
  const breaks = viewers.flatMap((viewer) => viewer.breaks)
  if (breaks.length === 0) return 'nobody was away'
  const text = (share) => `${(quantile(breaks, share) / 1000).toFixed(1)} s`
  return `away for ${text(0.5)} (median), ${text(1)} (worst), ${breaks.length} times`
}
