// Records what a listening connection receives: server-sent events, or the frames of a plain WebSocket.

import { once } from 'node:events'
import { get } from 'node:https'
import { createRequire } from 'node:module'
import { within } from '../../clients/harness/deadline.js'

// The package is installed with the official clients.
const WebSocket = createRequire(new URL('../../clients/package.json', import.meta.url))('ws')

export class Stream {
  #text = ''
  #look = () => {}

  static async overEvents({ trusted }, url, from = '127.0.0.1') {
    const stream = new Stream()
    const request = get(url, { ca: trusted, localAddress: from, agent: false, headers: { accept: 'text/event-stream' } })
    stream.close = () => request.destroy()
    const [answer] = await within(once(request, 'response'), `the head of ${url}`)
    request.on('error', () => {})
    if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode}`)
    answer.setEncoding('utf8').on('data', (text) => stream.#take(text)).on('error', () => {})
    return stream
  }

  static async overWebSocket({ trusted }, url) {
    const stream = new Stream()
    const socket = new WebSocket(url, { ca: trusted })
    stream.close = () => socket.terminate()
    socket.on('message', (frame) => stream.#take(frame.toString()))
    await within(once(socket, 'open'), `the upgrade of ${url}`)
    return stream
  }

  #take(text) {
    this.#text += text
    this.#look()
  }

  /** Resolves once the text has arrived. */
  find(text) {
    const found = new Promise((done) => {
      this.#look = () => this.#text.includes(text) && done()
      this.#look()
    })
    return within(found, () => `${text} in ${this.#text.slice(-500)}`)
  }
}
