// An administrator's way from a new match to its first point, on a phone: at most six taps and the two names.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { allSent } from './harness/desk.js'
import { Person } from './harness/person.js'
import { Stage } from './harness/stage.js'
import { upright } from './harness/thumb.js'

let stage
let boss
before(async () => {
  stage = await Stage.open()
  boss = await Person.of(stage.server, 'admin')
})
after(async () => {
  await boss?.close()
  await stage?.close()
})

/** A sport of each family, and the key that enters its first point. */
const sports = [
  ['Basketball', (page) => page.getByRole('group', { name: 'Mill Lane', exact: true }).getByRole('button', { name: '+2' })],
  ['Quiz', (page) => page.getByRole('group', { name: 'Mill Lane', exact: true }).getByRole('button').first()],
]

for (const [title, point] of sports) {
  test(`${title.toLowerCase()} is scored after six taps and the two names`, async () => {
    const { page, problems } = await boss.page(stage.server, '/admin')
    await page.setViewportSize(upright)
    await page.locator('[data-desk=open]').waitFor()
    let taps = 0
    const tap = async (key) => {
      await key.click()
      taps += 1
    }
    const button = (name) => page.getByRole('button', { name, exact: true })
    await tap(button('New event'))
    await tap(button(title))
    await page.getByLabel('Name 1').fill('Mill Lane')
    await page.getByLabel('Name 2').fill('Harbour')
    await tap(button('Create and score'))
    await tap(button('Start scoring'))
    await tap(button('Go live and send'))
    await tap(point(page))
    await page.locator('[data-entry="2"]').waitFor()
    await allSent(page)
    assert.ok(taps <= 6, `${taps} taps`)
    const eventId = decodeURIComponent(page.url().split('/').at(-1))
    const { event, seq } = await stage.server.event(eventId)
    assert.deepEqual([event.title, event.status, seq], ['Mill Lane v Harbour', 'live', 2])
    const viewer = await stage.browser.page(stage.addressOf(eventId))
    await viewer.page.locator('[data-seq="2"]').getByText('Mill Lane').waitFor()
    await viewer.page.locator('.scoreboard').getByText('Harbour', { exact: true }).waitFor()
    assert.deepEqual([...problems, ...viewer.problems], [])
    await viewer.page.close()
    await page.close()
  })
}
