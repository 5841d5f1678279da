// The measured task as a typical Node server does it: viewers join an event and get its state; a scorer's update is merged
// and sent to the event's room. It keeps everything in memory, so unlike Touchline it answers the scorer without waiting.

import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { Server } from 'socket.io'

if (process.argv.includes('--version')) {
  const { version } = createRequire(import.meta.url)('socket.io/package.json')
  console.log(`socket.io ${version} on Node ${process.version}`)
  process.exit()
}

const events = new Map()

/** JSON Merge Patch (RFC 7396). */
function merge(target, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch
  const merged = target !== null && typeof target === 'object' && !Array.isArray(target) ? target : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = merge(merged[key], value)
  }
  return merged
}

const no = (code, message) => ({ ok: false, error: { code, message } })

const http = createServer()
const io = new Server(http, { serveClient: false })

io.on('connection', (socket) => {
  socket.on('join', ({ eventId }, answer) => {
    const event = events.get(eventId)
    if (!event) return answer(no('not_found', 'there is no such event'))
    socket.join(eventId)
    socket.data.eventId = eventId
    socket.data.viewerId = randomUUID()
    const total = io.of('/').adapter.rooms.get(eventId).size
    const { epoch, seq, at, state, about } = event
    const viewers = { total, users: 0, guests: total }
    answer({ ok: true, eventId, viewerId: socket.data.viewerId, epoch, seq, recovered: false, event: about, viewers })
    if (seq > 0) socket.emit('score', state, { eventId, epoch, seq, kind: 'snapshot', at })
  })

  // Like typical servers: send each reaction to everybody.
  socket.on('reaction', ({ emoji, comment }, answer) => {
    const { eventId, viewerId: id } = socket.data
    io.to(eventId).emit('reaction', { id, emoji, comment, at: Date.now() }, { eventId })
    answer({ ok: true })
  })
})

const admin = io.of('/admin')
admin.use((socket, next) => {
  next(socket.handshake.auth.token === process.env.TOKEN ? undefined : new Error('unauthenticated'))
})
admin.on('connection', (socket) => {
  socket.on('event:create', ({ eventId, sport, title }, answer) => {
    const about = { eventId, sport, title, status: 'scheduled', startsAt: null, competitors: null, actions: [] }
    events.set(eventId, { epoch: randomUUID(), seq: 0, at: 0, state: {}, about: { ...about, messages: true } })
    answer({ ok: true, event: about })
  })

  socket.on('score', ({ eventId, data }, answer) => {
    const event = events.get(eventId)
    if (!event) return answer(no('not_found', 'there is no such event'))
    event.seq += 1
    event.at = Date.now()
    event.state = merge(event.state, data)
    const { epoch, seq, at } = event
    io.to(eventId).emit('score', data, { eventId, epoch, seq, kind: 'update', at })
    answer({ ok: true, epoch, seq, duplicate: false })
  })
})

http.listen(0, '127.0.0.1', () => {
  console.log(`The peer is listening on http://127.0.0.1:${http.address().port}`)
})
