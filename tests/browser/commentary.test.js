// The commentary and the scorecard of a cricket match, and how their page reads the log.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { rowing } from './harness/matches.js'
import { desktop, openOn, phone, small, until } from './harness/screens.js'
import { listed, Stage } from './harness/stage.js'
import { twenty20 } from './harness/twenty20.js'
import { folded } from './harness/words.js'

let stage
before(async () => {
  stage = await Stage.open()
})
after(() => stage?.close())

const open = (eventId, size) => openOn(stage, eventId, size)

/** A match whose states lack the overs, so that its charts are counted from the log. */
const withoutOvers = (() => {
  const { updates, ...match } = twenty20(24)
  return { ...match, updates: updates.map(({ progress, cards, fall, stand, ...update }) => update) }
})()

/** Presses "Earlier" until the list, with its filter, has everything back to the first update. */
async function readBack(page) {
  const earlier = page.getByRole('button', { name: 'Earlier' })
  while (await earlier.count()) {
    const before = (await listed(page)).length
    await earlier.click()
    await until(page, 'more, or the end', (count) => {
      const isEnd = ![...document.querySelectorAll('button')].some((button) => /Earlier|Loading/.test(button.textContent))
      return isEnd || document.querySelectorAll('[data-seq]').length > count
    }, before)
  }
}

test('the commentary goes by overs, back to the first ball', async () => {
  const { updates, state, ...match } = twenty20()
  const eventId = await stage.play({ ...match, updates })
  for (const size of [phone, desktop]) {
    const { page, problems } = await open(eventId, size)
    const commentary = page.getByRole('region', { name: 'Commentary' })
    await commentary.locator(`[data-seq="${updates.length}"]`).waitFor()
    const { bowler } = state.progress[12]
    const total = Object.values(state.progress).slice(0, 12).reduce((sum, { runs }) => sum + runs, 0)
    await commentary.getByRole('heading', { name: new RegExp(`^Over 12: ${bowler} .* ${total}/`) }).waitFor()
    assert.ok((await listed(page)).length < 60)
    await readBack(page)
    await commentary.getByText('This is where it began.').waitFor()
    await commentary.getByRole('heading', { name: 'Riverside', exact: true }).waitFor()
    assert.deepEqual(await listed(page), updates.map((_, index) => updates.length - index))
    assert.deepEqual(problems, [])
    await page.close()
  }
})

test('a ball that comes while the first ones are read pushes nothing out', async () => {
  const { updates, ...match } = twenty20(0)
  const eventId = await stage.play({ ...match, updates })
  const { page } = await open(eventId, phone)
  await page.locator(`[data-seq="${updates.length}"]`).waitFor()
  await readBack(page)
  for (let index = 1; index <= 3; index += 1) await stage.scorer.score(eventId, { commentary: `A word, ${index}.` })
  await page.locator(`[data-seq="${updates.length + 3}"]`).waitFor()
  assert.deepEqual(await listed(page), Array.from({ length: updates.length + 3 }, (_, index) => updates.length + 3 - index))
  await page.close()
})

test('filters show the wickets, and the boundaries', async () => {
  const { updates, told, ...match } = twenty20()
  const eventId = await stage.play({ ...match, updates })
  const { page, problems } = await open(eventId, phone)
  await page.locator(`[data-seq="${updates.length}"]`).waitFor()
  const show = (name) => page.getByRole('group', { name: 'Show' }).getByRole('button', { name })
  for (const [name, kind, text] of [['Wickets', 'wicket', /OUT!/], ['Boundaries', 'boundary', /FOUR|SIX/]]) {
    await show(name).click()
    await readBack(page)
    const rows = await page.locator('[data-seq]').allTextContents()
    assert.equal(rows.length, told[kind])
    for (const row of rows) assert.match(row, text)
  }
  await show('All').click()
  await page.locator('[data-seq="1"]').waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})

test('the scorecard has both innings, with rates, the fall of wickets, partnerships, and the charts', async () => {
  const { state, ...match } = twenty20()
  const eventId = await stage.play(match)
  const first = state.cards[1]
  for (const size of [phone, small, desktop]) {
    const { page, problems } = await open(eventId, size)
    if (size !== desktop) await page.getByRole('button', { name: 'Scorecard' }).click()
    const card = page.getByRole('region', { name: 'All innings' })
    await card.locator('summary', { hasText: 'Riverside' }).click()
    for (const innings of [first, state]) {
      const open = card.locator('details', { hasText: innings.team ?? innings.batting }).filter({ hasText: `${innings.runs} for ${innings.wickets}` })
      for (const [name, { runs, balls }] of Object.entries(innings.batters)) {
        const row = open.getByRole('row', { name: new RegExp(`^${name}`) }).first()
        const cells = await row.getByRole('cell').allTextContents()
        assert.deepEqual([cells[0], cells[1], cells[4]], [String(runs), String(balls), balls === 0 ? '' : ((runs / balls) * 100).toFixed(1)], name)
      }
      await open.getByText(`${innings.extras.wides} (wd ${innings.extras.wides})`).waitFor()
      const fallen = (await open.locator('.fall li').allTextContents()).map(folded)
      assert.deepEqual(fallen, Object.entries(innings.fall).map(([number, { runs, batter, over }]) => `${number}–${runs} (${batter}, ${over} ov)`))
      assert.equal(await open.locator('.partnerships tbody tr').count(), Object.keys(innings.fall).length + (innings === state ? 1 : 0))
    }
    await card.getByRole('img', { name: /^Runs by overs: Riverside .*; Northfield / }).scrollIntoViewIfNeeded()
    await card.getByRole('img', { name: /^Runs an over: / }).locator('canvas').waitFor()
    await card.getByText('Over by over, as a table').click()
    const rows = card.getByRole('table').last().locator('tbody tr')
    assert.equal(await rows.count(), Math.max(Object.keys(first.progress).length, Object.keys(state.progress).length))
    const score = page.getByRole('region', { name: 'Score', exact: true })
    await score.getByText('Run rate').waitFor()
    await score.getByText((state.required.runs / state.required.balls * 6).toFixed(2)).waitFor()
    await score.getByText(`${state.stand.runs} (${state.stand.balls})`).waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0)
    assert.deepEqual(problems, [])
    await page.close()
  }
})

test('a state without the overs has its charts counted from the log', async () => {
  const eventId = await stage.play(withoutOvers)
  const { page, problems } = await open(eventId, desktop)
  const card = page.getByRole('region', { name: 'All innings' })
  await card.scrollIntoViewIfNeeded()
  await card.getByRole('img', { name: /^Runs by overs: Riverside .*; Northfield .* after 4 overs$/ }).waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})

test('charts whose log cannot be read ask once, and appear after "Earlier" has read it', async () => {
  const eventId = await stage.play(withoutOvers)
  const { page } = await stage.browser.page('about:blank')
  let reads = 0
  const earlier = /\/updates\?before=/
  await page.route(earlier, (route) => {
    reads += 1
    return route.abort()
  })
  await page.goto(stage.addressOf(eventId))
  await page.getByRole('region', { name: 'All innings' }).scrollIntoViewIfNeeded()
  await page.getByText('Earlier updates could not be loaded. Try again.').waitFor()
  for (let index = 1; index <= 5; index += 1) {
    await stage.scorer.score(eventId, { commentary: `A word, ${index}.` })
    await page.locator(`[data-seq="${withoutOvers.updates.length + index}"]`).waitFor()
  }
  assert.equal(reads, 1)
  await page.unroute(earlier)
  // The first press shows the rest of what the page has.
  for (let press = 1; press <= 2; press += 1) {
    const before = (await listed(page)).length
    await page.getByRole('button', { name: 'Earlier' }).click()
    await until(page, 'more', (count) => document.querySelectorAll('[data-seq]').length > count, before)
  }
  await page.getByRole('img', { name: /^Runs by overs: Riverside .*; Northfield .* after 4 overs$/ }).waitFor()
  await page.close()
})

test('a page that is left while its log is read reads no more of it', async () => {
  const eventId = await stage.play(withoutOvers)
  const { page, problems } = await stage.browser.page('about:blank')
  const held = []
  await page.route(/\/updates\?before=/, (route) => held.push(route))
  await page.goto(stage.addressOf(eventId))
  const asked = page.waitForRequest(/\/updates\?before=/)
  await page.getByRole('region', { name: 'All innings' }).scrollIntoViewIfNeeded()
  await asked
  await page.getByRole('link', { name: 'All events' }).click()
  await page.locator('.columns').waitFor({ state: 'detached' })
  const [route] = held
  const answer = page.waitForResponse(/\/updates\?before=/)
  await route.continue()
  await (await answer).finished()
  // By the time another event's page is there, a second read would have been asked for.
  await page.goto(stage.addressOf(await stage.play(rowing)))
  await page.locator('[data-phase="live"]').waitFor()
  assert.equal(held.length, 1)
  assert.deepEqual(problems, [])
  await page.close()
})
