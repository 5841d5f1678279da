// A thumb on a phone: it taps what is on the screen, without scrolling, and counts its taps.

import assert from 'node:assert/strict'

export const upright = { width: 390, height: 664 }
export const sideways = { width: 664, height: 390 }
/** A longer phone on its side: the least height that a console must fit. */
export const shallow = { width: 740, height: 360 }

export class Thumb {
  taps = 0

  constructor(page) {
    this.page = page
  }

  /** Taps the middle of an element. */
  async tap(locator, what) {
    const key = await locator.elementHandle()
    await this.page.waitForFunction(isOnTop, key)
    assert.equal(await beyond(this.page, locator), null, `${what} is on the screen`)
    const { x, y, width, height } = await key.boundingBox()
    // By its place: unlike a click of Playwright, a thumb does not scroll.
    await this.page.mouse.click(x + width / 2, y + height / 2)
    this.taps += 1
  }

  /** Taps a key by its first words. */
  key(name) {
    return this.tap(this.page.getByRole('button', { name }).first(), name)
  }

  runs(number) {
    return this.tap(this.page.locator(`[data-runs="${number}"]`), `${number} runs`)
  }

  extra(name) {
    return this.tap(this.page.getByRole('group', { name: 'Extras' }).getByRole('button', { name, exact: true }), name)
  }

  wicket() {
    return this.tap(this.page.getByRole('button', { name: 'Wicket', exact: true }), 'Wicket')
  }

  /** Taps a player's name, in the sheet if one is open. */
  async name(name) {
    const sheet = this.page.getByRole('dialog')
    const place = (await sheet.count()) > 0 ? sheet : this.page.locator('.keypad')
    return this.tap(place.locator(`[data-name="${name}"]`), name)
  }

  /** Taps a key of the sheet that is open. */
  sheet(name) {
    return this.tap(this.page.getByRole('dialog').getByRole('button', { name, exact: true }), name)
  }
}

/** Whether a tap on the middle of a key reaches it, as far as the key is on the screen at all. */
function isOnTop(key) {
  const { left, top, width, height } = key.getBoundingClientRect()
  const [x, y] = [left + width / 2, top + height / 2]
  const isOutside = y < 0 || y > innerHeight
  return !key.disabled && (isOutside || key.contains(document.elementFromPoint(x, y)))
}

/** How an element stands out of the screen by more than `slack` pixels; null if it does not. */
export async function beyond(page, locator, slack = 0.5) {
  const box = await locator.boundingBox()
  if (box === null) return 'it is not shown'
  const { width, height } = page.viewportSize()
  const sides = { left: -box.x, top: -box.y, right: box.x + box.width - width, bottom: box.y + box.height - height }
  const out = Object.entries(sides).filter(([, by]) => by > slack)
  return out.length === 0 ? null : out.map(([side, by]) => `${side} ${by.toFixed(1)}`).join(', ')
}
