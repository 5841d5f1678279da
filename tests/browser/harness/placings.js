// A contest with places, as its desk and the viewers' board show it.

import { allSent } from './desk.js'
import { button, correctBy, sheetOf } from './families.js'
import { waitForWords } from './words.js'

/** Waits for the lines of the viewers' board, such as `1 Noah Lyles lane 7 USA 9.79`. */
export const waitForLines = (page, expected) => waitForWords(page, '.scoreboard [data-line] .row', expected)

/** Taps digits on the pad of a sheet. */
export async function type(page, digits) {
  const names = { '.': 'Point', ':': 'Colon' }
  for (const digit of digits) await button(sheetOf(page).getByRole('group', { name: 'Digits' }), names[digit] ?? digit).click()
}

/** Enters the mark of the entry with this name, which then shows as `shown`. */
export async function enterMark(page, name, digits, shown) {
  await page.locator('[data-open]').filter({ hasText: name }).click()
  await type(page, digits)
  await button(sheetOf(page), `Enter ${shown}`).click()
  await sheetOf(page).waitFor({ state: 'detached' })
}

/** Corrects the entry of the log that says so, as `change` says in the dialog. */
export async function correct(page, words, change) {
  await allSent(page)
  const entry = page.locator('[data-entry]').filter({ hasText: words })
  await correctBy(entry.getByRole('button', { name: /^Correct update/ }), 'The photo finish says so', change)
}
