// The lines that docs/connect.md gives to frontends, run as they stand there.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { cricket } from './harness/matches.js'
import { Stage } from './harness/stage.js'

const document = await readFile(new URL('../../docs/connect.md', import.meta.url), 'utf8')
const blocks = [...document.matchAll(/<!-- tried by \S+ -->\n```js\n(.*?)```/gs)].map(([, code]) => code)
const [socketIo, webSocket, signedIn, serverSent] = blocks

let stage
before(async () => {
  stage = await Stage.open()
})
after(() => stage?.close())

/** A page on which `code` runs with an event, a token, a `show` that remembers, and a `signIn` that does too. */
async function running(code, eventId, token) {
  const { page } = await stage.browser.page(stage.server.url)
  await page.addScriptTag({ url: '/socket.io/socket.io.js' })
  const names = ['token', 'since'].filter((name) => !new RegExp(`\\blet .*\\b${name}\\b`).test(code)).join(', ')
  const prelude = `const eventId = ${JSON.stringify(eventId)}; let ${names}; window.shown = [];
    token = ${JSON.stringify(token)}; const signIn = () => { window.toSignIn = true };
    const show = (state, meta) => window.shown.push([structuredClone(state), meta.seq, meta.kind]);`
  await page.evaluate(`(() => { ${prelude}\n${code}\nwindow.socket = typeof socket === 'undefined' ? null : socket })()`)
  return page
}

const shown = (page, count) => page.waitForFunction((count) => window.shown.length >= count && window.shown, count).then((seen) => seen.jsonValue())

test('the ten lines of JavaScript show an event, and recover what a break has cost them', async () => {
  const eventId = await stage.play(cricket)
  const page = await running(socketIo, eventId)
  const [[snapshot, seq, kind]] = await shown(page, 1)
  assert.deepEqual([snapshot.runs, seq, kind], [97, 4, 'snapshot'])

  await page.evaluate(() => window.socket.io.engine.close())
  await stage.scorer.score(eventId, { batters: { Desai: { runs: 1 }, Moss: null } })
  await stage.scorer.score(eventId, { runs: 98 })
  const seen = await shown(page, 3)
  assert.deepEqual(seen.slice(1).map(([, seq, kind]) => [seq, kind]), [[5, 'update'], [6, 'update']])
  const { snapshot: whole } = await stage.server.event(eventId)
  assert.deepEqual(seen[2][0], whole)
  await page.close()
})

for (const [name, code] of [['plain WebSocket', webSocket], ['server-sent events', serverSent]]) {
  test(`the lines for ${name} show an event, and each update`, async () => {
    const eventId = await stage.play(cricket)
    const page = await running(code, eventId)
    const [[snapshot, seq, kind]] = await shown(page, 1)
    assert.deepEqual([snapshot.runs, seq, kind], [97, 4, 'snapshot'])
    await stage.scorer.score(eventId, { runs: 98 })
    assert.deepEqual((await shown(page, 2))[1], [{ runs: 98 }, 5, 'update'])
    await page.close()
  })
}

test('the lines for a signed-in WebSocket show an event to its viewer, and have a stranger sign in', async () => {
  const eventId = await stage.play(cricket)
  const { token } = await stage.server.signIn('connect@example.com', 'phone')
  const page = await running(signedIn, eventId, token)
  const [[snapshot, seq, kind]] = await shown(page, 1)
  assert.deepEqual([snapshot.runs, seq, kind], [97, 4, 'snapshot'])
  assert.equal((await stage.server.event(eventId)).viewers.users, 1)
  await page.close()

  const stranger = await running(signedIn, eventId, 'tls_none')
  await stranger.waitForFunction(() => window.toSignIn)
  assert.deepEqual(await stranger.evaluate(() => window.shown), [])
  await stranger.close()
})
