// Waiting with a deadline. Every wait of these tests goes through here, so that no test hangs and a failure says what it
// was waiting for.

import assert from 'node:assert/strict'

/** Long enough for a machine whose cores are busy. */
export const DEADLINE = 60_000

/** Whether to use the counts and times of a real deployment. */
export const SOAK = Boolean(process.env.SOAK) && process.env.SOAK !== '0'

/**
 * Asserts that something took less than `most` milliseconds, but only with SOAK. Other runs may share their machine, so
 * their times say nothing about the server.
 */
export function tookLess(ms, most, what = 'it') {
  if (SOAK) assert.ok(ms < most, `${what} took ${ms} ms; at most ${most} allowed`)
}

/**
 * Resolves like `promise`, or rejects after `ms` with a text that says what did not happen. The timer is in `timers`
 * meanwhile; a caller that gives up clears it, because the process ends only when no timer is left.
 */
export function within(promise, what, ms = DEADLINE, timers = new Set()) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      const detail = typeof what === 'function' ? what() : what
      reject(new Error(`timed out after ${ms} ms, waiting for ${detail}`))
    }, ms)
    timers.add(timer)
  })
  return Promise.race([promise, late]).finally(() => {
    clearTimeout(timer)
    timers.delete(timer)
  })
}

/** Asks again and again until `found` holds for the answer, and returns it. */
export async function askUntil(ask, found, what) {
  for (const end = performance.now() + DEADLINE; ; await new Promise((done) => setTimeout(done, 50))) {
    const answer = await ask()
    if (found(answer)) return answer
    assert.ok(performance.now() < end, `${what}: ${JSON.stringify(answer)}`)
  }
}

/** A count from the environment, so that `npm test` and `npm run soak` can choose the size. */
export function size(name, usual) {
  const text = process.env[name]
  if (text === undefined) return usual
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} is not a count: ${text}`)
  return value
}

/** The quantile `share` of sorted numbers. */
export function quantile(figures, share) {
  const sorted = [...figures].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

/** Formats a list of milliseconds as `p50 1.2 ms, p99 3.4 ms, most 5.6 ms`. */
export function spread(figures) {
  const text = (value) => `${value.toFixed(1)} ms`
  return `p50 ${text(quantile(figures, 0.5))}, p99 ${text(quantile(figures, 0.99))}, most ${text(quantile(figures, 1))}`
}
