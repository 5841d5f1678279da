// A player: an account that earns points over the official client.

import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { io } from 'socket.io-client'

export class Player {
  static async of(server, email) {
    const player = new Player()
    const { token } = await server.signIn(email, `the phone of ${email}`)
    player.socket = io(server.url, { auth: { token }, transports: ['websocket'], forceNew: true })
    return player
  }

  async ask(name, payload) {
    const answer = await this.socket.timeout(10_000).emitWithAck(name, payload)
    assert.equal(answer.ok, true, `${name}: ${JSON.stringify(answer)}`)
    return answer
  }

  /** Does the action once, as soon as it may be completed; gives `counted` or `held`. */
  async earn(eventId, action) {
    await this.ask('join', { eventId })
    const { ticket } = await this.ask('action:start', { eventId, action })
    for (let tries = 0; tries < 20; tries += 1) {
      const { ok, status, error } = await this.socket.timeout(10_000).emitWithAck('action:complete', { ticket })
      if (ok) return status
      // Too early, which does not spend the ticket: the server says when to try again.
      assert.equal(error.code, 'rate_limited', JSON.stringify(error))
      await setTimeout(error.retryAfterMs)
    }
    throw new Error('the ticket never ripens')
  }

  close() {
    this.socket.close()
  }
}
