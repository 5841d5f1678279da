// Waiting with a deadline. Every wait of these tests goes through here, so that nothing hangs and a
// failure names what did not come.

import assert from 'node:assert/strict'

/** Long enough for a machine whose cores are busy. */
export const DEADLINE = 60_000

/** Whether the counts and times are those of the field. */
export const SOAK = Boolean(process.env.SOAK) && process.env.SOAK !== '0'

/**
 * Asserts that something took less than `most` milliseconds, in the soak alone. Every other run may share its machine,
 * where a time tells nothing about the server.
 */
export function tookLess(ms, most, what = 'it') {
  if (SOAK) assert.ok(ms < most, `${what} took ${ms} ms, and may take ${most}`)
}

/**
 * Resolves as `promise` does, or rejects after `ms` with what was waited for. Its timer is in `timers` meanwhile: a caller
 * that gives up clears it, since the process ends only when no timer is left.
 */
export function within(promise, what, ms = DEADLINE, timers = new Set()) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      const detail = typeof what === 'function' ? what() : what
      reject(new Error(`not within ${ms} ms: ${detail}`))
    }, ms)
    timers.add(timer)
  })
  return Promise.race([promise, late]).finally(() => {
    clearTimeout(timer)
    timers.delete(timer)
  })
}

/** A count from the environment, for `npm test` and `npm run soak` to choose the size. */
export function size(name, usual) {
  const text = process.env[name]
  if (text === undefined) return usual
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} is not a count: ${text}`)
  return value
}

/** The value below which `share` of the sorted figures lie. */
export function quantile(figures, share) {
  const sorted = [...figures].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

/** `p50 1.2 ms, p99 3.4 ms, most 5.6 ms` of a list of milliseconds. */
export function spread(figures) {
  const text = (value) => `${value.toFixed(1)} ms`
  return `p50 ${text(quantile(figures, 0.5))}, p99 ${text(quantile(figures, 0.99))}, most ${text(quantile(figures, 1))}`
}
