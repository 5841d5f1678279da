// python-socketio against the real server: makes its virtual environment where it is not there yet,
// and runs python/test_clients.py once for each database.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { cp, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { withServer } from './harness/cells.js'
import { databases } from './harness/database.js'
import { within } from './harness/deadline.js'

const run = promisify(execFile)
const here = dirname(fileURLToPath(import.meta.url))
const folder = join(here, 'python')
const environment = join(here, '.venv')
const requirements = join(folder, 'requirements.txt')
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

/** The environment is made anew when the requirements have changed. */
async function prepare() {
  const stamp = join(environment, 'requirements.txt')
  const wanted = await readFile(requirements, 'utf8')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return
  await rm(environment, { recursive: true, force: true })
  await mkdir(environment, { recursive: true })
  await run('python3', ['-m', 'venv', environment])
  await run(join(environment, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements], { timeout: 5 * MINUTES })
  await cp(requirements, stamp)
}

async function unittest({ server, token }) {
  const python = spawn(join(environment, 'bin/python'), ['test_clients.py'], {
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
