// Asserts the shapes of the contract's answers and messages, field by field.

import assert from 'node:assert/strict'

const count = (value, name) => assert.ok(Number.isSafeInteger(value) && value >= 0, `${name} is ${JSON.stringify(value)}`)
const text = (value, name) => assert.ok(typeof value === 'string' && value !== '', `${name} is ${JSON.stringify(value)}`)

/** Asserts milliseconds since the Unix epoch, within a minute of now. */
export function assertNow(value, name) {
  count(value, name)
  assert.ok(Math.abs(Date.now() - value) < 60_000, `${name} is not now: ${value}`)
}

export function assertJoined(answer, eventId) {
  assert.equal(answer.ok, true, JSON.stringify(answer))
  assert.equal(answer.eventId, eventId)
  text(answer.viewerId, 'viewerId')
  text(answer.epoch, 'epoch')
  assert.ok(!answer.epoch.includes(':'), `epoch is ${answer.epoch}`)
  count(answer.seq, 'seq')
  assert.equal(typeof answer.recovered, 'boolean')
  assert.equal(answer.event.eventId, eventId)
  assert.equal(answer.event.status, 'live')
  assert.equal(answer.event.title, 'Home v Away')
  assert.equal(answer.event.sport, 'football')
  for (const name of ['total', 'users', 'guests']) count(answer.viewers[name], `viewers.${name}`)
  assert.equal(answer.viewers.total, answer.viewers.users + answer.viewers.guests)
  assert.ok(answer.viewers.guests >= 1, 'the viewer itself is counted')
}

/** The second argument of a `score` message. */
export function assertMeta(meta, { eventId, epoch, seq, kind }) {
  assertNow(meta.at, 'at')
  const { at, ...rest } = meta
  assert.deepEqual(rest, { eventId, epoch, seq, kind })
}

/** Asserts the `error` of a failed answer or of an `exception`. */
export function assertError(error, code) {
  assert.equal(error?.code, code, JSON.stringify(error))
  text(error.message, 'message')
}

export function assertRefused(answer, code) {
  assert.equal(answer?.ok, false, JSON.stringify(answer))
  assertError(answer.error, code)
}
