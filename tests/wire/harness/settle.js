// Waits until the server has let go of what clients left behind.

import { setTimeout as pause } from 'node:timers/promises'
import { agent } from './http.js'

const WITHIN = 60_000

/**
 * Waits until the server has as many sockets open as `sockets`, or where that is not given, until their number stays the
 * same for two seconds; gives it.
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
    if (performance.now() > deadline) throw new Error(`${now} sockets are open, in place of ${sockets ?? 'a steady number'}`)
    await pause(100)
  }
}
