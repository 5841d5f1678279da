// Clocks that several pages show at the same moment.

import assert from 'node:assert/strict'
import { DEADLINE } from '../../clients/harness/deadline.js'

/** How far the clocks of two pages may be apart, in milliseconds. */
export const BOUND = 200

/** Opens a page on a device whose own clock is `ahead` milliseconds ahead. */
export function openAhead(browser, url, ahead) {
  return browser.page(url, setClock, ahead)
}

function setClock(ahead) {
  const Right = Date
  globalThis.Date = class extends Right {
    constructor(...given) {
      if (given.length === 0) super(Right.now() + ahead)
      else super(...given)
    }
    static now() {
      return Right.now() + ahead
    }
  }
}

/** Notes what a clock shows, and since when by the machine's time, which no page has wrong. */
export async function followClock(page, selector) {
  await page.locator(selector).first().waitFor()
  await page.evaluate((clock) => {
    window.clocks?.disconnect()
    window.faces = []
    const note = () => {
      const face = document.querySelector(clock)?.textContent.trim() ?? ''
      if (face !== window.faces.at(-1)?.face) window.faces.push({ face, since: performance.timeOrigin + performance.now() })
    }
    window.clocks = new MutationObserver(note)
    window.clocks.observe(document.body, { subtree: true, childList: true, characterData: true })
    note()
  }, selector)
}

/** What a clock shows, in seconds, tenths or minutes: in its own smallest unit. */
function unitsOf(face) {
  const numbers = face.match(/\d+/g)?.map(Number) ?? []
  return face.includes('.') ? numbers.reduce((whole, part) => whole * 10 + part) : numbers.reduce((whole, part) => whole * 60 + part, 0)
}

/** When each time came by itself, as a clock turns, and not because it was set. */
function turnsOf(faces) {
  const seen = faces.map(({ face, since }) => ({ units: unitsOf(face), since }))
  return new Map(seen.flatMap(({ units, since }, index) => (Math.abs(units - seen[index - 1]?.units) === 1 ? [[units, since]] : [])))
}

/** Waits until the clocks of all pages have turned to the same time at the same moment. A busy machine may draw one late. */
export async function assertTogether(pages, what) {
  const deadline = performance.now() + DEADLINE
  for (;;) {
    const seen = await Promise.all(pages.map((page) => page.evaluate(() => window.faces)))
    const turns = seen.map(turnsOf)
    const apart = [...turns[0].keys()].filter((time) => turns.every((one) => one.has(time))).map((time) => {
      const moments = turns.map((one) => one.get(time))
      return Math.max(...moments) - Math.min(...moments)
    })
    if (apart.some((by) => by <= BOUND)) return
    assert.ok(performance.now() < deadline, `${what}: the clocks never turned together: ${JSON.stringify({ apart, seen })}`)
    const [first] = pages
    await first.waitForFunction((known) => window.faces.length > known, seen[0].length)
  }
}
