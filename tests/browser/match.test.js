// The page of a match: the score in sight, the time before and after it, and the ways around the page.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chess, cricket, football, rowing } from './harness/matches.js'
import { signUp } from './harness/people.js'
import { listed, Stage } from './harness/stage.js'
import { twenty20 } from './harness/twenty20.js'

const HOUR = 3_600_000
/** Viewports in CSS pixels. A zoom of 200 % halves both sides. */
const phone = { width: 390, height: 664 }
const landscape = { width: 664, height: 390 }
const small = { width: 195, height: 332 }
const zoomed = { width: 640, height: 400 }
const desktop = { width: 1280, height: 800 }

let stage
before(async () => {
  stage = await Stage.open({ OTP_RESEND: '1ms' })
})
after(() => stage?.close())

/** Opens an event's page on a screen of the size. */
async function open(eventId, size) {
  const opened = await stage.browser.page('about:blank')
  await opened.page.setViewportSize(size)
  await opened.page.goto(stage.addressOf(eventId))
  await opened.page.locator('[data-phase]').waitFor()
  return opened
}

/** An event with a long log, so that its page scrolls. */
async function long(match) {
  const eventId = await stage.play(match)
  for (let index = 0; index < 24; index += 1) await stage.scorer.score(eventId, { commentary: `A quiet spell, number ${index}.` })
  return eventId
}

/** Scrolls the whole page in steps of a third of the screen, and calls `look` after each. */
async function scrollThrough(page, look) {
  const end = () => page.evaluate(() => document.documentElement.scrollHeight - innerHeight)
  for (let to = 0, step = Math.ceil(page.viewportSize().height / 3); ; to += step) {
    await page.evaluate(async (y) => {
      scrollTo(0, y)
      // Two frames: the observers of what is on the screen have told by then.
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    }, to)
    await look(to)
    if (to >= (await end())) return
  }
}

/** Waits until the page meets the condition, and says what it was if it does not. */
async function until(page, what, condition, argument) {
  try {
    await page.waitForFunction(condition, argument)
  } catch (error) {
    throw new Error(`${what}: ${error.message}`)
  }
}

/** Whether the score stands on the screen, uncovered: on the scoreboard or in the bar. */
const scoreIsSeen = (score) => {
  const isIn = (element) => {
    const { top, bottom, left, width } = element.getBoundingClientRect()
    if (width === 0 || top < 0 || bottom > innerHeight) return false
    const on = document.elementFromPoint(left + 2, (top + bottom) / 2)
    return on !== null && (element.contains(on) || on.contains(element))
  }
  const texts = [...document.querySelectorAll('[data-score-bar] b, section[aria-labelledby=score] *')]
  return texts.some((element) => element.textContent.replace(/\s+/g, '') === score && isIn(element))
}

for (const [name, size] of Object.entries({ phone, landscape, 'phone at 200 %': small, 'desktop at 200 %': zoomed, desktop })) {
  test(`the score stays in sight while the page scrolls: ${name}`, async () => {
    const eventId = await long(cricket)
    const { page, problems } = await open(eventId, size)
    await page.locator('[data-phase=live]').waitFor()
    await page.locator('[data-seq="28"]').waitFor({ state: 'attached' })
    await scrollThrough(page, (to) => until(page, `scrolled to ${to}`, scoreIsSeen, '97/3'))
    await stage.scorer.score(eventId, { runs: 98 })
    await until(page, 'after an update', scoreIsSeen, '98/3')
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0)
    assert.deepEqual(problems, [])
    await page.close()
  })
}

test('on a phone the bar of reactions never covers the score or the board', async () => {
  for (const match of [cricket, football, chess, rowing]) {
    const eventId = await long(match)
    for (const size of [phone, landscape, small]) {
      const { page, problems } = await open(eventId, size)
      await page.getByRole('region', { name: 'Reactions' }).waitFor()
      if (match === chess) await page.locator('use[href="#bn"]').first().waitFor({ state: 'attached' })
      await scrollThrough(page, async (to) => {
        const [bar, score] = await page.evaluate(() =>
          ['section[aria-label=Reactions]', 'section[aria-labelledby=score]'].map((found) => document.querySelector(found).getBoundingClientRect().toJSON()),
        )
        assert.ok(bar.top >= score.bottom, `${match.sport} at ${to}: the bar begins at ${bar.top}, the score ends at ${score.bottom}`)
      })
      assert.deepEqual(problems, [])
      await page.close()
    }
  }
})

test('on a phone the reactions stay within reach while the commentary scrolls, and go when the event ends', async () => {
  const eventId = await long(cricket)
  const { page, problems } = await open(eventId, phone)
  const reactions = page.getByRole('region', { name: 'Reactions' })
  await page.locator('[data-seq="10"]').scrollIntoViewIfNeeded()
  await until(page, 'the bar is at the bottom', () => {
    const { bottom } = document.querySelector('section[aria-label=Reactions]').getBoundingClientRect()
    return bottom <= innerHeight && bottom > innerHeight - 40
  })
  await stage.scorer.status(eventId, 'ended')
  await reactions.waitFor({ state: 'detached' })
  assert.deepEqual(problems, [])
  await page.close()
})

test('the tab’s title has the score, and follows it', async () => {
  for (const [match, score, update, then] of [
    [cricket, '97/3', { runs: 103 }, '103/3'],
    [football, '2–2', { home: { goals: 3 } }, '3–2'],
    [chess, null, { result: '1-0' }, '1–0'],
    [rowing, null, {}, null],
  ]) {
    const eventId = await stage.play(match)
    const { page } = await open(eventId, desktop)
    const titled = (text) => until(page, `the title of ${match.sport}`, (title) => document.title === title, `${text === null ? '' : `${text} · `}${match.title} · Touchline`)
    await titled(score)
    await stage.scorer.score(eventId, update)
    await titled(then)
    await page.close()
  }
})

test('a match that has not begun shows its sides, place, start in the viewer’s zone, and a countdown', async () => {
  const startsAt = Math.ceil(Date.now() / HOUR + 26) * HOUR
  const eventId = await stage.scorer.event({
    sport: 'cricket', title: 'The derby', status: 'scheduled', startsAt, venue: 'Mill Meadow',
    competition: { id: 'cup', title: 'Valley Cup' }, competitors: [{ name: 'Lakeside' }, 'Fairfield'],
  })
  const { page, problems } = await open(eventId, phone)
  const score = page.getByRole('region', { name: 'Score' })
  await score.getByText('Lakeside v Fairfield').waitFor()
  await page.getByText('Mill Meadow').waitFor()
  await page.getByText('Valley Cup').waitFor()
  const start = await page.evaluate((at) => new Intl.DateTimeFormat(undefined, {
    weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short',
  }).format(at), startsAt)
  await score.getByText(start).waitFor()
  assert.match(start, /UTC/)
  await score.getByText(/^Starts in 1 day \d+ h$/).waitFor()
  assert.equal(await page.getByText('No score yet.').count(), 0)
  await stage.scorer.ask('event:update', { eventId, startsAt: Date.now() + 90_000 })
  await score.getByText(/^Starts in (1 min )?\d\d? s$/).waitFor()
  await stage.scorer.status(eventId, 'live')
  await score.getByText('No score yet.').waitFor()
  assert.equal(await score.getByRole('timer').count(), 0)
  assert.deepEqual(problems, [])
  await page.close()
})

test('a match that has ended shows its date and its result', async () => {
  const ended = [
    { ...cricket, updates: [...cricket.updates, { result: 'Riverside won by 64 runs', required: null }], shown: 'Riverside won by 64 runs' },
    { ...rowing, updates: [{ summary: { sides: [{ name: 'Weir', place: '1' }], result: 'Weir won by two lengths' } }], shown: 'Weir won by two lengths' },
    { ...football, updates: [], shown: 'This event ended without a score.' },
  ]
  for (const { shown, ...match } of ended) {
    const eventId = await stage.play(match)
    await stage.scorer.status(eventId, 'ended')
    const { page, problems } = await open(eventId, phone)
    await page.getByRole('region', { name: 'Score' }).getByText(shown).first().waitFor()
    const at = await page.locator('.about time').getAttribute('datetime')
    assert.ok(Math.abs(Date.parse(at) - Date.now()) < HOUR, at)
    assert.deepEqual(problems, [])
    await page.close()
  }
})

test('who is signed out by another device reads it wherever they have scrolled', async () => {
  const eventId = await long(cricket)
  for (const size of [phone, small, desktop]) {
    const { page } = await open(eventId, size)
    const email = `fay${size.width}@example.org`
    await signUp(stage, page, email, 'Fay')
    await page.locator('[data-phase=live]').waitFor()
    await page.evaluate(() => scrollTo(0, 900))
    await stage.server.signIn(email, 'the other phone', 'Fay')
    await page.getByText('You signed in on another device').waitFor()
    await until(page, 'the notice is on the screen', () => {
      const { top, bottom } = document.querySelector('[role=alert]').getBoundingClientRect()
      return top >= 0 && top < innerHeight / 2 && bottom > top
    })
    await until(page, 'the score is below it', scoreIsSeen, '97/3')
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByText('You signed in on another device').waitFor({ state: 'detached' })
    await stage.browser.forget(stage.server.url)
    await page.close()
  }
})

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
    const earlier = commentary.getByRole('button', { name: 'Earlier' })
    assert.ok((await listed(page)).length < 60)
    while (await earlier.count()) {
      const before = (await listed(page)).length
      await earlier.click()
      await until(page, 'more', (count) => document.querySelectorAll('[data-seq]').length > count, before)
    }
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
  const earlier = page.getByRole('button', { name: 'Earlier' })
  while (await earlier.count()) {
    const before = (await listed(page)).length
    await earlier.click()
    await until(page, 'more', (count) => document.querySelectorAll('[data-seq]').length > count, before)
  }
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
  const earlier = page.getByRole('button', { name: 'Earlier' })
  for (const [name, kind, text] of [['Wickets', 'wicket', /OUT!/], ['Boundaries', 'boundary', /FOUR|SIX/]]) {
    await show(name).click()
    while (await earlier.count()) {
      const before = (await listed(page)).length
      await earlier.click()
      await until(page, 'more, or the end', (count) => {
        const isEnd = ![...document.querySelectorAll('button')].some((button) => /Earlier|Loading/.test(button.textContent))
        return isEnd || document.querySelectorAll('[data-seq]').length > count
      }, before)
    }
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
      const fallen = (await open.locator('.fall li').allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim())
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
  const { updates, ...match } = twenty20(24)
  const without = updates.map(({ progress, cards, fall, stand, ...update }) => update)
  const eventId = await stage.play({ ...match, updates: without })
  const { page, problems } = await open(eventId, desktop)
  const card = page.getByRole('region', { name: 'All innings' })
  await card.scrollIntoViewIfNeeded()
  await card.getByRole('img', { name: /^Runs by overs: Riverside .*; Northfield .* after 4 overs$/ }).waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})

test('charts whose log cannot be read ask once, and appear after "Earlier" has read it', async () => {
  const { updates, ...match } = twenty20(24)
  const without = updates.map(({ progress, cards, fall, stand, ...update }) => update)
  const eventId = await stage.play({ ...match, updates: without })
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
    await page.locator(`[data-seq="${updates.length + index}"]`).waitFor()
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
  const { updates, ...match } = twenty20(24)
  const without = updates.map(({ progress, cards, fall, stand, ...update }) => update)
  const eventId = await stage.play({ ...match, updates: without })
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

test('the card of a match in the list has the sides and a countdown before it, and the date and the result after it', async () => {
  await stage.scorer.event({ sport: 'cricket', title: 'Quarry Cup, round 1', status: 'scheduled', startsAt: Date.now() + 2 * HOUR, competitors: [{ name: 'Quarry' }, { name: 'Ford' }] })
  const ended = await stage.play({ ...cricket, title: 'Quarry Cup, final', updates: [{ summary: { sides: [{ name: 'Mill', score: '90/2' }], result: 'Mill won by 8 wickets' } }] })
  await stage.scorer.status(ended, 'ended')
  const { page, problems } = await stage.browser.page(`${stage.server.url}/#/?q=Quarry`)
  const card = (title) => page.getByRole('listitem').filter({ hasText: title })
  await card('round 1').getByText('Ford', { exact: true }).waitFor()
  await card('round 1').getByText(/^in (2 h 0|1 h \d\d) min$/).waitFor()
  await card('final').getByText('Mill won by 8 wickets').waitFor()
  await card('final').locator('time').waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})
