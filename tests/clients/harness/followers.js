// One interface for everything that can follow an event. It records each `score` in order of arrival.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { EventSource } from 'eventsource'
import WebSocket from 'ws'
import { Client, modes, versions } from './clients.js'
import { within } from './deadline.js'
import { folder, interpreter } from './python.js'

export class Seen {
  /** `[data, meta]` of each `score`. */
  scores = []
  hasJoined = false
  #look = () => {}

  constructor(name) {
    this.name = name
  }

  take(name, ...args) {
    if (name === 'joined') {
      assert.equal(args[0].ok, true, JSON.stringify(args[0]))
      this.hasJoined = true
    }
    if (name === 'score') this.scores.push(args)
    this.#look()
  }

  /** Takes a frame of a plain WebSocket or a stream. */
  frame(text) {
    const frame = JSON.parse(text)
    if (frame.type === 'score') this.take('score', frame.data, frame.meta)
    else this.take(frame.type, frame)
  }

  until(found, what) {
    const seen = new Promise((done) => {
      this.#look = () => found() && done()
      this.#look()
    })
    return within(seen, () => `${this.name}: ${what}; it has ${this.scores.length} scores`)
  }
}

/** Opens all followers; each closes when the test ends. */
export function openAll(t, { server, page }, eventId) {
  const query = `eventId=${encodeURIComponent(eventId)}`
  const addresses = {
    socket: `${server.url.replace('http', 'ws')}/ws/updates?${query}`,
    stream: `${server.url}/api/events/${encodeURIComponent(eventId)}/stream`,
  }
  const official = versions.flatMap((version) => Object.keys(modes).map((mode) => ({ version, mode })))
  return Promise.all([
    ...official.map((cell) => openOfficial(t, `client ${cell.version}, ${cell.mode}`, server, eventId, cell)),
    openOfficial(t, 'client 4.8, msgpack', server, eventId, { msgpack: true }),
    openProgram(t, 'python-socketio', [interpreter, 'follow.py'], { TOUCHLINE_URL: server.url, TOUCHLINE_EVENT: eventId }, (seen, line) => seen.take(...JSON.parse(line))),
    openProgram(t, 'curl', ['curl', '-sN', addresses.stream], {}, (seen, line) => line.startsWith('data: ') && seen.frame(line.slice(6))),
    openSocket(t, addresses.socket),
    openStream(t, addresses.stream),
    openInBrowser(page, addresses),
  ].flat()).then((opened) => opened.flat())
}

async function openOfficial(t, name, server, eventId, options) {
  const seen = new Seen(name)
  const client = await Client.open(server.url, options)
  t.after(() => client.close())
  client.listen = ({ answer, name, args }) => seen.take(answer === 'join' ? 'joined' : name, ...args)
  await client.ask('join', { eventId })
  return seen
}

/** A program that writes each message as a line. */
function openProgram(t, name, [command, ...words], env, take) {
  const seen = new Seen(name)
  const program = spawn(command, words, { cwd: folder, env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => program.kill('SIGKILL'))
  createInterface({ input: program.stdout }).on('line', (line) => take(seen, line))
  return seen
}

function openSocket(t, address) {
  const seen = new Seen('ws')
  const socket = new WebSocket(address)
  t.after(() => socket.terminate())
  socket.on('message', (data) => seen.frame(data.toString()))
  return seen
}

function openStream(t, address) {
  const seen = new Seen('eventsource')
  const source = new EventSource(address)
  t.after(() => source.close())
  for (const type of ['joined', 'score']) source.addEventListener(type, ({ data }) => seen.frame(data))
  return seen
}

/** The browser's `WebSocket` and `EventSource`, in a page of the server. */
async function openInBrowser(page, addresses) {
  const seen = { socket: new Seen("the browser's WebSocket"), stream: new Seen("the browser's EventSource") }
  await page.exposeFunction('seen', (which, text) => seen[which].frame(text))
  await page.evaluate(({ socket, stream }) => {
    // Calls to the test arrive in order.
    new WebSocket(socket).onmessage = ({ data }) => window.seen('socket', data)
    const source = new EventSource(stream)
    for (const type of ['joined', 'score']) source.addEventListener(type, ({ data }) => window.seen('stream', data))
  }, addresses)
  return [seen.socket, seen.stream]
}
