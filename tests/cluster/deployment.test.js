// The files for deployment: each is valid for its format's parser, and refers only to things that exist.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { withServer } from '../clients/harness/cells.js'
import { Client } from '../clients/harness/clients.js'
import { createDatabase } from '../clients/harness/database.js'
import { virtualEnvironment } from '../clients/harness/python.js'
import { Server, binary } from '../clients/harness/server.js'

const run = promisify(execFile)
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
/** The tools that check the files. */
const { tools, prepare } = virtualEnvironment(join(root, 'tests/cluster'), join(root, 'tests/cluster/deploy/requirements.txt'))
const read = (name) => readFile(join(root, name), 'utf8')
/** The exposure level of `systemd-analyze security`, in tenths. Below it, a service counts as well sandboxed. */
const EXPOSURE = 15

describe('what is shipped', () => {
  let named
  before(async () => {
    await prepare()
    const { stdout } = await run(join(tools, 'python'), [join(root, 'tests/cluster/deploy/check.py')])
    named = JSON.parse(stdout)
  })

  test('the Dockerfile is taken by hadolint, and copies what there is', async () => {
    await run(join(tools, 'hadolint'), [join(root, 'Dockerfile')])
    const text = await read('Dockerfile')
    const copied = [...text.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, words]) => words.split(' ').slice(0, -1))
    assert.ok(copied.length > 4, `${copied}`)
    const sent = (await read('.dockerignore')).split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1))
    for (const source of copied) {
      assert.ok(await stat(join(root, source)), source)
      assert.ok(sent.some((path) => `${source.replace(/\/$/, '')}/`.startsWith(`${path}/`)), `${source} is left out by .dockerignore`)
    }
    const [, health] = text.match(/^ +CMD (\["touchline".+\])$/m)
    await assert.rejects(run(binary, JSON.parse(health).slice(1), { env: { BIND_ADDR: '127.0.0.1:1' } }), /cannot connect to 127\.0\.0\.1:1 /)
  })

  test('systemd takes the unit, which is sealed off', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'touchline-unit-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const file = join(folder, 'touchline.service')
    await writeFile(file, (await read('deploy/touchline.service')).replace('ExecStart=/usr/local/bin/touchline', `ExecStart=${binary}`))
    const { stderr } = await run('systemd-analyze', ['verify', '--man=no', file])
    assert.ok(!stderr.includes('touchline.service'), stderr)
    await run('systemd-analyze', ['security', '--offline=true', `--threshold=${EXPOSURE}`, file])
  })

  test('docker compose up works with nothing set, and its nodes share the secret that the first one makes', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'touchline-volume-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const database = await createDatabase('postgres')
    // The settings as compose fills them in, with the volume elsewhere. The code goes to the output.
    const filledIn = (text) => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1').replace(/^\/data\//, `${folder}/`)
    const settings = Object.fromEntries(Object.entries(named.environments.node1).map(([name, text]) => [name, filledIn(text)]))
    Object.assign(settings, { SMTP_URL: '', LOG_FORMAT: 'text' })
    assert.equal(settings.SECRET_KEY, '')
    const nodes = await Promise.all([1, 2].map(() => Server.startOn(database, settings)))
    t.after(async () => {
      await nodes[0].terminate('SIGKILL')
      await nodes[1].stop()
    })
    assert.deepEqual(await readdir(folder), ['secret.key'])
    assert.equal((await stat(join(folder, 'secret.key'))).mode & 0o777, 0o600)
    const { challengeId } = await nodes[0].post('/api/auth/signup', { email: 'ann@example.com', name: 'Ann' })
    const code = await nodes[0].code('ann@example.com')
    const answer = await nodes[1].post('/api/auth/verify', { challengeId, code, device: { id: 'phone', name: 'Phone' } })
    assert.equal(answer.ok, true, JSON.stringify(answer))
  })

  test('every setting that is set somewhere is one of the server', async () => {
    const { stdout: help } = await run(binary, ['serve', '--help'])
    const known = new Set([...help.matchAll(/\[env: ([A-Z_]+)/g)].map(([, name]) => name))
    assert.ok(known.size > 40, `${known.size} settings`)
    // A setting of the C library, and one that is read if BIND_ADDR is not set.
    known.add('GLIBC_TUNABLES').add('PORT')
    assert.match(help, /\bPORT\b/)
    const unit = [...(await read('deploy/touchline.service')).matchAll(/^Environment=(.+)$/gm)].flatMap(([, words]) => words.split(' '))
    const image = (await read('Dockerfile')).match(/^ENV ((?:.|\\\n)+?)$(?!\n {4})/m)[1].split(/[\s\\]+/)
    const example = [...(await read('.env.example')).matchAll(/^#?([A-Z_]+=)/gm)].map(([, name]) => name)
    const composed = Object.values(named.environments).flatMap(Object.keys)
    const set = [...composed, ...[...unit, ...image, ...example].map((word) => word.split('=')[0])]
    assert.ok(set.length > 15, `${set}`)
    assert.deepEqual(set.filter((name) => !known.has(name)), [])
  })
})

describe('the dashboard and the alerts', () => {
  const ground = withServer('postgres', { JOIN_RATE: '1/60s', SOCKET_HARD_RATE: '20/1s' })

  test('show only what a running server measures', async (t) => {
    const { stdout } = await run(join(tools, 'python'), [join(root, 'tests/cluster/deploy/check.py')])
    const { metrics } = JSON.parse(stdout)
    assert.ok(metrics.length > 15, `${metrics}`)
    await live(ground, t)
    const text = await (await fetch(`${ground.server.url}/metrics`)).text()
    const shown = new Set([...text.matchAll(/^(touchline_[a-z0-9_]+)/gm)].map(([, name]) => name))
    assert.deepEqual(metrics.filter((name) => !shown.has(name)), [])
  })
})

/** Does a little of everything, because a metric appears only after its first event. */
async function live({ server, feed }, t) {
  const eventId = await feed.event()
  const { token } = await server.signIn('ann@example.com', 'phone')
  const player = await Client.open(server.url, { credentials: { token } })
  t.after(() => player.close())
  await player.ask('join', { eventId })
  // The first score reads the event into memory; the second is passed on to members.
  await feed.score(eventId, { home: 1 })
  await feed.score(eventId, { home: 2 })
  await player.message('score', 2)
  await player.ask('reaction', { emoji: '🔥', eventId })
  await player.ask('message', { text: 'well played', eventId })
  await player.message('pulse')
  // Refused by a limit, then disconnected for flooding.
  assert.equal((await player.ask('join', { eventId })).error.code, 'rate_limited')
  for (let n = 0; n < 40; n += 1) player.send('heartbeat', randomUUID())
  await player.message('disconnect')
}
