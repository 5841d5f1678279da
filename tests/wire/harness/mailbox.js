// A queue of received items, with waits that have a deadline.

import { DEADLINE, within } from '../../clients/harness/deadline.js'

export class Mailbox {
  /** How the queue ended; undefined while more may arrive. */
  end
  #kept = []
  #waiting = []

  put(item) {
    this.#kept.push(item)
    this.#look()
  }

  /** Ends the queue. */
  finish(end) {
    this.end ??= end
    this.#look()
  }

  #look() {
    for (const look of this.#waiting.splice(0)) look()
  }

  /** The next item, or undefined after the last one. */
  async next(what = 'the next packet', ms = DEADLINE) {
    const there = () => this.#kept.length > 0 || this.end !== undefined
    if (!there()) {
      const look = new Promise((done) => this.#waiting.push(done))
      await within(look, what, ms)
    }
    return this.#kept.shift()
  }

  /** Waits for the end and returns the items before it. */
  async rest(what = 'the end', ms = DEADLINE) {
    const all = []
    const deadline = performance.now() + ms
    for (;;) {
      const item = await this.next(() => `${what}, after ${show(all)}`, Math.max(1, deadline - performance.now()))
      if (item === undefined) return all
      all.push(item)
    }
  }
}

const show = (items) => JSON.stringify(items).slice(0, 500)
