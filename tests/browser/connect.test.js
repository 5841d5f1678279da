// The frontend examples in README.md and docs/connect.md, run exactly as printed.

import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cricket } from './harness/matches.js'
import { Stage } from './harness/stage.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const client = join(process.env.WEB_DIR ?? join(root, 'web-client/dist'), 'socket.io')
/** The event that the examples name. */
const eventId = 'cricket-demo'

let folder, stage
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchline-connect-'))
  await cp(client, join(folder, 'socket.io'), { recursive: true })
  await writeFile(join(folder, 'index.html'), '<!doctype html>')
  for (const document of ['README.md', 'docs/connect.md']) {
    const text = await readFile(join(root, document), 'utf8')
    for (const [, name, kind, code] of text.matchAll(/<!-- (\S+): tried by tests\/browser\S+ -->\n```(\w+)\n(.*?)```/gs)) {
      await writeFile(join(folder, name.includes('.') ? name : `${name}.${kind}`), code)
    }
  }
  for (const name of ['first', 'full', 'list', 'follow', 'websocket', 'signed-in', 'stream']) {
    const scripts = ['/socket.io/socket.io.js', `/${name}.js`].map((src) => `<script src="${src}"></script>`)
    await writeFile(join(folder, `${name}.html`), `<!doctype html>${scripts.join('')}`)
  }
  stage = await Stage.open({ WEB_DIR: folder })
  await stage.play({ eventId, ...cricket })
})
after(async () => {
  await stage?.close()
  if (folder) await rm(folder, { recursive: true, force: true })
})

const event = () => stage.server.event(eventId)

/** A page of the server, and the console output of its scripts, each line as a list. */
async function open(name, token) {
  const page = await stage.browser.context.newPage()
  const printed = []
  page.on('console', async (message) => {
    // Messages without arguments come from the browser, such as about a missing icon.
    if (message.args().length === 0) return
    const line = []
    printed.push(line)
    line.push(...(await Promise.all(message.args().map((argument) => argument.jsonValue()))))
  })
  page.on('pageerror', (error) => printed.push(['error', error.message]))
  if (token) await page.addInitScript((token) => localStorage.setItem('my-token', token), token)
  await page.goto(`${stage.server.url}/${name}.html`)
  /** Waits for a line for which `holds` is true, and returns it. */
  const line = async (holds) => {
    const deadline = Date.now() + 60_000
    for (;;) {
      const found = printed.find(holds)
      if (found) return found
      assert.ok(Date.now() < deadline, JSON.stringify(printed))
      await page.waitForTimeout(20)
    }
  }
  return { page, printed, line }
}

test("the README's two files show an event, and recover what a break has cost them", async () => {
  const { page, printed } = await open('board')
  const shows = async () => {
    const { snapshot } = await event()
    await page.waitForFunction((wanted) => document.getElementById('score').textContent === wanted, JSON.stringify(snapshot, null, 2))
  }
  await shows()
  await page.evaluate('socket.io.engine.close()')
  await stage.scorer.score(eventId, { batters: { Desai: { runs: 1 }, Moss: null } })
  await stage.scorer.score(eventId, { runs: 98 })
  await shows()
  assert.deepEqual(printed, [])
  await page.close()
})

test('the lines for a list of matches show what enters, changes and leaves it, and begin again after a break', async () => {
  const { page, line } = await open('list')
  const shows = (id, holds) => line(([matches]) => holds(matches?.find((match) => match.eventId === id)))
  const other = 'listed'
  await stage.scorer.ask('event:create', { eventId: other, sport: 'chess', title: 'Before' })
  await shows(other, (match) => match?.title === 'Before')
  await stage.scorer.ask('event:update', { eventId: other, title: 'After' })
  await shows(other, (match) => match?.title === 'After')
  await page.evaluate('socket.io.engine.close()')
  await stage.scorer.ask('event:update', { eventId: other, title: 'Later' })
  await shows(other, (match) => match?.title === 'Later')
  await page.close()
})

test('the lines of JavaScript show an event, and recover what a break has cost them', async () => {
  const { page, printed, line } = await open('first')
  const before = await event()
  assert.deepEqual(await line(([kind]) => kind === 'snapshot'), ['snapshot', before.seq, before.snapshot])
  await page.evaluate('socket.io.engine.close()')
  await stage.scorer.score(eventId, { batters: { Desai: { runs: 2 } } })
  await stage.scorer.score(eventId, { runs: 99, over: null })
  const { seq, snapshot } = await event()
  assert.deepEqual(await line(([, at]) => at === seq), ['update', seq, snapshot])
  assert.deepEqual(printed.map(([, at]) => at), [seq - 2, seq - 1, seq])
  await page.close()
})

test('the lines for whole states show an event, and its state after each update', async () => {
  const { page, line } = await open('full')
  const before = await event()
  assert.deepEqual(await line(([state]) => state), [before.snapshot])
  await stage.scorer.score(eventId, { batters: { Desai: { runs: 3 } }, partnership: null })
  const { snapshot } = await event()
  assert.deepEqual(await line(([state]) => state?.batters.Desai.runs === 3), [snapshot])
  await page.close()
})

test('components that share a socket get whole states, and one that stops does not silence the other', async () => {
  const { page, printed, line } = await open('follow')
  const before = await event()
  for (const name of ['first', 'second']) assert.deepEqual((await line(([who]) => who === name))[1], before.snapshot)
  await page.evaluate('stop()')
  await stage.scorer.score(eventId, { runs: 100, bowlers: { Teller: null } })
  const { snapshot } = await event()
  assert.deepEqual((await line(([who, state]) => who === 'second' && state.runs === 100))[1], snapshot)
  assert.deepEqual(printed.map(([who]) => who), ['first', 'second', 'second'])
  // A later component gets the state at once.
  await page.evaluate("follow('cricket-demo', (state) => console.log('third', state))")
  assert.deepEqual((await line(([who]) => who === 'third'))[1], snapshot)
  await page.close()
})

for (const name of ['websocket', 'stream']) {
  test(`the lines for ${name} show an event, and each update`, async () => {
    const { page, line } = await open(name)
    const before = await event()
    assert.deepEqual(await line(([kind]) => kind === 'snapshot'), ['snapshot', before.seq, before.snapshot])
    await stage.scorer.score(eventId, { runs: before.snapshot.runs + 1 })
    assert.deepEqual(await line(([kind]) => kind === 'update'), ['update', before.seq + 1, { runs: before.snapshot.runs + 1 }])
    await page.close()
  })
}

test('the lines for a plain WebSocket recover what a break has cost them', async () => {
  const { page, printed, line } = await open('websocket')
  await line(([kind]) => kind === 'snapshot')
  await page.evaluate('plain.close()')
  await stage.scorer.score(eventId, { runs: 120 })
  const { seq } = await event()
  assert.deepEqual(await line(([, at]) => at === seq), ['update', seq, { runs: 120 }])
  assert.equal(printed.length, 2)
  await page.close()
})

test('the lines for a signed-in WebSocket show an event to its viewer, and have a stranger sign in', async () => {
  const { token } = await stage.server.signIn('connect@example.com', 'phone')
  const { page, line } = await open('signed-in', token)
  const { seq, snapshot } = await event()
  assert.deepEqual(await line(([kind]) => kind === 'snapshot'), ['snapshot', seq, snapshot])
  assert.equal((await event()).viewers.users, 1)
  await page.close()

  const stranger = await open('signed-in', 'tls_none')
  await stranger.line(([said]) => said === 'sign in again')
  assert.equal(stranger.printed.length, 1)
  await stranger.page.close()
})
