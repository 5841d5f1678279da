// Repeats an action while a test works.

import { setTimeout as pause } from 'node:timers/promises'

/** Calls `act(n)` every `ms` until `work` ends. Returns the number of calls and the result of `work`. */
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
