// A thumb on a phone: it taps what is on the screen, without scrolling, and counts its taps.

import assert from 'node:assert/strict'

export const upright = { width: 390, height: 664 }
export const sideways = { width: 664, height: 390 }

export class Thumb {
  taps = 0

  constructor(page) {
    this.page = page
  }

  async #tap(locator, what) {
    await locator.waitFor()
    const outside = await beyond(this.page, locator)
    assert.equal(outside, null, `${what} is on the screen`)
    await locator.click()
    this.taps += 1
  }

  /** Taps a key by its first words. */
  key(name, { exact = false } = {}) {
    return this.#tap(this.page.getByRole('button', { name, exact }).first(), name)
  }

  runs(number) {
    return this.#tap(this.page.locator(`[data-runs="${number}"]`), `${number} runs`)
  }

  extra(name) {
    return this.#tap(this.page.getByRole('group', { name: 'Extras' }).getByRole('button', { name, exact: true }), name)
  }

  wicket() {
    return this.#tap(this.page.getByRole('button', { name: 'Wicket', exact: true }), 'Wicket')
  }

  /** Taps a key of the sheet that is open. */
  sheet(name) {
    return this.#tap(this.page.getByRole('dialog').getByRole('button', { name, exact: true }), name)
  }
}

/** How an element stands out of the screen; null if it does not. */
export async function beyond(page, locator) {
  const box = await locator.boundingBox()
  if (box === null) return 'it is not shown'
  const { width, height } = page.viewportSize()
  const sides = { left: -box.x, top: -box.y, right: box.x + box.width - width, bottom: box.y + box.height - height }
  const out = Object.entries(sides).filter(([, by]) => by > 0.5)
  return out.length === 0 ? null : out.map(([side, by]) => `${side} ${by.toFixed(1)}`).join(', ')
}
