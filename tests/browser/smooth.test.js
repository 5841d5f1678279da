// The cost of a page: smooth while a crowd reacts, and idle while hidden.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SOAK, within } from '../clients/harness/deadline.js'
import { cricket } from './harness/matches.js'
import { Stage } from './harness/stage.js'

const FRAMES = 180

let stage
before(async () => {
  stage = await Stage.open({ REACTION_RATE: '1000/1s', SOCKET_RATE: '10000/1s', SOCKET_HARD_RATE: '10000/1s' })
})
after(() => stage?.close())

const emojis = ['🔥', '👏', '😮', '🏏']

/** Sends twenty reactions a second until the returned function is called. */
function reacting(eventId) {
  const guest = stage.viewer(eventId)
  let sent = 0
  const timer = setInterval(() => {
    for (let i = 0; i < 5; i++) guest.emit('reaction', { eventId, emoji: emojis[sent++ % 4], ...(sent % 10 ? {} : { comment: 'What a match' }) })
  }, 250)
  return () => clearInterval(timer)
}

test('a page keeps its frames with 20 reactions and 4 pulses a second, and animates nothing but layers', async (t) => {
  const eventId = await stage.play(cricket)
  const { page, problems } = await stage.browser.page(stage.addressOf(eventId))
  await page.locator('[data-phase=live]').waitFor()
  const stop = reacting(eventId)
  // Wait for the usual number of floats.
  await page.locator('.float').nth(30).waitFor({ state: 'attached' })
  // Measure the CPU time of the page's thread, so that a busy machine does not matter.
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const worked = async () => (await devtools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value
  const before = await worked()
  const seen = await page.evaluate(async (frames) => {
    const times = []
    const animated = new Set()
    await new Promise((done) => {
      const frame = (now) => {
        times.push(now)
        if (times.length % 30 === 0) {
          for (const animation of document.getAnimations()) {
            for (const keyframe of animation.effect.getKeyframes()) Object.keys(keyframe).forEach((name) => animated.add(name))
          }
        }
        if (times.length > frames) done()
        else requestAnimationFrame(frame)
      }
      requestAnimationFrame(frame)
    })
    const gaps = times.slice(1).map((time, index) => time - times[index]).sort((a, b) => a - b)
    const seconds = (times.at(-1) - times[0]) / 1_000
    return { seconds, median: gaps[gaps.length / 2], late: gaps.filter((gap) => gap > 34).length, animated: [...animated] }
  }, FRAMES)
  const share = (await worked() - before) / seen.seconds
  stop()
  t.diagnostic(
    `${(FRAMES / seen.seconds).toFixed(1)} frames a second, median ${seen.median.toFixed(1)} ms, ` +
      `${seen.late} of ${FRAMES} later than two frames; the page's thread was busy for ${(share * 100).toFixed(0)} %`,
  )
  const described = ['offset', 'computedOffset', 'easing', 'composite']
  assert.deepEqual(seen.animated.filter((name) => !described.includes(name)).sort(), ['opacity', 'transform'])
  if (SOAK) assert.ok(share < 0.5, `the page's thread was busy for ${share} of the time`)
  assert.deepEqual(problems, [])
  await page.close()
})

test('a page that is not seen does nothing, and shows what it missed when it is', async () => {
  const eventId = await stage.play(cricket)
  const { page, problems } = await stage.browser.page('about:blank')
  await page.addInitScript(() => {
    let hidden = false
    Object.defineProperty(Document.prototype, 'hidden', { get: () => hidden })
    window.work = { frames: 0, intervals: 0, calls: 0, changes: 0 }
    window.hide = (now) => {
      hidden = now
      document.dispatchEvent(new Event('visibilitychange'))
    }
    const { requestAnimationFrame, setInterval, fetch } = window
    const count = (name, act) => (...args) => {
      if (hidden) window.work[name]++
      return act(...args)
    }
    window.requestAnimationFrame = (act) => requestAnimationFrame(count('frames', act))
    window.setInterval = (act, ms) => setInterval(count('intervals', act), ms)
    window.fetch = count('calls', fetch)
    new MutationObserver((changes) => {
      if (hidden) window.work.changes += changes.length
    }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
  })
  await page.goto(stage.addressOf(eventId))
  await page.getByText('97/3').waitFor()
  await page.locator('[data-phase=live]').waitFor()
  const stop = reacting(eventId)
  await page.locator('.float').nth(5).waitFor({ state: 'attached' })
  await page.evaluate(() => window.hide(true))
  await page.locator('.float').first().waitFor({ state: 'detached' })
  await page.evaluate(() => Object.keys(window.work).forEach((name) => (window.work[name] = 0)))

  // Another viewer shows when everything was sent: the updates and two seconds of pulses.
  const other = stage.viewer(eventId)
  let pulses = 0
  const sent = new Promise((done) => other.on('pulse', () => ++pulses === 8 && done()))
  for (let runs = 98; runs <= 110; runs++) await stage.scorer.score(eventId, { runs })
  await within(sent, 'eight pulses')
  stop()
  const animations = () => document.getAnimations().length
  assert.deepEqual([await page.evaluate(() => window.work), await page.evaluate(animations)], [{ frames: 0, intervals: 0, calls: 0, changes: 0 }, 0])
  assert.equal(await page.getByText('97/3').count(), 1)

  await page.evaluate(() => window.hide(false))
  await page.getByText('110/3').waitFor()
  await page.locator('[data-phase=live]').waitFor()
  await page.locator('[data-seq="17"]').waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})
