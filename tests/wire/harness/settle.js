// Waits until the server has freed the connections of past clients.

import { setTimeout as pause } from 'node:timers/promises'
import { agent } from './http.js'

const WITHIN = 60_000

/**
 * Waits until the server has `sockets` open sockets, or, without that argument, until their number is stable for two
 * seconds. Returns the number.
 */
export async function settle(server, sockets) {
  const deadline = performance.now() + WITHIN
  let last
  for (let same = 0; ; ) {
    agent.destroy()
    const now = await server.sockets()
    if (sockets !== undefined && now <= sockets) return now
    same = now === last ? same + 1 : 0
    last = now
    if (sockets === undefined && same >= 20) return now
    if (performance.now() > deadline) throw new Error(`${now} sockets are open instead of ${sockets ?? 'a stable number'}`)
    await pause(100)
  }
}
