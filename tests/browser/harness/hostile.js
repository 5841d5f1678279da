// Texts that do harm if they are treated as markup, code or layout, and assertions for pages that show them.

import assert from 'node:assert/strict'

export const corpus = [
  '<img src=x onerror="window.pwned=1">',
  '<script>window.pwned=1</script>',
  '"><svg onload=window.pwned=1>',
  "'-window.pwned=1-'",
  'javascript:window.pwned=1',
  '{@html "<b>x</b>"} {{constructor.constructor("window.pwned=1")()}} ${window.pwned=1}',
  '</title><style>*{display:none}</style>',
  '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
  '\u202Eright to left\u202C and \u2067isolated',
  // The most marks on one letter that the server accepts.
  `z${'\u0301\u0489'.repeat(4)}algo`,
  'unbroken'.repeat(25),
  '&lt;b&gt; &amp; \u0000'.replace('\u0000', '\u0001'),
]

/** Asserts what must hold on every page, whatever it shows. */
export async function assertHarmless(page, problems, what) {
  const seen = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    // Text that cannot break may be cut off. A box must be visible, reachable by scrolling, or fixed.
    const styled = (element, name, ...values) => values.includes(getComputedStyle(element)[name])
    const isFree = (element) => styled(element, 'overflowX', 'auto', 'scroll') || styled(element, 'position', 'fixed')
    const hasPlace = (element) => element === document.body || (!isFree(element) && hasPlace(element.parentElement))
    const isBox = (element) => !styled(element, 'display', 'inline') && !element.closest('svg') && hasPlace(element)
    const isCutOff = (element) => element.getBoundingClientRect().right > clientWidth + 1
    return {
      pwned: 'pwned' in window || 'polluted' in {},
      elements: document.querySelectorAll('main :is(script, img, iframe, style, object, embed)').length,
      overflow: scrollWidth - clientWidth,
      cutOff: [...document.querySelectorAll('main *')].filter((element) => isBox(element) && isCutOff(element)).map((element) => element.outerHTML.slice(0, 100)),
    }
  })
  assert.deepEqual(seen, { pwned: false, elements: 0, overflow: 0, cutOff: [] }, what)
  assert.deepEqual(problems, [], what)
}
