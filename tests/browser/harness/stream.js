// An event's state as a program without Touchline's code gets it: whole states over server-sent events.

import { within } from '../../clients/harness/deadline.js'

export class Stream {
  /** The last state. */
  state = {}
  #stop = new AbortController()
  #look = () => {}
  #problem = null

  constructor(server, eventId) {
    this.#read(`${server.url}/api/events/${encodeURIComponent(eventId)}/stream?full=true`)
  }

  async #read(address) {
    try {
      const { body } = await fetch(address, { signal: this.#stop.signal })
      let rest = ''
      for await (const part of body.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + part).split('\n')
        rest = lines.pop()
        for (const line of lines.filter((one) => one.startsWith('data: '))) this.#take(JSON.parse(line.slice(6)))
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#problem = error
    }
  }

  #take({ type, data }) {
    if (type !== 'score') return
    this.state = data
    this.#look()
  }

  /** Waits for a state. */
  until(found, what) {
    const seen = new Promise((done) => {
      this.#look = () => found(this.state) && done(this.state)
      this.#look()
    })
    return within(seen, () => `the stream: ${what}; it has ${JSON.stringify(this.state)}${this.#problem ? `, and ended: ${this.#problem}` : ''}`)
  }

  close() {
    this.#stop.abort()
  }
}
