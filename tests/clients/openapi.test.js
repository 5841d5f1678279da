// The description of the API: linters accept it, and the client that openapi-typescript generates from it works.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import SwaggerParser from '@apidevtools/swagger-parser'
import openapiTypescript, { astToString } from 'openapi-typescript'
import ts from 'typescript'
import { withServer } from './harness/cells.js'

const run = promisify(execFile)
const here = dirname(fileURLToPath(import.meta.url))

describe('the description of the API', () => {
  const ground = withServer('sqlite')
  let folder, file
  before(async () => {
    // Inside of node_modules, so that the program finds its packages.
    folder = await mkdtemp(join(here, 'node_modules', '.openapi-'))
    file = join(folder, 'openapi.json')
    await writeFile(file, JSON.stringify(await ground.server.get('/api/openapi.json')))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  test('has no error by @redocly/cli', async () => {
    const redocly = join(here, 'node_modules', '.bin', 'redocly')
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
    // It exits with 1 if there are errors.
    const { stdout } = await run(redocly, ['lint', file, '--format=json'], { env, maxBuffer: 2 ** 24 }).catch((error) => error)
    const errors = JSON.parse(stdout).problems.filter(({ severity }) => severity === 'error')
    assert.deepEqual(errors.map(({ message, location }) => `${message} ${location[0].pointer}`), [])
  })

  test('is valid by swagger-parser', async () => {
    const description = await SwaggerParser.validate(file)
    assert.ok(Object.keys(description.paths).length > 20)
  })

  test('makes a client that compiles and publishes', async () => {
    const types = astToString(await openapiTypescript(pathToFileURL(file)))
    await writeFile(join(folder, 'api.d.ts'), types)
    const program = join(folder, 'publish.ts')
    await copyFile(join(here, 'openapi', 'publish.ts'), program)
    const options = {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
      types: [],
    }
    const problems = ts.getPreEmitDiagnostics(ts.createProgram([program], options))
    assert.deepEqual(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')), [])

    const { outputText } = ts.transpileModule(await readFile(program, 'utf8'), { compilerOptions: { ...options, noEmit: false } })
    await writeFile(join(folder, 'publish.mjs'), outputText)
    const { publish } = await import(pathToFileURL(join(folder, 'publish.mjs')))
    const { created, again, put, patched, live, batch, corrected, listed, state, code } = await publish(ground.server.url, ground.token, 'ann@example.org')
    assert.deepEqual(again, created)
    assert.equal(put.event.title, 'A v C')
    assert.deepEqual([patched.event.venue, patched.event.messages], ['Harbour Lane', false])
    assert.equal(live.event.status, 'live')
    assert.deepEqual(listed.map(({ eventId }) => eventId), [created.event.eventId])
    assert.deepEqual(batch.results.map(({ seq }) => seq), [2, 3])
    assert.equal(corrected.seq, 4)
    assert.deepEqual(state.snapshot, { runs: 1 })
    assert.equal(state.event.eventId, created.event.eventId)
    assert.equal(code, 'not_found')
  })
})
