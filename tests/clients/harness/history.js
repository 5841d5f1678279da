// The history of one event at one viewer, checked against the contract as it arrives: the answer to `join` is followed by
// the missed updates or one snapshot, and then by each update once, without a gap.

import assert from 'node:assert/strict'

/** The most bytes of updates that a returning viewer gets, and the most that one update takes besides its data. */
const RECOVERED = 1024 * 1024
const BESIDE = 300

export class History {
  epoch
  seq = 0
  state = {}
  recovered = 0
  snapshots = 0
  /** Snapshots that replaced updates which a joined viewer missed. */
  caughtUp = 0
  updates = 0
  /** Whether 300 updates may exceed the 1 MiB that is recovered. If so, call `checkSnapshots`. */
  isLarge = false
  /** The first and last updates, at most 300, that a snapshot replaced. */
  #large = []
  #awaited

  /** The `since` that a returning client sends. */
  get since() {
    return this.epoch === undefined ? undefined : { epoch: this.epoch, seq: this.seq }
  }

  /** Takes the answer to a `join` that was sent with `since`, if any. */
  joined(answer, since) {
    assert.equal(answer.ok, true, JSON.stringify(answer))
    const within = since !== undefined && since.epoch === answer.epoch && answer.seq - since.seq <= 300
    const canRecover = within && since.seq <= answer.seq
    if (this.isLarge && canRecover && !answer.recovered) this.#large.push([since.seq + 1, answer.seq])
    else assert.equal(answer.recovered, canRecover, `recovered, since ${JSON.stringify(since)}: ${JSON.stringify(answer)}`)
    this.epoch = answer.epoch
    if (answer.recovered) {
      this.recovered += 1
      this.seq = since.seq
      this.#awaited = 'any'
    } else {
      this.#awaited = answer.seq === 0 ? 'any' : 'snapshot'
      if (answer.seq === 0) this.seq = 0
    }
  }

  /** Asserts that each snapshot replaced more bytes than are recovered. `bytesOf` gives the size of an update by `seq`. */
  checkSnapshots(bytesOf) {
    for (const [first, last] of this.#large) {
      let bytes = 0
      for (let seq = first; seq <= last; seq++) bytes += bytesOf(seq) + BESIDE
      assert.ok(bytes > RECOVERED, `a snapshot instead of ${bytes} bytes, updates ${first} to ${last}`)
    }
  }

  /** The connection is gone. Nothing may arrive before the next answer to `join`. */
  left() {
    this.#awaited = undefined
  }

  /** Takes one `score` message. */
  take(data, meta) {
    const text = `${JSON.stringify(meta)} after ${this.seq}`
    assert.notEqual(this.#awaited, undefined, `state before the answer to join: ${text}`)
    assert.equal(meta.epoch, this.epoch, text)
    if (meta.kind === 'snapshot') {
      assert.ok(meta.seq >= this.seq, `a snapshot older than what was seen: ${text}`)
      this.state = data
      this.snapshots += 1
      if (this.#awaited === 'any') this.caughtUp += 1
    } else {
      assert.equal(this.#awaited, 'any', `an update before the snapshot: ${text}`)
      assert.equal(meta.seq, this.seq + 1, `a gap or a duplicate: ${text}`)
      this.state = mergePatch(this.state, data)
      this.updates += 1
    }
    this.seq = meta.seq
    this.#awaited = 'any'
  }
}

/** JSON Merge Patch, RFC 7396 section 2. */
export function mergePatch(target, patch) {
  if (!isObject(patch)) return patch
  const merged = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else merged[name] = mergePatch(merged[name], value)
  }
  return merged
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
