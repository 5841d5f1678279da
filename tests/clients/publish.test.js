// The examples of docs/publish.md, run as they are printed there.

import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import { withServer } from './harness/cells.js'
import { databases } from './harness/database.js'

const run = promisify(execFile)
const page = await readFile(new URL('../../docs/publish.md', import.meta.url), 'utf8')

/** The examples in a language, in order. */
function examples(language) {
  const found = [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].filter(([, name]) => name === language)
  return found.map(([, , code]) => code)
}

test('no example is longer than ten lines', () => {
  for (const language of ['sh', 'python', 'js', 'javascript']) {
    assert.ok(examples(language).length > 0, language)
    for (const code of examples(language)) assert.ok(code.trimEnd().split('\n').length <= 10, code)
  }
})

for (const database of databases) {
  describe(`docs/publish.md on ${database}`, () => {
    const ground = withServer(database)
    let env, folder
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'touchline-publish-'))
      env = { PATH: process.env.PATH, HOME: folder, TOUCHLINE: ground.server.url, TOKEN: ground.token }
      // The first example makes the event.
      await run('bash', ['-euc', examples('sh')[0]], { env })
    })
    after(() => rm(folder, { recursive: true, force: true }))

    /** Runs an example twice: the second time changes nothing. */
    async function runTwice(example) {
      const { seq } = await ground.server.event('final')
      const answers = [await example(), await example()]
      assert.deepEqual(answers.map(({ ok, seq, duplicate }) => ({ ok, seq, duplicate })), [
        { ok: true, seq: seq + 1, duplicate: false },
        { ok: true, seq: seq + 1, duplicate: true },
      ])
      return (await ground.server.event('final')).snapshot
    }

    test('curl makes an event, starts it, publishes and corrects', async () => {
      const { event } = await ground.server.event('final')
      assert.deepEqual([event.title, event.status], ['Harbour Lane v Meadow Bank', 'live'])
      const [, publish, correct] = examples('sh')
      const curl = async (code) => JSON.parse((await run('bash', ['-euc', code], { env })).stdout)
      assert.deepEqual(await runTwice(() => curl(publish)), { runs: 122, wickets: 4 })
      assert.equal((await curl(correct)).seq, 2)
      assert.equal((await ground.server.event('final')).snapshot.runs, 121)
    })

    test('Python publishes', async () => {
      const program = async () => {
        // It prints a dict of Python.
        const { stdout } = await run('python3', ['-c', examples('python')[0]], { env })
        return JSON.parse(stdout.replaceAll("'", '"').replaceAll('True', 'true').replaceAll('False', 'false'))
      }
      assert.equal((await runTwice(program)).runs, 126)
    })

    test('Node publishes', async () => {
      const file = join(folder, 'publish.mjs')
      await writeFile(file, examples('js')[0])
      // It prints an object as `console.log` does.
      const program = async () => ({ ...runInNewContext(`(${(await run('node', [file], { env })).stdout})`) })
      assert.equal((await runTwice(program)).runs, 130)
    })

    test('Apps Script publishes', async () => {
      const script = `${examples('javascript')[0]}; publish('final', { runs: 136 }, 'over-15-ball-3')`
      const program = async () => ({ ...runInNewContext(script, appsScript(env)) })
      assert.equal((await runTwice(program)).runs, 136)
    })
  })
}

/** What the example uses of Google's: `UrlFetchApp` waits for its answer, so another process asks. */
function appsScript(properties) {
  const program = `
    const { address, method, contentType, payload, headers } = JSON.parse(process.argv[1])
    const request = { method: method.toUpperCase(), headers: { ...headers, 'content-type': contentType }, body: payload }
    const answer = await fetch(address, request)
    if (!answer.ok) throw new Error(await answer.text())
    console.log(await answer.text())`
  const fetch = (address, options) => {
    const asked = JSON.stringify({ address, ...options })
    const text = execFileSync(process.execPath, ['--input-type=module', '-e', program, asked], { encoding: 'utf8' })
    return { getContentText: () => text }
  }
  return {
    UrlFetchApp: { fetch },
    PropertiesService: { getScriptProperties: () => ({ getProperty: (name) => properties[name] }) },
  }
}
