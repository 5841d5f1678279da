// The server that the tests of a file share, with a live event.

import assert from 'node:assert/strict'
import { dirname, resolve } from 'node:path'
import { DEADLINE } from '../../clients/harness/deadline.js'
import { Server, binary } from '../../clients/harness/server.js'
import { join, open } from './session.js'

/** Limits so high that no test reaches them by accident. */
const OPEN = {
  SOCKET_RATE: '1000000/1s',
  SOCKET_HARD_RATE: '1000000/1s',
  REACTION_RATE: '1000000/1s',
  MESSAGE_RATE: '1000000/1s',
  JOIN_RATE: '1000000/1s',
  READ_RATE: '1000000/1s',
  READ_BYTES: '1GiB/1s',
  READ_BUDGET: '64GiB/1s',
  HANDSHAKE_RATE: '1000000/1s',
}

export const EVENT = 'match'

/** `{server, admin, token}`: a server, and an administrator in `/admin` with a new event. */
export async function start(settings = {}) {
  const server = await Server.start('sqlite', { ...OPEN, ...settings })
  try {
    const token = await server.token('admin')
    const admin = await Asker.open(server, '/admin', { token })
    await admin.done('event:create', { eventId: EVENT, sport: 'football', title: 'Home v Away' })
    await admin.done('event:status', { eventId: EVENT, status: 'live' })
    return { server, token, admin }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** A server with the namespaces of the public test suites: `examples/conformance.rs`. */
export const startConformance = () => Server.start('sqlite', {}, resolve(dirname(binary), 'examples/conformance'))

/** A session in one namespace that sends messages and waits for answers. */
export class Asker {
  /** Messages received meanwhile: `[name, …arguments]`. */
  messages = []
  #ids = 0

  static async open(server, namespace = '/', auth, options) {
    const asker = new Asker()
    asker.session = await open(server, options)
    asker.prefix = namespace === '/' ? '' : `${namespace},`
    const answer = await asker.session.connect(namespace, auth)
    assert.ok(answer.startsWith('40'), answer)
    return asker
  }

  /** The answer to a message. A text `payload` is sent as JSON unchanged. */
  async ask(name, payload) {
    const id = this.#ids++
    const json = typeof payload === 'string' ? payload : JSON.stringify(payload)
    this.session.send(`42${this.prefix}${id}[${JSON.stringify(name)}${json === undefined ? '' : `,${json}`}]`)
    const head = `43${this.prefix}${id}[`
    const until = performance.now() + DEADLINE
    for (;;) {
      const left = until - performance.now()
      assert.ok(left > 0, `no answer to ${name} ${json?.slice(0, 200)}`)
      const packet = await this.session.next(left)
      assert.notEqual(packet, undefined, `closed instead of an answer to ${name} ${json?.slice(0, 200)}`)
      if (packet.startsWith?.(head)) return JSON.parse(packet.slice(head.length - 1))[0]
      if (packet.startsWith?.(`42${this.prefix}[`)) this.messages.push(JSON.parse(packet.slice(2 + this.prefix.length)))
    }
  }

  async done(name, payload) {
    const answer = await this.ask(name, payload)
    assert.equal(answer?.ok, true, `${name}: ${JSON.stringify(answer)}`)
    return answer
  }

  close() {
    this.session.destroy()
  }
}

export { join, open }
