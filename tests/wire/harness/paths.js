// The paths that speak WebSocket, each with a command and its answer.

import assert from 'node:assert/strict'
import { Wire } from './frames.js'

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

export const paths = { 'Socket.IO over Engine.IO 4': socketIo, 'Socket.IO over Engine.IO 3': socketIo3 }
