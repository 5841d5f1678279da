// A viewer behind a load balancer: an official client that reconnects on its own and rejoins with `since`. It records its
// history and how long each break lasted.

import assert from 'node:assert/strict'
import { Agent } from 'node:https'
import { Client, modes, versions } from '../../clients/harness/clients.js'
import { quantile } from '../../clients/harness/deadline.js'
import { Follower } from '../../clients/harness/follower.js'

/** The official clients' default reconnection delays: 1 s up to 5 s, randomised by half. */
const OWN_PACE = { reconnectionDelay: 1_000, reconnectionDelayMax: 5_000 }

/** The longest break allowed, in milliseconds. */
const BACK_WITHIN = 60_000

export class Viewer extends Follower {
  /** The length of each break (no joined connection), in milliseconds. */
  breaks = []
  /** The data of every update, in order of arrival. */
  seenUpdates = []
  #away

  /** `from` is the source address; all of 127.0.0.0/8 is this machine. */
  constructor(cluster, proxy, eventId, { version, mode, from }) {
    super(eventId)
    this.name = `${version} ${mode} by ${proxy.kind}`
    // A connection for each request, the clients' default in Node. With `keepAlive`, 4.8 stops polling after a reused
    // connection was cut (its xmlhttprequest-ssl restarts the request and never finishes it).
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
      // If the connection breaks before the answer, the next connection joins again.
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

  /** Whether the viewer has joined the event. */
  get isThere() {
    return this.#away === undefined
  }

  /** Resolves once it has joined. */
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
  // A few at a time, because the clients share one thread and handshakes have deadlines.
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

/** Asserts that every viewer saw the database's log: each update once, in order, ending with its snapshot. */
export async function assertAllSaw(cluster, viewers, eventId, { ms }) {
  const { log, snapshot } = await cluster.record(eventId)
  const last = log.length
  assert.deepEqual(log.map(({ seq }) => seq), log.map((_, n) => n + 1), 'the log has no gap')
  const made = log.map(({ data }) => data.n).sort((a, b) => a - b)
  assert.deepEqual(made, log.map((_, n) => n), 'each update was accepted once, however often it was sent')
  await Promise.all(viewers.map((viewer) => viewer.reach(last, ms)))
  for (const { name, history, faults, seenUpdates } of viewers) {
    assert.deepEqual(faults, [], name)
    assert.equal(history.seq, last, name)
    assert.deepEqual(history.state, snapshot, name)
    assert.equal(history.snapshots, 0, `${name} got a snapshot although the updates were available`)
    assert.deepEqual(seenUpdates, log.map(({ seq, data }) => ({ kind: 'update', seq, data })), name)
  }
}

/** Formats the viewers' breaks as `median 1.2 s, worst 3.4 s of 56`. */
export function toldBreaks(viewers) {
  const breaks = viewers.flatMap((viewer) => viewer.breaks)
  if (breaks.length === 0) return 'nobody was away'
  const text = (share) => `${(quantile(breaks, share) / 1000).toFixed(1)} s`
  return `away for ${text(0.5)} (median), ${text(1)} (worst), ${breaks.length} times`
}
