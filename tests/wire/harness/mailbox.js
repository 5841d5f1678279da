// What arrives, in order, and a wait for the next of it with a deadline.

import { DEADLINE, within } from '../../clients/harness/deadline.js'

export class Mailbox {
  /** How it ended; undefined while more may come. */
  end
  #kept = []
  #waiting = []

  put(item) {
    this.#kept.push(item)
    this.#look()
  }

  /** Nothing more comes. */
  finish(end) {
    this.end ??= end
    this.#look()
  }

  #look() {
    for (const look of this.#waiting.splice(0)) look()
  }

  /** The next of what arrives, or undefined once all was taken and nothing more comes. */
  async next(what = 'the next packet', ms = DEADLINE) {
    const there = () => this.#kept.length > 0 || this.end !== undefined
    if (!there()) {
      const look = new Promise((done) => this.#waiting.push(done))
      await within(look, what, ms)
    }
    return this.#kept.shift()
  }

  /** Waits for the end; gives what came before it. */
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
