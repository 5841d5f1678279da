// Replays a recording with random changes: requests and frames are dropped, repeated, reordered, taken from another
// recording, or mutated. The connection ends in every possible way.

import { connect } from 'node:net'
import { mutate } from './chance.js'
import { Wire, frame } from './frames.js'
import { call } from './http.js'

/** The most that a case waits, in milliseconds. */
const PATIENCE = 3_000

export class Replay {
  /** Requests that were answered 500. */
  failed = []

  constructor(server, recordings) {
    this.server = server
    this.requests = recordings.flatMap(({ requests }) => requests)
    this.payloads = recordings.flatMap(({ frames = [] }) => frames.map(({ payload }) => payload)).filter(({ length }) => length > 0)
    this.bodies = this.requests.map(({ body }) => body).filter(({ length }) => length > 0)
    this.sockets = recordings.filter(({ frames }) => frames)
    this.polls = recordings.filter(({ frames }) => !frames)
  }

  /** Plays one case. */
  play(chance) {
    switch (chance.below(8)) {
      case 0: return this.garble(chance)
      case 1:
      case 2:
      case 3: return this.poll(chance)
      default: return this.talk(chance)
    }
  }

  /** The list with some items dropped, repeated or reordered, and some added from `all`. */
  shuffle(chance, list, all) {
    const steps = list.flatMap((step) => (chance.is(0.1) ? [] : chance.is(0.1) ? [step, step] : [step]))
    if (chance.is(0.3)) steps.splice(chance.below(steps.length + 1), 0, ...Array.from({ length: 1 + chance.below(4) }, () => chance.one(all)))
    if (chance.is(0.2) && steps.length > 1) steps.push(...steps.splice(chance.below(steps.length), 1))
    return steps
  }

  /** The recorded path, with the session id of this run. */
  path(recorded, sid) {
    return recorded.replace(/([?&]sid=)[^&]*/, `$1${sid}`).replace(/[^\x21-\x7e]/g, '')
  }

  /** The id of a new polling session with the parser of a recorded path. */
  async handshake(version, recorded = '') {
    const parser = recorded.includes('parser=msgpack') ? '&parser=msgpack' : ''
    const path = `/socket.io/?EIO=${version}&transport=polling${parser}`
    const { text } = await call(this.server, 'GET', path)
    return text.match(/"sid":"([^"]+)"/)?.[1] ?? 'none'
  }

  async poll(chance) {
    const { requests } = chance.one(this.polls)
    const version = requests[0].path.match(/EIO=(\d)/)?.[1] ?? 4
    const sid = await this.handshake(version, requests[0].path)
    for (const recorded of this.shuffle(chance, requests, this.requests)) {
      const path = this.path(recorded.path, sid)
      const changed = chance.is(0.1) ? mutate(chance, path).toString('latin1').replace(/[^\x21-\x7e]/g, '') : path
      const body = recorded.body.length > 0 && chance.is(0.7) ? mutate(chance, recorded.body, this.bodies) : recorded.body
      const method = chance.is(0.03) ? chance.one(['PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH']) : recorded.method
      const headers = { ...(recorded.type ? { 'content-type': recorded.type } : {}), ...(chance.is(0.1) ? { 'content-type': 'application/octet-stream' } : {}) }
      const asked = call(this.server, method, changed.startsWith('/') ? changed : `/${changed}`, { headers, body: method === 'GET' ? undefined : body, ms: PATIENCE })
      const answered = asked.then(({ status, text }) => {
        if (status === 500) this.failed.push({ method, path: changed, body: body.toString('latin1').slice(0, 500), text })
      }, () => {})
      // A poll may wait for long, so usually do not wait for its answer.
      if (recorded.method !== 'GET' || chance.is(0.1)) await answered
    }
    if (chance.is(0.7)) await call(this.server, 'POST', `/socket.io/?EIO=${version}&transport=polling&sid=${sid}`, { body: version === '3' ? '1:1' : '1', ms: PATIENCE }).catch(() => {})
  }

  async talk(chance) {
    const { requests, frames } = chance.one(this.sockets)
    const recorded = requests.at(-1).path
    const version = recorded.match(/EIO=(\d)/)?.[1] ?? 4
    const path = recorded.includes('sid=') ? this.path(recorded, await this.handshake(version, recorded)) : recorded
    const wire = await Wire.open(this.server, path).catch(() => undefined)
    if (!wire) return
    const steps = this.shuffle(chance, frames, this.sockets.flatMap(({ frames: all }) => all))
    for (const { opcode, payload } of steps) {
      if (wire.frames.end) break
      wire.write(this.frame(chance, opcode, payload))
      if (chance.is(0.5)) await new Promise((done) => setImmediate(done))
    }
    if (chance.is(0.5)) await wire.ended(50).catch(() => {})
    if (chance.is(0.3)) wire.socket.resetAndDestroy()
    else if (chance.is(0.5)) wire.socket.end()
    wire.destroy()
  }

  frame(chance, opcode, payload) {
    const changed = chance.is(0.5) ? mutate(chance, payload, this.payloads) : payload
    if (chance.is(0.1)) {
      const options = {
        fin: chance.is(0.7),
        rsv: chance.is(0.2) ? chance.below(8) : 0,
        masked: chance.is(0.9),
        wide: chance.is(0.1) ? chance.one([2, 8]) : undefined,
        length: chance.is(0.1) ? chance.below(2 ** 31) : undefined,
      }
      return frame(chance.is(0.3) ? chance.below(16) : opcode, changed, options)
    }
    if (chance.is(0.05)) return mutate(chance, frame(opcode, changed))
    if (chance.is(0.1)) {
      const cut = chance.below(changed.length + 1)
      return Buffer.concat([frame(opcode, changed.subarray(0, cut), { fin: false }), frame(0, changed.subarray(cut))])
    }
    return frame(chance.is(0.05) ? 2 : opcode, changed)
  }

  /** Sends bytes that are barely HTTP. */
  garble(chance) {
    const { method, path, type, body } = chance.one(this.requests)
    const head = `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ${type ?? 'text/plain'}\r\nContent-Length: ${body.length}\r\n\r\n`
    const bytes = mutate(chance, Buffer.concat([Buffer.from(head), body]), this.bodies)
    return new Promise((done) => {
      const socket = connect(this.server.port, '127.0.0.1')
      socket.on('error', () => {}).on('data', () => {}).on('close', done)
      socket.write(bytes)
      setTimeout(() => (chance.is(0.5) ? socket.resetAndDestroy() : socket.destroy()), 20)
    })
  }
}
