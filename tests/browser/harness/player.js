// A player: an account that earns points over the official client.

import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { io } from 'socket.io-client'
import { DEADLINE } from '../../clients/harness/deadline.js'

export class Player {
  constructor(socket) {
    this.socket = socket
  }

  static async of(server, email, name) {
    const { token } = await server.signIn(email, `the phone of ${email}`, name)
    return new Player(io(server.url, { auth: { token }, transports: ['websocket'], forceNew: true }))
  }

  /** The answer; where the server says that it is too early, or too much, it is asked again when it says. */
  async ask(name, payload) {
    for (let tries = 0; tries < 20; tries += 1) {
      const answer = await this.socket.timeout(DEADLINE).emitWithAck(name, payload)
      if (answer.error?.code !== 'rate_limited') {
        assert.equal(answer.ok, true, `${name}: ${JSON.stringify(answer)}`)
        return answer
      }
      await setTimeout(answer.error.retryAfterMs)
    }
    throw new Error(`${name} is limited for ever`)
  }

  /** Does the action once, as soon as it may be completed; gives `counted` or `held`. */
  async earn(eventId, action) {
    await this.ask('join', { eventId })
    const { ticket } = await this.ask('action:start', { eventId, action })
    const { status } = await this.ask('action:complete', { ticket })
    return status
  }

  close() {
    this.socket.close()
  }
}
