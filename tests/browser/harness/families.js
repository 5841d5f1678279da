// One match of a sports family, as its desk, its viewers and the list see it.

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { isLostConnection } from './browser.js'
import { openDesk } from './desk.js'
import { Stream } from './stream.js'
import { upright } from './thumb.js'

export const button = (page, name) => page.getByRole('button', { name, exact: true })
/** A key of a side by what it says. */
export const key = (page, side, name) => button(page.getByRole('group', { name: side, exact: true }), name)
export const sheetOf = (page) => page.getByRole('dialog')
/** The viewers' board. */
export const board = (page) => page.getByRole('region', { name: 'Score' })

/**
 * Opens the desk of a new match, its page, the list and a stream of its states. `size` is the screen of its viewers, a desktop's by
 * default. `close` asserts that no page had a problem.
 */
export async function openAll({ stage, ann }, match, size) {
  const eventId = await stage.play({ updates: [], ...match })
  const { page, problems } = await openDesk(ann, stage.server, eventId)
  await page.setViewportSize(upright)
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  if (size) await viewer.page.setViewportSize(size)
  const list = await stage.browser.page(`${stage.server.url}/#/`)
  const stream = new Stream(stage.server, eventId)
  const close = async () => {
    assert.deepEqual([...problems, ...viewer.problems, ...list.problems].filter((problem) => !isLostConnection(problem)), [])
    stream.close()
    for (const one of [page, viewer.page, list.page]) await one.close()
  }
  return { eventId, page, viewer: viewer.page, list: list.page, stream, close }
}

/** Corrects an entry by its "Correct…" button. `change` says in the dialog what happened, as far as the preview. */
export async function correctBy(correct, reason, change) {
  const page = correct.page()
  await correct.click()
  const sheet = sheetOf(page)
  await sheet.getByLabel('Reason (everybody can see it)').fill(reason)
  await change(sheet)
  await button(sheet, 'Send correction').click()
  await sheet.waitFor({ state: 'detached' })
  await page.evaluate(() => scrollTo(0, 0))
}

/** Corrects an update by its number, as `change` says in the dialog. */
export async function correctUpdate(page, seq, reason, change) {
  const [entry, earlier] = [button(page, `Correct update ${seq}`), button(page, 'Show earlier entries')]
  await entry.or(earlier).first().waitFor()
  while ((await entry.count()) === 0) await earlier.click()
  await correctBy(entry, reason, async (sheet) => {
    await change(sheet)
    await button(sheet, 'Preview changes').click()
  })
}

/** Takes a picture into `SHOTS`, to be looked at. */
export async function shoot(page, name) {
  if (!process.env.SHOTS) return
  await mkdir(process.env.SHOTS, { recursive: true })
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.screenshot({ path: `${process.env.SHOTS}/${name}-${colorScheme}.png` })
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null })
}
