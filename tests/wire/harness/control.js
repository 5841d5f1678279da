// A viewer that the attack must not affect: it must get each score in time.

import { DEADLINE } from '../../clients/harness/deadline.js'
import { Asker, EVENT } from './server.js'

const EVERY = 100

export class Control {
  /** For each score, the milliseconds from sending to arrival. */
  delays = []
  #running = true

  /** Starts a viewer with its own connections, on the server that `start` returned. */
  static async start({ server, token }) {
    const control = new Control()
    control.admin = await Asker.open(server, '/admin', { token })
    control.viewer = await Asker.open(server)
    await control.viewer.done('join', { eventId: EVENT })
    control.done = control.#run()
    control.done.catch(() => {})
    return control
  }

  async #run() {
    for (let n = 0; this.#running; n += 1) {
      const since = performance.now()
      await this.admin.done('score', { eventId: EVENT, data: { n } })
      for (;;) {
        const packet = await this.viewer.session.next(DEADLINE)
        if (packet === undefined) throw new Error('the viewer was closed')
        if (!packet.startsWith('42["score"')) continue
        if (JSON.parse(packet.slice(2))[1].n === n) break
      }
      this.delays.push(performance.now() - since)
      await new Promise((next) => setTimeout(next, EVERY))
    }
  }

  /** Stops the viewer; rejects if it missed anything. */
  async stop() {
    this.#running = false
    await this.done
    this.viewer.close()
    this.admin.close()
    return this.delays
  }
}
