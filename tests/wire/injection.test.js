// Texts with a meaning for a database, header, log, path or terminal, in every field of every message and call: the server
// refuses them or stores them as plain text.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join as path } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { within } from '../clients/harness/deadline.js'
import { call, get, post } from './harness/http.js'
import { Asker, EVENT, start } from './harness/server.js'

const FORGED = '\r\n1970-01-01T00:00:00.000000Z  INFO touchline: forged'
const SECRET = 'a file next to the folder of pages'

const attacks = [
  "' or '1'='1",
  "'; drop table events; --",
  '$1',
  '%',
  'x\r\nset-cookie: forged=1\r\n\r\n',
  `x${FORGED}`,
  '\u001b[2J\u001b[31mred',
  'x\u0000y',
  '../../../../etc/passwd',
  '..%2f..%2f..%2fetc%2fpasswd',
  '${jndi:ldap://127.0.0.1/x}',
  '<script>alert(1)</script>',
  '\u202egnp.exe',
]

/** Every message with all its fields. */
const viewer = {
  join: { eventId: EVENT, id: 'x', since: { epoch: 'e', seq: '1' } },
  leave: { eventId: EVENT },
  score: { eventId: EVENT },
  reaction: { emoji: '🔥', comment: 'x', eventId: EVENT, id: 'x' },
  message: { text: 'x', eventId: EVENT },
  heartbeat: { any: 'x' },
  'action:start': { eventId: EVENT, action: 'x' },
  'action:complete': { ticket: 'x' },
  leaderboard: { eventId: EVENT },
}
const admin = {
  'event:create': { eventId: 'x', sport: 'x', title: 'x', startsAt: '1', competitors: ['x'], actions: [{ name: 'x', points: '1', minMs: '1', cooldownMs: '1', dailyCap: '1' }] },
  'event:update': { eventId: EVENT, title: 'x', sport: 'x', competitors: ['x'] },
  'event:status': { eventId: EVENT, status: 'live' },
  'event:assign': { eventId: EVENT, email: 'x@example.org' },
  'event:unassign': { eventId: EVENT, email: 'x@example.org' },
  'event:list': { status: 'live' },
  score: { eventId: EVENT, data: { x: 'x' }, opId: 'x', baseSeq: '0' },
  'score:correct': { eventId: EVENT, voids: ['1'], data: { x: 'x' }, reason: 'x', opId: 'y' },
  message: { eventId: EVENT, text: 'x' },
  'message:delete': { eventId: EVENT, messageId: 'x' },
  'review:list': { eventId: EVENT, status: 'pending', after: 'x' },
  'review:decide': { reviewId: 'x', decision: 'approve', note: 'x' },
  'role:grant': { email: 'x@example.org', role: 'scorer' },
  'role:revoke': { email: 'x@example.org', role: 'scorer' },
  stats: { eventId: EVENT },
}
const calls = {
  '/api/auth/signup': { email: 'x@example.org', name: 'x' },
  '/api/auth/login': { email: 'x@example.org' },
  '/api/auth/verify': { challengeId: 'x', code: '12345678', device: { id: 'x', name: 'x' } },
}

/** Yields the payload with each of its texts replaced by the attack, and with the attack as a field name. */
function* poisoned(payload, attack) {
  function* places(value, put) {
    if (typeof value === 'string') yield put(attack)
    else if (value !== null && typeof value === 'object') {
      for (const key of Object.keys(value)) {
        yield* places(value[key], (inner) => put(Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner }))
      }
    }
  }
  yield* places(payload, (whole) => whole)
  yield { ...payload, [attack]: attack }
  yield attack
}

const CODES = /^(bad_request|unknown_message|unauthenticated|forbidden|not_found|conflict|rate_limited|too_large|event_ended|not_joined|already_used|expired|wrong_code|too_many_attempts|unavailable)$/

describe('what is meant for a database, a header, a log or a path', () => {
  const ground = {}
  before(async () => {
    ground.folder = await mkdtemp(path(tmpdir(), 'touchline-pages-'))
    await mkdir(path(ground.folder, 'pages', 'assets'), { recursive: true })
    await writeFile(path(ground.folder, 'pages', 'index.html'), '<!doctype html><title>page</title>')
    await writeFile(path(ground.folder, 'secret.txt'), SECRET)
    Object.assign(ground, await start({ WEB_DIR: path(ground.folder, 'pages'), LOG_LEVEL: 'debug', OTP_PER_IP: '100000/1h' }))
  })
  after(async () => {
    await ground.server.stop()
    await rm(ground.folder, { recursive: true, force: true })
  })

  /** Asserts that an answer is ok, or an error with a code of the contract other than `internal`. */
  const inert = (answer, what) => {
    if (answer?.ok !== true) assert.match(answer?.error?.code ?? JSON.stringify(answer), CODES, what)
  }

  for (const [namespace, messages] of [['/', viewer], ['/admin', admin]]) {
    test(`is inert in every field of every message of ${namespace}`, async (t) => {
      const asker = namespace === '/' ? await Asker.open(ground.server) : ground.admin
      if (namespace === '/') {
        t.after(() => asker.close())
        await asker.done('join', { eventId: EVENT })
      }
      for (const attack of attacks) {
        for (const [name, payload] of Object.entries(messages)) {
          for (const sent of poisoned(payload, attack)) inert(await asker.ask(name, JSON.stringify(sent)), `${name} ${JSON.stringify(sent)}`)
        }
      }
      assert.deepEqual(ground.server.alarms, [])
    })
  }

  test('is inert as the name of a message, and of a namespace', async () => {
    for (const attack of attacks) {
      const asker = await Asker.open(ground.server)
      const answer = await asker.ask(attack, {}).catch(() => 'closed')
      // The engine rejects names with escapes, and treats the packet as malformed.
      if (JSON.stringify(attack) === `"${attack}"`) assert.equal(answer.error?.code, 'unknown_message', attack)
      else assert.equal(answer, 'closed', attack)
      asker.close()
      const other = await Asker.open(ground.server)
      other.session.send(`40/${attack}`)
      await other.done('heartbeat', {})
      other.close()
    }
    assert.deepEqual(ground.server.alarms, [])
  })

  test('is inert in auth, in the query and in the headers of a handshake', async () => {
    for (const attack of attacks) {
      const encoded = encodeURIComponent(attack)
      for (const field of ['token', 'eventId', 'id', 'since']) {
        for (const options of [{ query: `&${field}=${encoded}` }, { query: `&${field}=${encoded}`, version: 3 }]) {
          const session = await Asker.open(ground.server, '/', undefined, options).catch(({ message }) => message)
          if (session instanceof Asker) session.close()
          else assert.match(session, /^44.*(unauthenticated|bad_request)/)
        }
        const named = await Asker.open(ground.server, '/', { eventId: EVENT, [field]: attack }).catch(({ message }) => message)
        if (named instanceof Asker) named.close()
        else assert.match(named, /^44.*unauthenticated/)
      }
      const header = attack.replace(/[^\x20-\x7e]/g, '')
      for (const name of ['authorization', 'origin', 'x-forwarded-for', 'x-request-id', 'cookie', 'user-agent', 'if-none-match', 'last-event-id']) {
        const answer = await get(ground.server, `/api/events/${EVENT}`, { headers: { [name]: `Bearer ${header}` } })
        assert.ok([200, 304, 400, 401].includes(answer.status), `${name}: ${answer.status} ${answer.text}`)
        unforged(answer)
      }
    }
  })

  test('is inert in the body of every call, and in its path and query', async () => {
    for (const attack of attacks) {
      for (const [name, body] of Object.entries(calls)) {
        for (const sent of poisoned(body, attack)) {
          const answer = await post(ground.server, name, JSON.stringify(sent), { headers: { 'content-type': 'application/json' } })
          assert.ok(answer.status < 500, `${name} ${JSON.stringify(sent)}: ${answer.status} ${answer.text}`)
          unforged(answer)
        }
      }
      const encoded = encodeURIComponent(attack)
      for (const target of [
        `/api/events/${encoded}`, `/api/events/${encoded}/updates`, `/api/events/${encoded}/stats`, `/api/events/${encoded}/leaderboard`,
        `/api/events?status=${encoded}`, `/api/events/${EVENT}/updates?after=${encoded}&limit=${encoded}`, `/api/${encoded}`,
        `/${encoded}`, `/assets/${encoded}`, `/socket.io/${encoded}`, `/socket.io/?EIO=${encoded}&transport=${encoded}&sid=${encoded}`,
      ]) {
        const answer = await get(ground.server, target)
        assert.ok(answer.status < 500, `${target}: ${answer.status} ${answer.text}`)
        unforged(answer)
      }
    }
  })

  test('no path leads out of the folder of pages', async () => {
    for (const target of [
      '/../secret.txt', '/assets/../../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt',
      '/..%5csecret.txt', '//../secret.txt', '/./../secret.txt', '/%2e%2e%2fsecret.txt', '/assets/....//....//secret.txt',
      '/socket.io/../../secret.txt', '/socket.io/socket.io.js/../../../secret.txt', '/secret.txt%00.html', '/%c0%ae%c0%ae/secret.txt',
      `${ground.folder}/secret.txt`, `/${encodeURIComponent(`${ground.folder}/secret.txt`)}`,
    ]) {
      const answer = await raw(ground.server, `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
      assert.match(answer, /^HTTP\/1\.1 (200|400|404|405)/, target)
      assert.doesNotMatch(answer, new RegExp(SECRET), target)
    }
  })

  test('a request within a request is none', async () => {
    for (const head of [
      'POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n',
      'POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxxx',
      'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\nY: b\r\nBad Name: x\r\n\r\n',
    ]) {
      const answer = await raw(ground.server, head)
      assert.ok((answer.match(/HTTP\/1\.1 200/g) ?? []).length === 0, answer)
    }
  })

  test('nothing was lost, nobody has a role that was not given, and no log line is forged', async () => {
    const { events } = await ground.admin.done('event:list', {})
    assert.ok(events.some(({ eventId }) => eventId === EVENT))
    const answer = await call(ground.server, 'GET', `/api/events/${EVENT}`)
    assert.equal(answer.status, 200)
    const guest = await Asker.open(ground.server)
    await guest.done('join', { eventId: EVENT })
    guest.close()
    assert.deepEqual(ground.server.alarms, [])
  })
})

/** Asserts that the attack set no header or cookie. (The request id may come from the client.) */
function unforged({ headers, text }) {
  assert.equal(headers['set-cookie'], undefined)
  const { 'x-request-id': _, ...own } = headers
  assert.doesNotMatch(JSON.stringify(own), /forged/)
  assert.doesNotMatch(text, /root:.*:0:0/)
}

/** In milliseconds: far longer than a busy machine pauses within an answer. */
const SILENCE = 5_000

/** Sends bytes and returns the answer: everything until the connection ends, or until a silence after the first bytes. */
function raw(server, bytes) {
  const answered = new Promise((done) => {
    let seen = ''
    const socket = connect(server.port, '127.0.0.1')
    socket.on('data', (more) => {
      seen += more.toString('latin1')
      socket.setTimeout(SILENCE, () => socket.destroy())
    })
    socket.on('error', () => {}).on('close', () => done(seen))
    socket.write(bytes)
  })
  return within(answered, bytes.slice(0, 100))
}
