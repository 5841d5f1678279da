// Doing something again and again beside the work of a test.

import { setTimeout as pause } from 'node:timers/promises'

/** Does `act(n)` every `ms` while `work` goes on; gives how often, and what `work` gave, once both have ended. */
export async function during(work, ms, act) {
  let over = false
  const ended = work.finally(() => {
    over = true
  })
  const repeat = async () => {
    let times = 0
    for (;;) {
      await Promise.race([pause(ms), ended])
      if (over) return times
      await act(times)
      times += 1
    }
  }
  const [result, times] = await Promise.all([ended, repeat()])
  return { result, times }
}
