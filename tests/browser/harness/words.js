// The words that a page shows, with white space folded as it shows them.

import assert from 'node:assert/strict'

export const folded = (text) => text.replace(/\s+/g, ' ').trim()
export const words = async (locator) => folded(await locator.innerText())
export const allWords = async (locator) => (await locator.allInnerTexts()).map(folded)

/** Waits until the elements that a selector finds have these words. */
export async function waitForWords(page, selector, expected) {
  try {
    await page.waitForFunction(
      ([found, wanted]) => [...document.querySelectorAll(found)].map((one) => one.innerText.replace(/\s+/g, ' ').trim()).join('|') === wanted,
      [selector, expected.join('|')],
    )
  } catch {
    assert.deepEqual(await allWords(page.locator(selector)), expected)
  }
}
