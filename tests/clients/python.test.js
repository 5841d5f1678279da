// python-socketio against the real server: makes its virtual environment where it is not there yet,
// and runs python/test_clients.py once for each database.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
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
    })
  }
})

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
