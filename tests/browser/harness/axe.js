// axe-core on a page.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const serious = new Set(['serious', 'critical'])

/** Asserts that axe-core finds nothing serious. `rules` selects rules; by default all run. */
export async function assertAccessible(page, what, rules) {
  // Evaluated by the browser's driver, which bypasses the page's Content-Security-Policy.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(axe, 'utf8'))
  const options = { resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) }
  const { violations } = await page.evaluate((given) => window.axe.run(document, given), options)
  const found = violations
    .filter(({ impact }) => serious.has(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join('; ')}`)
  assert.deepEqual(found, [], what)
}
