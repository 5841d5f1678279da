// One face for the official client's four major versions: what is sent, what is answered and what
// arrives, kept in one log in the order of arrival.

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
  'score', 'pong', 'exception', 'event', 'pulse', 'message', 'reaction', 'leaderboard', 'session:replaced', 'server:drain',
]

/** A new connection for each request, as by default, but WebSockets begin late. */
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
  /** Entries `{name, args}` of messages, and `{answer, args}` of acknowledgements. */
  log = []
  /** Called with each entry as it arrives, before anything later is read. */
  listen = () => {}
  #watchers = new Set()
  /** Of what is waited for. */
  #timers = new Set()
  #agent
  #stalled = []

  /**
   * `credentials` travel as `auth` where the version has it, else in the query; `query` always in the
   * query. Nothing is shared between clients: each has a connection of its own. `engine` are further options
   * of the official client; `msgpack` has it speak MessagePack. After `upgradeAfter` ms its WebSocket is under way.
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
        // Clients 1.x and 2.x emit a `pong` of their own, with the milliseconds of Engine.IO's.
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

  /** A client that has connected, within `patience` ms; one that does not is closed. */
  static async open(url, options) {
    const client = new Client(url, options)
    const refused = client.refused.then((message) => {
      throw new Error(`the connection was refused: ${message}`)
    })
    // Where it is to reconnect by itself, a refused attempt is part of the way.
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

  /** Waits until `found()` is true, looking whenever something arrives; gives what it gave. */
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

  /** Waits for the message number `count` of that name; gives its arguments. */
  message(name, count = 1) {
    return this.until(() => this.all(name)[count - 1], `message ${count} of ${name}`)
  }

  /** Sends with an acknowledgement; gives the answer. */
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

  /** All that was sent to this client before now has arrived once this resolves. */
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
   * Reads none of its connections from now on, as a phone that lost its network; what was read before may still
   * arrive. Of version 4.
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
    // Nothing more comes: what still waits would only keep the process.
    for (const timer of this.#timers) clearTimeout(timer)
  }
}
