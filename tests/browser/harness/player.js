// A player: an account that earns points with the official client.

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

  /** Sends a message and returns the answer. Retries rate-limited messages after `retryAfterMs`. */
  async ask(name, payload) {
    for (let tries = 0; tries < 20; tries += 1) {
      const answer = await this.socket.timeout(DEADLINE).emitWithAck(name, payload)
      if (answer.error?.code !== 'rate_limited') {
        assert.equal(answer.ok, true, `${name}: ${JSON.stringify(answer)}`)
        return answer
      }
      await setTimeout(answer.error.retryAfterMs)
    }
    throw new Error(`${name} is still rate limited after 20 tries`)
  }

  /** Completes the action once, as soon as allowed. Returns `counted` or `held`. */
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
