// Watching an event: the list, the event's page, and its changes.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { isLostConnection } from './harness/browser.js'
import { chess, cricket, football, rowing } from './harness/matches.js'
import { listed, Stage } from './harness/stage.js'

let stage
before(async () => {
  stage = await Stage.open()
})
after(() => stage?.close())

/** Whether an update only advances the minute. */
const isSilent = (update) => Object.keys(update).every((name) => name === 'minute')

test('the list shows an event and leads to its page, without a reload', async () => {
  const eventId = await stage.play(cricket)
  const { page, problems } = await stage.browser.page(stage.server.url)
  await page.evaluate(() => {
    window.sameDocument = true
  })
  await page.getByRole('region', { name: 'Live now' }).getByRole('link', { name: cricket.title }).click()

  await page.getByRole('heading', { level: 1, name: cricket.title }).waitFor()
  await page.getByText('97/3').waitFor()
  await page.locator('[data-phase=live]').waitFor()
  assert.equal(page.url(), stage.addressOf(eventId))
  assert.equal(await page.title(), `97/3 · ${cricket.title} · Touchline`)
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1')

  await page.goBack()
  await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor()
  assert.equal(await page.evaluate(() => window.sameDocument), true)
  assert.deepEqual(problems, [])
  await page.close()
})

test('an event page shows the score and the last updates, newest first', async () => {
  const expected = [
    [cricket, ['97/3', '12.3 overs', 'Desai', 'Okafor', '65 from 45 balls']],
    [football, ['Argentina', 'France', 'Kylian Mbappé', 'Ángel Di María', 'for Ousmane Dembélé']],
    [chess, ['Paul Morphy', '16… Nxb8. White to move']],
    [rowing, ['1500 m', 'Old Bridge', '+0.97']],
  ]
  for (const [match, texts] of expected) {
    const { page, problems } = await stage.browser.page(stage.addressOf(await stage.play(match)))
    const score = page.getByRole('region', { name: 'Score' })
    for (const text of texts) await score.getByText(text).first().waitFor()
    // The pieces, drawn by the library that loads on demand.
    if (match === chess) await score.locator('use[href="#bn"]').first().waitFor({ state: 'attached' })
    await page.locator(`[data-seq="1"]`).waitFor()
    const told = match.updates.flatMap((update, index) => (isSilent(update) ? [] : [index + 1]))
    assert.deepEqual(await listed(page), told.reverse())
    assert.deepEqual(problems, [], match.sport)
    await page.close()
  }
})

test('an update changes the page, and is told to a screen reader', async () => {
  const eventId = await stage.play(cricket)
  const { page, problems } = await stage.browser.page(stage.addressOf(eventId))
  await page.getByText('97/3').waitFor()
  await stage.scorer.score(eventId, { over: '12.4', runs: 103, thisOver: ['1', '4', 'W', '6'], commentary: '12.4 Six!' })
  await page.getByText('103/3').waitFor()
  await page.locator('[aria-live=polite]', { hasText: '103 for 3 after 12.4 overs. Six!' }).waitFor({ state: 'attached' })
  assert.deepEqual(await listed(page), [5, 4, 3, 2, 1])
  assert.deepEqual(problems, [])
  await page.close()
})

test('a page that opens before the first update shows it when it comes', async () => {
  const eventId = await stage.play({ ...football, updates: [] })
  const { page, problems } = await stage.browser.page(stage.addressOf(eventId))
  await page.getByText('No score yet.').waitFor()
  await stage.scorer.score(eventId, football.updates[0])
  await page.getByRole('region', { name: 'Score' }).getByText('Argentina').waitFor()
  assert.deepEqual(await listed(page), [1])
  assert.deepEqual(problems, [])
  await page.close()
})

test('a correction is shown as one, beside what it took back', async () => {
  const eventId = await stage.play(cricket)
  const { page, problems } = await stage.browser.page(stage.addressOf(eventId))
  await page.getByText('97/3').waitFor()
  await stage.scorer.correct(eventId, 4, { wickets: 2, commentary: 'Not out.' }, 'It was a no-ball')
  await page.getByText('97/2').waitFor()
  const correction = page.locator('[data-seq="5"]')
  await correction.getByText('Correction').waitFor()
  await correction.getByText('It was a no-ball').waitFor()
  await page.locator('[data-seq="4"]').locator('s').waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})

test('a page says when its event has ended', async () => {
  const eventId = await stage.play(football)
  const { page, problems } = await stage.browser.page(stage.addressOf(eventId))
  await page.locator('[data-phase=live]').waitFor()
  await stage.scorer.status(eventId, 'ended')
  await page.locator('[data-phase=ended]').waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})

test('an event that does not exist is said not to', async () => {
  const { page, problems } = await stage.browser.page(stage.addressOf('nowhere'))
  await page.getByRole('alert').getByText('There is no such event.').waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})

test('the keyboard skips to the content, and opens an event', async () => {
  await stage.play(rowing)
  const { page, problems } = await stage.browser.page(stage.server.url)
  await page.getByRole('link', { name: rowing.title }).first().waitFor()
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Events')
  // The search field and the filters come first.
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.type), 'search')
  const isLink = () => page.evaluate(() => document.activeElement.closest('li a') !== null)
  for (let tabs = 0; tabs < 12 && !(await isLink()); tabs += 1) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.locator('[data-phase=live]').waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})

test('the first load is under 100 kB of compressed script, by a strict policy', async () => {
  const scripts = []
  const { page, problems } = await stage.browser.page('about:blank')
  const heard = (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response.body())
  }
  page.on('response', heard)
  const response = await page.goto(stage.server.url)
  await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor()
  // What a state of the list loads later is not part of the first load.
  page.off('response', heard)
  const bytes = (await Promise.all(scripts)).reduce((sum, body) => sum + gzipSync(body).length, 0)
  assert.ok(bytes > 0 && bytes < 100_000, `${bytes} bytes of script`)
  const policy = (await response.allHeaders())['content-security-policy'] ?? ''
  assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/)
  assert.doesNotMatch(policy, /unsafe-/)
  assert.deepEqual(problems, [])
  await page.close()
})

test('after kill -9 the page says so, and recovers what it missed, each update once', async (t) => {
  t.after(() => stage.server.bringBack())
  const eventId = await stage.play(cricket)
  const { page, problems } = await stage.browser.page(stage.addressOf(eventId))
  await page.getByText('97/3').waitFor()
  await page.locator('[data-seq="1"]').waitFor()
  const logReads = []
  page.on('request', (request) => {
    if (request.url().includes('/updates?')) logReads.push(request.url())
  })
  await page.evaluate(() => {
    const score = document.querySelector('section[aria-labelledby=score]')
    window.scores = [score.innerText]
    new MutationObserver(() => window.scores.push(score.innerText)).observe(score, {
      subtree: true,
      childList: true,
      characterData: true,
    })
  })

  await stage.server.terminate('SIGKILL')
  await page.locator('[data-phase=reconnecting]').waitFor()
  assert.match(await page.getByRole('region', { name: 'Score' }).innerText(), /97\/3/)
  // Keep the page offline until the updates it must miss are published.
  await stage.browser.context.setOffline(true)
  await stage.server.startAgain()
  for (const runs of [98, 99, 100]) await stage.scorer.score(eventId, { runs })
  await stage.browser.context.setOffline(false)
  await page.getByText('100/3').waitFor()
  await page.locator('[data-phase=live]').waitFor()
  await stage.scorer.score(eventId, { runs: 104 })
  await page.getByText('104/3').waitFor()

  assert.deepEqual(await listed(page), [8, 7, 6, 5, 4, 3, 2, 1])
  assert.deepEqual(logReads, [], 'the join recovered the missed updates with `since`')
  const blanks = await page.evaluate(() => window.scores.filter((text) => !/\d+\/\d/.test(text)))
  assert.deepEqual(blanks, [], 'the score stayed on the page')
  assert.deepEqual(problems.filter((problem) => !isLostConnection(problem)), [])
  await page.close()
})
