// Accessibility of every page: axe-core finds no serious fault, and the keyboard reaches everything.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertAccessible } from './harness/axe.js'
import { chess, cricket, football, rowing } from './harness/matches.js'
import { Person } from './harness/person.js'
import { Player } from './harness/player.js'
import { Stage } from './harness/stage.js'

let stage
let person
let player
let addresses
before(async () => {
  stage = await Stage.open({ INTEGRITY_EXACT_COUNT: '1', INTEGRITY_EXACT_WITHIN: '60s' })
  ;[person, player] = await Promise.all([Person.of(stage.server, 'admin', { browser: stage.browser }), Player.of(stage.server, 'pat@example.com')])
  await stage.scorer.ask('role:grant', { email: person.user.email, role: 'reviewer' })
  const actions = [{ name: 'guess', points: 7, minMs: 20, cooldownMs: 0, dailyCap: 100 }]
  const ids = {}
  for (const match of [cricket, football, chess, rowing]) ids[match.sport] = await stage.play({ ...match, actions })
  ids.empty = await stage.play({ ...cricket, title: 'Before the match', updates: [], status: 'scheduled' })
  await player.earn(ids.cricket, 'guess')
  const on = (page, id) => `/${page}/${encodeURIComponent(id)}`
  addresses = {
    'the list': { path: '/', ready: 'h3' },
    ...Object.fromEntries(['cricket', 'football', 'chess', 'rowing'].flatMap((sport) => [
      [`watching ${sport}`, { path: on('event', ids[sport]), ready: '[data-phase=live]' }],
      [`scoring ${sport}`, { path: on('score', ids[sport]), ready: '[data-entry]' }],
    ])),
    'setting a match up': { path: on('score', ids.empty), ready: 'form' },
    'choosing an event': { path: '/score', ready: 'li' },
    reviewing: { path: '/review', ready: '[data-review]' },
    managing: { path: '/admin', ready: '[data-event]' },
  }
})
after(async () => {
  player?.close()
  await stage?.close()
})

/** One page for all addresses: changing the part after `#` does not reload it. */
const openPage = () => person.page(stage.server, '/')

async function visit(page, { path, ready }) {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  // Go through the list, so that each visit starts fresh.
  for (const [hash, shown] of [['/', 'h3'], [path, ready]]) {
    await page.evaluate((to) => (location.hash = to), hash)
    await page.locator(shown).first().waitFor()
  }
}

test('axe-core finds nothing serious on any page, on a phone in light and a desktop in dark', async () => {
  const { page, problems } = await openPage()
  for (const [name, address] of Object.entries(addresses)) {
    await visit(page, address)
    await assertAccessible(page, `${name}, phone, light`)
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    await assertAccessible(page, `${name}, desktop, dark`, ['color-contrast', 'scrollable-region-focusable'])
    assert.deepEqual(problems, [], name)
  }
  await page.close()
})

test('axe-core finds nothing serious in the dialogs, and in the other parts of a page', async () => {
  const opened = [
    ['scoring cricket', (page) => page.getByRole('button', { name: 'Wicket' }), 'dialog'],
    ['scoring football', (page) => page.getByRole('button', { name: 'Goal' }).first(), 'dialog'],
    ['scoring rowing', (page) => page.getByRole('button', { name: /^Correct update/ }).first(), 'dialog'],
    ['managing', (page) => page.getByRole('button', { name: 'New event' }), 'dialog'],
    ['managing', (page) => page.locator('[data-event]').first(), '[aria-label=Crowd]'],
    ['managing', (page) => page.getByRole('button', { name: 'People' }), '#operators'],
    ['managing', (page) => page.getByRole('button', { name: 'Server' }), '[data-node]'],
  ]
  const { page, problems } = await openPage()
  for (const [name, button, shown] of opened) {
    await visit(page, addresses[name])
    await button(page).click()
    await page.locator(shown).first().waitFor()
    await assertAccessible(page, `${name}: ${shown}`)
    if (shown === 'dialog') await page.keyboard.press('Escape')
  }
  assert.deepEqual(problems, [])
  await page.close()
})

/** Everything that can be pressed, filled or read by scrolling. */
const OPERABLE = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea, summary, [tabindex="0"]'

/** Notes what the Tab key reaches: `window.focusReport` says what it has not, and what cannot be seen to be reached. */
function followFocus(operable) {
  const reached = new WeakSet()
  const unseen = []
  const stops = () => {
    const groups = new Set()
    return [...document.querySelectorAll(operable)].filter((element) => {
      if (!element.checkVisibility() || element.tabIndex < 0) return false
      // One of a group of radio buttons stands for all: the arrow keys do the rest.
      return element.type !== 'radio' || (!groups.has(element.name) && groups.add(element.name))
    })
  }
  window.stopFollowing?.abort()
  window.stopFollowing = new AbortController()
  window.focusReport = () => {
    const all = stops()
    const missed = all.filter((element) => !reached.has(element)).map((element) => element.outerHTML.slice(0, 120))
    return { stops: all.length, missed, unseen }
  }
  const follow = ({ target }) => {
    reached.add(target)
    const styles = [target, target.closest('label') ?? target].map((element) => getComputedStyle(element))
    styles.push(getComputedStyle(target, '::after'))
    const isSeen = styles.some(({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && parseFloat(outlineWidth) > 0)
    if (!isSeen) unseen.push(target.outerHTML.slice(0, 120))
  }
  document.addEventListener('focusin', follow, { signal: window.stopFollowing.signal })
}

/** Presses Tab through the page; repeats if the page has grown or moved the focus meanwhile. */
async function goRound(page) {
  await page.evaluate(followFocus, OPERABLE)
  await page.evaluate(() => document.activeElement?.blur())
  let report = await page.evaluate(() => window.focusReport())
  for (let round = 0; round < 3 && report.missed.length > 0; round += 1) {
    // One round, which starts in the browser's own controls.
    for (let press = 0; press < report.stops + 3; press += 1) await page.keyboard.press('Tab')
    report = await page.evaluate(() => window.focusReport())
  }
  return report
}

test('the Tab key reaches everything on every page, and it is seen where it is', async () => {
  const { page, problems } = await openPage()
  for (const [name, address] of Object.entries(addresses)) {
    await visit(page, address)
    const { stops, missed, unseen } = await goRound(page)
    assert.ok(stops > 0, name)
    assert.deepEqual({ missed, unseen }, { missed: [], unseen: [] }, name)
    assert.deepEqual(problems, [], name)
  }
  await page.close()
})

test('a match is scored, and an event made, by the keyboard alone', async () => {
  const { page, problems } = await openPage()
  await visit(page, addresses['scoring chess'])
  await page.locator('button[data-square=e2]').focus()
  // Move from e2 to the king on c1, select it, and put it on b1.
  for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowDown', 'Enter']) await page.keyboard.press(key)
  await page.locator('button[data-square=c1].from').waitFor()
  for (const key of ['ArrowLeft', 'Enter']) await page.keyboard.press(key)
  await page.getByText('17. Kb1. Black to move').waitFor()

  await visit(page, addresses.managing)
  await page.getByRole('button', { name: 'New event' }).focus()
  await page.keyboard.press('Enter')
  // The sport is chosen by a key, and its name is asked next.
  await page.getByRole('button', { name: 'Other sport…' }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('rowing')
  assert.equal(await page.getByLabel('Sport').inputValue(), 'rowing')
  await assertAccessible(page, 'the form of a new event')
  await page.getByLabel('Title').focus()
  await page.keyboard.type('By keyboard')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 2, name: 'By keyboard' }).waitFor()
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'New event', 'the dialog restores the focus')
  assert.deepEqual(problems, [])
  await page.close()
})
