// An administrator's way from a new match to its first point, on a phone: at most six taps and the two names.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allSent, openDesks } from './harness/desk.js'
import { button, sheetOf } from './harness/families.js'
import { upright } from './harness/thumb.js'

const { stage, ann } = await openDesks()

/** A sport of each family, how many entries lead to its first point, and its way there. */
const half = (page, name) => page.getByRole('group', { name, exact: true }).getByRole('button').first()
const sports = [
  ['Basketball', 2, async (page, tap) => tap(page.getByRole('group', { name: 'Mill Lane', exact: true }).getByRole('button', { name: '+2' }))],
  ['Quiz', 2, async (page, tap) => tap(half(page, 'Mill Lane'))],
  ['Volleyball', 3, async (page, tap) => {
    // Who serves, and who wins the first rally.
    await tap(half(page, 'Harbour'))
    await tap(half(page, 'Mill Lane'))
  }],
  ['Athletics', 2, async (page, tap) => {
    await tap(page.getByRole('button', { name: /Mill Lane/ }))
    await sheetOf(page).getByLabel('Mark', { exact: true }).fill('10.83')
    await tap(sheetOf(page).getByRole('button', { name: /^Enter/ }))
  }],
]

for (const [title, entries, point] of sports) {
  test(`${title.toLowerCase()} is scored after six taps and the two names`, async () => {
    const { page, problems } = await ann.page(stage.server, '/admin')
    await page.setViewportSize(upright)
    await page.locator('[data-desk=open]').waitFor()
    let taps = 0
    const tap = async (key) => {
      await key.click()
      taps += 1
    }
    await tap(button(page, 'New event'))
    await tap(button(page, title))
    // The first name has the focus, and the keyboard leads on.
    await page.waitForFunction(() => document.activeElement?.closest('label')?.textContent.includes('Name 1'))
    await page.keyboard.type('Mill Lane')
    await page.keyboard.press('Tab')
    await page.keyboard.type('Harbour')
    await tap(button(page, 'Create and go live'))
    await tap(button(page, 'Start scoring'))
    await point(page, tap)
    await page.locator('[data-entry]').nth(entries - 1).waitFor()
    await allSent(page)
    assert.ok(taps <= 6, `${taps} taps`)
    const eventId = decodeURIComponent(page.url().split('/').at(-1))
    const { event, seq } = await stage.server.event(eventId)
    assert.deepEqual([event.title, event.status], ['Mill Lane v Harbour', 'live'])
    const viewer = await stage.browser.page(stage.addressOf(eventId))
    await viewer.page.locator(`[data-seq="${seq}"]`).getByText('Mill Lane').waitFor()
    await viewer.page.locator('.scoreboard').getByText('Harbour', { exact: true }).first().waitFor()
    assert.deepEqual([...problems, ...viewer.problems], [])
    await viewer.page.close()
    await page.close()
  })
}
