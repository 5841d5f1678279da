// python-socketio against the real server. Creates the virtual environment if needed, and runs python/test_clients.py
// once for each database.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { before, describe, test } from 'node:test'
import { withServer } from './harness/cells.js'
import { databases } from './harness/database.js'
import { within } from './harness/deadline.js'
import { folder, interpreter, prepare } from './harness/python.js'

const MINUTES = 60_000

describe('python-socketio', () => {
  before(prepare)

  for (const database of databases) {
    describe(`on ${database}`, () => {
      const ground = withServer(database)

      test('over WebSocket, polling and with upgrade', async (t) => {
        const { code, lines } = await unittest(ground)
        assert.equal(code, 0, lines.join('\n'))
        const sum = lines.find((line) => /^Ran \d+ tests/.test(line))
        t.diagnostic(sum)
        assert.ok(Number(sum.split(' ')[1]) > 20, sum)
      })

      test('the lines of docs/connect.md, as they are printed, show an event and each update', (t) => printed(t, ground))
    })
  }
})

/** The Python example in docs/connect.md, and the event it names. */
async function printed(t, { server, feed }) {
  const document = await readFile(new URL('../../docs/connect.md', import.meta.url), 'utf8')
  const [, code] = document.match(/<!-- python: tried by \S+ -->\n```python\n(.*?)```/s)
  const ask = async (name, payload) => {
    const answer = await feed.client.ask(name, { eventId: 'cricket-demo', ...payload })
    assert.equal(answer.ok, true, JSON.stringify(answer))
  }
  await ask('event:create', { sport: 'cricket', title: 'Python' })
  await ask('event:status', { status: 'live' })
  await ask('score', { data: { runs: 1, batters: { Ann: 1, Bob: 0 } }, opId: randomUUID() })
  const python = spawn(interpreter, ['-c', code], { env: { ...process.env, TOUCHLINE_URL: server.url }, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => python.kill('SIGKILL'))
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]()
  const next = async () => (await within(lines.next(), () => 'a line', MINUTES)).value
  assert.equal(await next(), 'snapshot 1 {"runs": 1, "batters": {"Ann": 1, "Bob": 0}}')
  await ask('score', { data: { batters: { Bob: null, Cy: 4 } }, opId: randomUUID() })
  assert.equal(await next(), 'update 2 {"runs": 1, "batters": {"Ann": 1, "Cy": 4}}')
}

async function unittest({ server, token }) {
  const python = spawn(interpreter, ['test_clients.py'], {
    cwd: folder,
    env: { ...process.env, TOUCHLINE_URL: server.url, TOUCHLINE_TOKEN: token, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const lines = []
  createInterface({ input: python.stderr }).on('line', (line) => lines.push(line))
  try {
    const ended = new Promise((done) => python.once('close', done))
    return { code: await within(ended, () => lines.join('\n'), 5 * MINUTES), lines }
  } finally {
    python.kill('SIGKILL')
  }
}
