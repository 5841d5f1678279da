// One interface for the official client's four major versions, with a log of everything that arrives, in order.

import { Agent } from 'node:http'
import io1 from 'socket.io-client-1'
import io2 from 'socket.io-client-2'
import io3 from 'socket.io-client-3'
import io4 from 'socket.io-client-4'
import * as msgpackParser from 'socket.io-msgpack-parser'
import { DEADLINE, within } from './deadline.js'

const makers = { 4.8: io4, 3.1: io3, 2.5: io2, 1.7: io1 }

export const versions = ['4.8', '3.1', '2.5', '1.7']

export const modes = {
  websocket: ['websocket'],
  polling: ['polling'],
  upgrade: ['polling', 'websocket'],
}

const MESSAGES = [
  'score', 'pong', 'exception', 'event', 'events', 'pulse', 'message', 'reaction', 'leaderboard', 'session:replaced', 'server:drain',
]

/** Opens a new connection for each request, as the default agent does, but delays WebSockets. */
class LateAgent extends Agent {
  constructor(ms) {
    super()
    this.ms = ms
  }

  createConnection(options, done) {
    if (!this.ms || !options.headers?.Upgrade) return super.createConnection(options, done)
    setTimeout(() => done(null, super.createConnection(options)), this.ms)
  }
}

export class Client {
  /** Entries: `{name, args}` for messages, `{answer, args}` for acknowledgements. */
  log = []
  /** Called with each entry as it arrives, before any later one is read. */
  listen = () => {}
  #watchers = new Set()
  /** The timers of pending waits. */
  #timers = new Set()
  #agent
  #stalled = []

  /**
   * `credentials` are sent as `auth` if the version supports it, otherwise in the query; `query` is always in the query.
   * Each client has its own connection. `engine` are additional options of the official client; `msgpack` selects
   * MessagePack. The WebSocket starts after `upgradeAfter` ms.
   */
  constructor(url, { version = '4.8', mode = 'websocket', namespace = '/', credentials, query, reconnection = false, msgpack = false, engine = {}, upgradeAfter = 0 } = {}) {
    this.version = version
    this.#agent = new LateAgent(upgradeAfter)
    const old = version < '3'
    const asQuery = { ...(old ? credentials : {}), ...query, ...(msgpack ? { parser: 'msgpack' } : {}) }
    this.socket = makers[version](url + namespace, {
      transports: modes[mode],
      forceNew: true,
      reconnection,
      reconnectionDelay: 100,
      reconnectionDelayMax: 500,
      timeout: DEADLINE,
      autoConnect: false,
      ...(Object.keys(asQuery).length > 0 ? { query: asQuery } : {}),
      ...(!old && credentials ? { auth: credentials } : {}),
      ...(msgpack ? { parser: msgpackParser } : {}),
      agent: this.#agent,
      ...engine,
    })
    for (const name of MESSAGES) {
      this.socket.on(name, (...args) => {
        // Clients 1.x and 2.x emit their own `pong` event, with the latency of Engine.IO's pong.
        if (name === 'pong' && typeof args[0] === 'number') return
        this.note({ name, args })
      })
    }
    this.socket.on('connect', () => this.note({ name: 'connect', args: [] }))
    this.socket.on('disconnect', (reason) => this.note({ name: 'disconnect', args: [reason] }))
    this.refused = new Promise((done) => {
      const refuse = (error) => done(typeof error === 'string' ? error : error.message)
      this.socket.on(old ? 'error' : 'connect_error', refuse)
    })
    this.socket.open()
  }

  /** A client that connects within `patience` ms. If it does not, it is closed. */
  static async open(url, options) {
    const client = new Client(url, options)
    const refused = client.refused.then((message) => {
      throw new Error(`the connection was refused: ${message}`)
    })
    // A client that reconnects automatically may be refused on the way.
    refused.catch(() => {})
    const connected = client.until(() => client.socket.connected, 'the connection', options?.patience)
    try {
      await Promise.race([connected, ...(options?.reconnection ? [] : [refused])])
    } catch (error) {
      client.close()
      throw error
    }
    return client
  }

  get transport() {
    return this.socket.io.engine.transport.name
  }

  note(entry) {
    const noted = { ...entry, at: performance.now() }
    this.log.push(noted)
    this.listen(noted)
    for (const watcher of this.#watchers) watcher()
  }

  /** Waits until `found()` is truthy, checking whenever something arrives. Returns its value. */
  until(found, what, ms = DEADLINE) {
    let watcher
    const seen = new Promise((done, fail) => {
      watcher = () => {
        try {
          const value = found()
          if (value) done(value)
        } catch (error) {
          fail(error)
        }
      }
      this.#watchers.add(watcher)
      watcher()
    })
    return within(seen, () => `${what}; last in the log: ${this.tail()}`, ms, this.#timers)
      .finally(() => this.#watchers.delete(watcher))
  }

  tail() {
    return JSON.stringify(this.log.slice(-3)).slice(0, 1500)
  }

  /** The arguments of every message `name` so far. */
  all(name) {
    return this.log.filter((entry) => entry.name === name).map((entry) => entry.args)
  }

  /** Waits for the `count`th message `name` and returns its arguments. */
  message(name, count = 1) {
    return this.until(() => this.all(name)[count - 1], `message ${count} of ${name}`)
  }

  /** Sends with an acknowledgement and returns the answer. */
  ask(name, ...args) {
    const answered = new Promise((done) => {
      this.socket.emit(name, ...args, (answer) => {
        this.note({ answer: name, args: [answer] })
        done(answer)
      })
    })
    return within(answered, () => `the answer to ${name}; last in the log: ${this.tail()}`, DEADLINE, this.#timers)
  }

  /** Sends without an acknowledgement. */
  send(name, ...args) {
    this.socket.emit(name, ...args)
  }

  /** Resolves once everything sent to this client so far has arrived. */
  settled() {
    return this.ask('heartbeat', {})
  }

  /** Waits for the upgrade to WebSocket. */
  async upgraded() {
    const { engine } = this.socket.io
    const done = () => engine.transport.name === 'websocket'
    if (done()) return
    const upgrade = new Promise((resolve) => engine.once('upgrade', resolve))
    await within(upgrade, () => `the upgrade (the transport is ${engine.transport.name})`)
  }

  /**
   * Stops reading all connections, like a phone that lost its network. Data that was already read may still arrive.
   * Version 4 only.
   */
  stopReading() {
    const { ws } = this.socket.io.engine.transport
    this.#stalled = [...Object.values(this.#agent.sockets).flat(), ...(ws ? [ws] : [])]
    for (const stream of this.#stalled) stream.pause()
  }

  readOn() {
    for (const stream of this.#stalled.splice(0)) stream.resume()
  }

  close() {
    this.socket.io.reconnection(false)
    this.socket.close()
    // Nothing more arrives, and pending timers would keep the process alive.
    for (const timer of this.#timers) clearTimeout(timer)
  }
}
