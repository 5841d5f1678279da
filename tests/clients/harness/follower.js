// A viewer of one event that keeps its history across connections, as an application does.

import { History } from './history.js'

export class Follower {
  history = new History()
  /** Violations of the contract, in the order seen. */
  faults = []
  /** Called with the arguments of each `score` message. */
  seen = () => {}
  #since

  constructor(eventId) {
    this.eventId = eventId
  }

  /** Continues on `client`. */
  use(client) {
    this.client = client
    client.listen = (entry) => {
      if (client !== this.client) return
      try {
        this.#take(entry)
      } catch (fault) {
        this.faults.push(fault)
      }
    }
    return this
  }

  #take({ answer, name, args }) {
    if (answer === 'join') this.history.joined(args[0], this.#since)
    if (answer === 'leave' || name === 'disconnect') this.history.left()
    if (name === 'score') {
      this.history.take(...args)
      this.seen(...args)
    }
  }

  /** Joins; by default with `since` if there is a history. */
  join(since = this.history.since) {
    this.#since = since
    return this.client.ask('join', { eventId: this.eventId, ...(since ? { since } : {}) })
  }

  /** Waits for update `seq`; throws the first fault. */
  async reach(seq, ms) {
    await this.client.until(() => this.faults.length > 0 || this.history.seq >= seq, `update ${seq} after ${this.history.seq}`, ms)
    if (this.faults.length > 0) throw this.faults[0]
  }
}
