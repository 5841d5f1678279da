// The page of a match: the score in sight, the time before and after it, and the ways around the page.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chess, cricket, football, rowing } from './harness/matches.js'
import { signUp } from './harness/people.js'
import { desktop, landscape, openOn, phone, small, until, zoomed } from './harness/screens.js'
import { Stage } from './harness/stage.js'

const HOUR = 3_600_000

let stage
before(async () => {
  stage = await Stage.open({ OTP_RESEND: '1ms' })
})
after(() => stage?.close())

const open = (eventId, size) => openOn(stage, eventId, size)

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
