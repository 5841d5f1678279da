// A scorer's desk on a phone, opened for a new match.

import assert from 'node:assert/strict'
import { after } from 'node:test'
import { Person } from './person.js'
import { squadMatch } from './squads.js'
import { Stage } from './stage.js'
import { beyond, shallow, Thumb, upright } from './thumb.js'

class Desks {
  static async open() {
    const desks = new Desks()
    try {
      desks.stage = await Stage.open({ OTP_RESEND: '1ms' })
      desks.ann = await Person.of(desks.stage.server, 'admin')
    } catch (error) {
      await desks.close()
      throw error
    }
    return desks
  }

  /** Opens the desk of a new match: one with squads, in its first over. */
  async open(size = upright, match = squadMatch) {
    const eventId = await this.stage.play(match)
    const { page, problems } = await openDesk(this.ann, this.stage.server, eventId)
    await page.setViewportSize(size)
    return { eventId, page, problems, thumb: new Thumb(page) }
  }

  /** The state of a match, once everything is sent. */
  async stateOf({ eventId, page }) {
    await allSent(page)
    const { snapshot } = await this.stage.server.event(eventId)
    return snapshot
  }

  async close() {
    await this.ann?.close()
    await this.stage?.close()
  }
}

/** The desks of a test file, which are closed after its last test. */
export async function openDesks() {
  const desks = await Desks.open()
  after(() => desks.close())
  return desks
}

/** Opens the desk of an event, as `person`. */
export async function openDesk(person, server, eventId) {
  const { page, problems } = await person.page(server, `/score/${encodeURIComponent(eventId)}`)
  await page.locator('[data-desk=open]').waitFor()
  return { page, problems }
}

/** Takes a desk's connection away. */
export async function disconnect(page) {
  await page.context().setOffline(true)
  await page.locator('[data-desk=lost]').waitFor()
}

export async function reconnect(page) {
  await page.context().setOffline(false)
  await page.locator('[data-desk=open]').waitFor()
}

/** Does something without a connection. */
export async function offline(page, act) {
  await disconnect(page)
  await act()
  await reconnect(page)
}

export const shows = (page, text) => page.locator('[data-score]').getByText(text, { exact: true }).waitFor()
export const allSent = (page) => page.locator('[data-waiting="0"]').waitFor({ state: 'attached' })

/** Opens the form that corrects an update, for what happened instead. */
export async function correct(page, seq) {
  await page.getByRole('button', { name: `Correct update ${seq}`, exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Entered by mistake' }).click()
  await dialog.getByRole('button', { name: 'Something else happened' }).click()
}

export async function sendCorrection(page) {
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Preview changes' }).click()
  await dialog.getByRole('button', { name: 'Send correction' }).click()
  await dialog.waitFor({ state: 'detached' })
  await allSent(page)
}

const cricket = { score: '[data-score]', striker: '[data-strike]', 'this over': '[data-over]', keys: '.keypad' }

/** Asserts that the parts of a console, by default cricket's, its keys and Undo are on the screen. */
export async function assertOneScreen(page, what, parts = cricket) {
  const all = Object.entries(parts).map(([name, selector]) => [name, page.locator(selector)])
  for (const key of await page.locator('.keypad button').all()) all.push([await key.textContent(), key])
  all.push(['Undo', page.getByRole('button', { name: 'Undo last' })])
  for (const [name, locator] of all) assert.equal(await beyond(page, locator), null, `${what}: ${name}`)
  const { scrolled, wide } = await page.evaluate(() => ({
    scrolled: document.scrollingElement.scrollTop,
    wide: document.scrollingElement.scrollWidth - innerWidth,
  }))
  assert.deepEqual({ scrolled, wide }, { scrolled: 0, wide: 0 }, what)
}

/** Asserts that all of these, by their names, stand wholly within the screen of a phone, on its side and upright. */
export async function assertFits(page, what, locators) {
  for (const size of [shallow, upright]) {
    await page.setViewportSize(size)
    await page.evaluate(() => scrollTo(0, 0))
    for (const [name, locator] of Object.entries(locators)) assert.equal(await beyond(page, locator, 0), null, `${what}, ${size.width} px: ${name}`)
  }
}
