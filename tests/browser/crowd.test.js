// The crowd on an event's page: reactions, messages and rate limits.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser } from './harness/browser.js'
import { cricket } from './harness/matches.js'
import { signUp } from './harness/people.js'
import { Stage } from './harness/stage.js'

let stage
let second
before(async () => {
  stage = await Stage.open({ OTP_RESEND: '1ms' })
  second = await Browser.open()
})
after(async () => {
  await second?.close()
  await stage?.close()
})

/** Opens the event's page in both browsers. */
async function bothAt(eventId) {
  const here = await stage.browser.page(stage.addressOf(eventId))
  const there = await second.page(stage.addressOf(eventId))
  for (const { page } of [here, there]) await page.locator('[data-phase=live]').waitFor()
  return [here, there]
}

const reaction = (page, name) => page.getByRole('button', { name: `React with ${name}` })

test('two viewers see each other, the score, and each other’s reactions as they come', async () => {
  const eventId = await stage.play(cricket)
  const [here, there] = await bothAt(eventId)
  for (const { page } of [here, there]) await page.getByText('2 watching').waitFor()

  await stage.scorer.score(eventId, { runs: 101, over: '12.4' })
  for (const { page } of [here, there]) await page.getByText('101/3').waitFor()

  await reaction(here.page, 'fire').click()
  await there.page.locator('.float', { hasText: '🔥' }).waitFor({ state: 'attached' })
  await reaction(there.page, 'fire').click()
  for (const { page } of [here, there]) await reaction(page, 'fire').getByText('2', { exact: true }).waitFor()

  await there.page.getByRole('button', { name: 'Add a comment' }).click()
  await there.page.keyboard.type('What a catch')
  await reaction(there.page, 'applause').click()
  await here.page.getByRole('log').getByText('What a catch').waitFor()
  // Floats are removed after their animation.
  await here.page.locator('.float').first().waitFor({ state: 'detached' })
  assert.deepEqual([here.problems, there.problems], [[], []])
  await here.page.close()
  await there.page.close()
})

test('who signs in writes to the room, an official word is marked, and a deleted one vanishes', async () => {
  const eventId = await stage.play(cricket)
  const [here, there] = await bothAt(eventId)
  await there.page.getByRole('region', { name: 'Chat' }).getByRole('link', { name: 'Sign in' }).waitFor()
  await signUp(stage, here.page, 'dee@example.org', 'Dee')
  await here.page.getByRole('heading', { level: 1, name: cricket.title }).waitFor()
  await here.page.getByLabel('Your message').fill('Hello from the pavilion')
  await here.page.getByRole('button', { name: 'Send', exact: true }).click()

  const written = there.page.getByRole('log').locator('.entry', { hasText: 'Hello from the pavilion' })
  await written.getByText('Dee').waitFor()
  assert.equal(await written.getByText('Official').count(), 0)
  await stage.scorer.ask('message', { eventId, text: 'Rain: play stops.' })
  await there.page.locator('.entry', { hasText: 'Rain: play stops.' }).getByText('Official').waitFor()

  const messages = await new Promise((done) => {
    // A join returns the last messages.
    const viewer = stage.viewer(eventId)
    const seen = []
    viewer.on('message', (message) => {
      seen.push(message)
      if (seen.length === 2) done(seen)
    })
  })
  await stage.scorer.ask('message:delete', { eventId, messageId: messages[0].messageId })
  await written.waitFor({ state: 'detached' })
  await here.page.getByRole('log').getByText('Hello from the pavilion').waitFor({ state: 'detached' })

  // A message deleted while a page is offline is gone when it reconnects.
  const official = there.page.getByRole('log').getByText('Rain: play stops.')
  await second.context.setOffline(true)
  await stage.scorer.ask('message:delete', { eventId, messageId: messages[1].messageId })
  await stage.scorer.ask('message', { eventId, text: 'Play goes on.' })
  await second.context.setOffline(false)
  await there.page.getByRole('log').getByText('Play goes on.').waitFor()
  await official.waitFor({ state: 'detached' })

  await stage.scorer.ask('event:update', { eventId, messages: false })
  await here.page.getByText('Messages are turned off for this event.').waitFor()
  assert.deepEqual([here.problems, there.problems], [[], []])
  await here.page.close()
  await there.page.close()
})

test('a limit is told kindly, and what was written goes out by itself', async () => {
  const own = await Stage.open({ REACTION_RATE: '2/2s', MESSAGE_RATE: '1/2s' })
  try {
    const eventId = await own.play(cricket)
    const { page, problems } = await own.browser.page(own.addressOf(eventId))
    await signUp(own, page, 'eve@example.org', 'Eve')
    await page.locator('[data-phase=live]').waitFor()
    const fire = reaction(page, 'fire')
    await fire.click()
    await fire.click()
    await fire.click()
    await page.getByText(/Too many reactions at once\. Try again in \d s\./).waitFor()
    assert.equal(await fire.isDisabled(), true)
    await page.locator('button:enabled', { hasText: '🔥' }).waitFor()

    for (const words of ['One', 'Two']) {
      await page.getByLabel('Your message').fill(words)
      await page.keyboard.press('Enter')
    }
    await page.getByText(/You are writing fast\. This will be sent in \d s\./).waitFor()
    await page.getByRole('log').locator('.entry:not(.pending)', { hasText: 'Two' }).waitFor()
    assert.equal(await page.locator('.pending').count(), 0)
    assert.deepEqual(problems, [])
  } finally {
    await own.close()
  }
})
