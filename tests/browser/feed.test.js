// What other programs publish shows as a scoreboard: the README's example, and every example of docs/sports.md.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { io } from 'socket.io-client'
import { askUntil } from '../clients/harness/deadline.js'
import { Stage } from './harness/stage.js'

let stage
before(async () => {
  stage = await Stage.open()
})
after(() => stage?.close())

const text = (path) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')

/** The cards of the list that name the event. */
const cardOf = (page, title) => page.locator('li', { hasText: title }).first()

test("the README's scoring program shows as a board with the names of the event's competitors", async () => {
  const [, code] = /```js\n(const token = .*?)```/s.exec(await text('README.md'))
  const [scored, corrected] = code.split(/^(?=desk\.emit\("score:correct")/m)
  let desk
  const connect = (address, options) => (desk = io(address.replace('https://your.server', stage.server.url), { ...options, forceNew: true }))
  new Function('io', 'console', scored.replace('tl_…', await stage.server.token('admin')))(connect, { log: () => {} })
  try {
    await askUntil(() => stage.server.event('final'), ({ snapshot }) => snapshot?.home?.goals === 1, 'the goal')
    const { page, problems } = await stage.browser.page(stage.addressOf('final'))
    const board = page.getByRole('region', { name: 'Score' }).locator('.scoreboard')
    await board.getByText('Harbour Lane').waitFor()
    await board.getByText('Old Bridge').waitFor()
    await board.getByText('1', { exact: true }).waitFor()
    assert.match(await page.title(), /^1–0 · The final/)

    new Function('desk', corrected)(desk)
    await board.getByText('1', { exact: true }).waitFor({ state: 'detached' })
    await page.locator('[data-seq="2"]').getByText('offside').waitFor()
    await page.goto(`${stage.server.url}/#/`)
    await cardOf(page, 'The final').getByText('Old Bridge').waitFor()
    assert.deepEqual(problems, [])
    await page.close()
  } finally {
    desk.close()
  }
})

test('every state of docs/sports.md shows as a board, in the words of its summary', async () => {
  const examples = [...(await text('docs/sports.md')).matchAll(/^`sport`: `([^`]+)`.*?```json\n(.*?)```/gms)]
  assert.ok(examples.length >= 5)
  const { page, problems } = await stage.browser.page(stage.server.url)
  for (const [, sport, json] of examples) {
    const state = JSON.parse(json)
    const eventId = await stage.play({ sport, title: `Example of ${sport}`, updates: [state] })
    await page.goto(stage.addressOf(eventId))
    await page.getByRole('heading', { level: 1, name: `Example of ${sport}` }).waitFor()
    const board = page.getByRole('region', { name: 'Score' }).locator('.scoreboard').first()
    await board.waitFor()
    for (const { name } of state.summary.sides.slice(0, 2)) await board.getByText(name).first().waitFor()
    assert.deepEqual(problems, [], sport)
  }
  const [, sport, json] = examples[0]
  await page.goto(`${stage.server.url}/#/?sport=${encodeURIComponent(sport)}`)
  await cardOf(page, `Example of ${sport}`).getByText(JSON.parse(json).summary.sides[0].name).first().waitFor()
  await page.close()
})

test('every schema of docs/sports.md is served to any origin', async () => {
  const paths = new Set([...(await text('docs/sports.md')).matchAll(/The schema is at `(\/schemas\/[a-z]+\.json)`/g)].map(([, path]) => path))
  assert.ok(paths.size >= 4)
  for (const path of paths) {
    const answer = await fetch(`${stage.server.url}${path}`, { headers: { origin: 'https://club.example' } })
    assert.equal(answer.status, 200, path)
    assert.equal((await answer.json()).$schema, 'https://json-schema.org/draft/2020-12/schema')
  }
})
