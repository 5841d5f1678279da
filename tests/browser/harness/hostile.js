// Texts that would do harm where they are taken for markup, code or layout, and what must hold where they are shown.

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
  // As many marks on one letter as the server takes.
  `z${'\u0301\u0489'.repeat(4)}algo`,
  'unbroken'.repeat(25),
  '&lt;b&gt; &amp; \u0000'.replace('\u0000', '\u0001'),
]

/** What must hold on every page, whatever it shows. */
export async function assertHarmless(page, problems, what) {
  const seen = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    // A text that has no place to break may be cut off; a box is in its place, or can be scrolled to, or flies by.
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

/** The text as a page shows it: white space is folded. */
export const folded = (text) => text.replace(/\s+/g, ' ').trim()
