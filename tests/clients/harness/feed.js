// The scoring side: a client of /admin that creates events and publishes updates.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Client } from './clients.js'

export class Feed {
  /** A feed with an administrator's token. */
  static async open(server, token) {
    const feed = new Feed()
    feed.client = await Client.open(server.url, { namespace: '/admin', credentials: { token } })
    return feed
  }

  /** Creates an event, sets it live and returns its id. */
  async event(eventId = `match-${randomUUID()}`) {
    const made = await this.client.ask('event:create', { eventId, sport: 'football', title: 'Home v Away' })
    assert.equal(made.ok, true, JSON.stringify(made))
    assert.equal(made.event.eventId, eventId)
    const live = await this.client.ask('event:status', { eventId, status: 'live' })
    assert.equal(live.ok, true, JSON.stringify(live))
    return eventId
  }

  /** Publishes one update and returns the answer's `{epoch, seq}`. */
  async score(eventId, data) {
    const answer = await this.client.ask('score', { eventId, data, opId: randomUUID() })
    assert.equal(answer.ok, true, JSON.stringify(answer))
    assert.equal(answer.duplicate, false)
    return answer
  }

  /** Publishes all updates without waiting in between, like a feed at full speed. */
  scoreAll(eventId, list) {
    return Promise.all(list.map((data) => this.score(eventId, data)))
  }

  close() {
    this.client.close()
  }
}
