// The scoring side: an administrator's client of /admin.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { io } from 'socket.io-client'
import { DEADLINE } from '../../clients/harness/deadline.js'

export class Scorer {
  constructor(server, token) {
    this.socket = io(`${server.url}/admin`, {
      auth: { token },
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 100,
      reconnectionDelayMax: 200,
    })
  }

  async ask(name, payload) {
    const answer = await this.socket.timeout(DEADLINE).emitWithAck(name, payload)
    assert.equal(answer.ok, true, `${name}: ${JSON.stringify(answer)}`)
    return answer
  }

  /** Creates an event, live by default, and returns its id. */
  async event({ sport, title, status = 'live', eventId = `event ${randomUUID()}`, ...rest }) {
    await this.ask('event:create', { eventId, sport, title, ...rest })
    if (status !== 'scheduled') await this.status(eventId, status)
    return eventId
  }

  status(eventId, status) {
    return this.ask('event:status', { eventId, status })
  }

  score(eventId, data) {
    return this.ask('score', { eventId, data, opId: randomUUID() })
  }

  /** Publishes many updates, up to 500 at a time. */
  async batch(eventId, updates) {
    for (let from = 0; from < updates.length; from += 500) {
      await this.ask('score', { eventId, updates: updates.slice(from, from + 500).map((data) => ({ data, opId: randomUUID() })) })
    }
  }

  correct(eventId, voids, data, reason) {
    return this.ask('score:correct', { eventId, voids, data, reason, opId: randomUUID() })
  }

  close() {
    this.socket.close()
  }
}
