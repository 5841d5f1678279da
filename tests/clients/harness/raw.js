// A minimal Socket.IO client (protocol v5, WebSocket) that can stop reading, like a phone that lost its network.

import WebSocket from 'ws'
import { within } from './deadline.js'

export class RawClient {
  closed = false
  /** Called with each entry as it arrives, as in `Client`. */
  listen = () => {}
  #watchers = new Set()
  #ws

  static async open(url) {
    const client = new RawClient()
    const address = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
    client.#ws = new WebSocket(address, { perMessageDeflate: false })
    client.#ws.on('message', (frame) => client.#take(frame.toString()))
    client.#ws.on('close', () => client.#end())
    client.#ws.on('error', () => client.#end())
    await client.until(() => client.connected, 'the connection')
    return client
  }

  #take(packet) {
    if (packet.startsWith('0')) this.#ws.send('40')
    else if (packet === '2') this.#ws.send('3')
    else if (packet.startsWith('40')) this.connected = true
    else if (packet.startsWith('431')) this.listen({ answer: 'join', args: JSON.parse(packet.slice(3)) })
    else if (packet.startsWith('42')) {
      const [name, ...args] = JSON.parse(packet.slice(2))
      this.listen({ name, args })
    }
    this.#look()
  }

  #end() {
    this.closed = true
    this.#look()
  }

  #look() {
    for (const watcher of this.#watchers) watcher()
  }

  /** Sends `join`, the only message it knows; the answer goes to `listen`. */
  ask(name, payload) {
    this.#ws.send(`421${JSON.stringify([name, payload])}`)
  }

  until(found, what, ms) {
    let watcher
    const seen = new Promise((done) => {
      watcher = () => found() && done()
      this.#watchers.add(watcher)
      watcher()
    })
    return within(seen, what, ms).finally(() => this.#watchers.delete(watcher))
  }

  stopReading() {
    this.#ws.pause()
  }

  readOn() {
    this.#ws.resume()
  }

  close() {
    this.#ws.terminate()
  }
}
