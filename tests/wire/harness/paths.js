// The WebSocket paths, each with a command and its answer.

import assert from 'node:assert/strict'
import { Wire } from './frames.js'
import { EVENT } from './server.js'

const socketIo = {
  address: () => '/socket.io/?EIO=4&transport=websocket',

  async open({ server }) {
    const wire = await Wire.open(server, this.address())
    await wire.text()
    wire.send(1, '40')
    assert.match(await wire.text(), /^40\{"sid"/)
    return wire
  },

  /** A command in two parts. */
  command: (_, text = '') => ['427["heart', `beat","${text}"]`],

  async answered(wire) {
    assert.match(await wire.text(), /^437\[\{"ok":true/)
  },

  async lives(wire) {
    wire.send(1, this.command().join(''))
    await this.answered(wire)
  },
}

const socketIo3 = {
  ...socketIo,
  address: () => '/socket.io/?EIO=3&transport=websocket',

  async open({ server }) {
    const wire = await Wire.open(server, this.address())
    await wire.text()
    assert.equal(await wire.text(), '40')
    return wire
  },
}

const plain = {
  address: () => `/ws/updates?eventId=${EVENT}`,

  async open({ server }) {
    const wire = await Wire.open(server, this.address())
    assert.match(await wire.text(), /^\{"type":"joined","ok":true/)
    return wire
  },

  command: (_, text = '') => ['{"type":"heart', `beat","id":7,"more":"${text}"}`],

  async answered(wire) {
    // Skip pulses, and errors for earlier text that was not a command.
    let text
    do text = await wire.text()
    while (/^\{"type":"(pulse|exception)"/.test(text))
    assert.match(text, /^\{"type":"answer","id":7,"ok":true/)
  },

  async lives(wire) {
    wire.send(1, this.command().join(''))
    await this.answered(wire)
  },
}

export const paths = {
  'Socket.IO over Engine.IO 4': socketIo,
  'Socket.IO over Engine.IO 3': socketIo3,
  'plain WebSocket': plain,
}
