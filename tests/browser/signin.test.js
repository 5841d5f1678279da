// Signing in with a code sent by email, and the effect on other devices.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Browser } from './harness/browser.js'
import { cricket } from './harness/matches.js'
import { signUp } from './harness/people.js'
import { Scorer } from './harness/scorer.js'
import { Stage } from './harness/stage.js'

let stage
before(async () => {
  // The tests request new codes without waiting.
  const often = '1000/1h'
  stage = await Stage.open({ OTP_RESEND: '1ms', OTP_PER_ADDRESS: often, OTP_PER_ADDRESS_TOTAL: often, OTP_PER_IP: often })
})
beforeEach(() => stage.browser.forget(stage.server.url))
after(() => stage?.close())

test('a new person signs up with the mailed code, stays signed in over a reload, and signs out', async () => {
  const eventId = await stage.play(cricket)
  const { page, problems } = await stage.browser.page(stage.addressOf(eventId))
  await page.getByText('97/3').waitFor()
  await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).click()
  // The page loads on demand; the focus then moves to its heading for screen readers.
  await page.waitForFunction(() => document.activeElement.textContent === 'Sign in' && document.activeElement.tagName === 'H1')
  await page.getByRole('button', { name: 'New here? Create an account' }).click()
  await page.getByLabel('Email').fill('ann@example.org')
  await page.getByLabel('Your name').fill('Ann <b>Example</b>')
  await page.getByRole('button', { name: 'Email me a code' }).click()

  const code = page.getByLabel('Code from the email')
  assert.equal(await code.getAttribute('autocomplete'), 'one-time-code')
  const mailed = await stage.server.code('ann@example.org')
  const wrong = mailed === '00000000' ? '00000001' : '00000000'
  await code.fill(wrong)
  await page.getByRole('alert').getByText('Wrong code.').waitFor()
  // A pasted code is complete, so it needs no button.
  await code.fill(`${mailed.slice(0, 4)} ${mailed.slice(4)}`)

  const header = page.getByRole('banner')
  await header.getByText('Ann <b>Example</b>').waitFor()
  await page.getByRole('heading', { level: 1, name: cricket.title }).waitFor()
  await page.locator('[data-phase=live]').waitFor()
  await page.reload()
  await header.getByText('Ann <b>Example</b>').waitFor()
  await page.getByText('1 watching').waitFor()
  await header.getByRole('button', { name: 'Sign out' }).click()
  await header.getByRole('link', { name: 'Sign in' }).waitFor()
  await page.locator('[data-phase=live]').waitFor()
  await page.reload()
  await header.getByRole('link', { name: 'Sign in' }).waitFor()
  // The browser logs refused calls on its own.
  assert.deepEqual(problems.filter((problem) => !/status of 400/.test(problem)), [])
  await page.close()
})

test('a login in a second browser takes over: the first is told, goes on watching, and finds the way back', async () => {
  const eventId = await stage.play(cricket)
  const second = await Browser.open()
  try {
    const here = await stage.browser.page(stage.addressOf(eventId))
    await signUp(stage, here.page, 'bo@example.org', 'Bo')
    await here.page.locator('[data-phase=live]').waitFor()
    const there = await second.page(stage.addressOf(eventId))
    await signUp(stage, there.page, 'bo@example.org', 'Bo')

    const word = here.page.getByRole('alert').filter({ hasText: 'You signed in on another device' })
    await word.getByText('Chrome on Linux').waitFor()
    await here.page.getByRole('banner').getByRole('link', { name: 'Sign in' }).waitFor()
    await stage.scorer.score(eventId, { runs: 98 })
    await here.page.getByText('98/3').waitFor()
    await here.page.reload()
    await word.waitFor()

    await word.getByRole('link', { name: 'Sign in here again' }).click()
    await signUp(stage, here.page, 'bo@example.org', 'Bo')
    await there.page.getByRole('alert').filter({ hasText: 'You signed in on another device' }).waitFor()
    assert.equal(await word.count(), 0)
    assert.deepEqual([here.problems, there.problems], [[], []])
    await here.page.close()
  } finally {
    await second.close()
  }
})

test('a login that another device ended while the page was closed is told of on opening', async () => {
  const { page, problems } = await stage.browser.page(stage.server.url)
  await signUp(stage, page, 'cy@example.org', 'Cy')
  const eventId = await stage.play(cricket)
  await page.goto('about:blank')
  await stage.server.signIn('cy@example.org', 'A telephone')
  await page.goto(stage.addressOf(eventId))
  await page.getByRole('alert').filter({ hasText: 'You signed in on another device' }).waitFor()
  await page.locator('[data-phase=live]').waitFor()
  assert.deepEqual(problems.filter((problem) => !/status of 401/.test(problem)), [])
  await page.close()
})

/** Signs a scorer in on a phone, and connects it to /admin, until the server knows that its desk is in use. */
async function scoringOnPhone(email) {
  for (;;) {
    const phone = await stage.server.signIn(email, 'Her phone')
    const desk = new Scorer(stage.server, phone.token)
    await desk.ask('ping', {})
    // The server records the use of desks about once a second.
    await pause(1_500)
    const { challengeId } = await stage.server.post('/api/auth/signup', { email, name: 'Joan' })
    const code = await stage.server.code(email)
    const { error } = await stage.server.post('/api/auth/verify', { challengeId, code, device: { id: 'probe', name: 'probe' }, ask: true })
    if (error?.device) return { phone, desk }
    desk.close()
  }
}

test('a login asks before it signs out a device that is scoring', async (t) => {
  const email = 'joan@example.org'
  await stage.scorer.ask('role:grant', { email, role: 'scorer' })
  const { phone, desk } = await scoringOnPhone(email)
  t.after(() => desk.close())
  const { page, problems } = await stage.browser.page(`${stage.server.url}/#/signin`)
  const enterCode = async () => {
    await page.getByLabel('Email').fill(email)
    await page.getByRole('button', { name: 'Email me a code' }).click()
    await page.getByLabel('Code from the email').fill(await stage.server.code(email))
    await page.locator('[data-desk-in-use]').getByText('Her phone').waitFor()
  }
  const isSignedIn = async () => (await fetch(`${stage.server.url}/api/me`, { headers: { authorization: `Bearer ${phone.token}` } })).ok
  await enterCode()
  await page.getByRole('heading', { name: 'Take over the scoring?' }).waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByLabel('Email').waitFor()
  assert.equal(await isSignedIn(), true)

  await enterCode()
  await page.getByRole('button', { name: 'Sign in here' }).click()
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).waitFor()
  assert.equal(await isSignedIn(), false)
  // The browser reports each answer 409.
  assert.deepEqual(problems.filter((problem) => !/status of 409/.test(problem)), [])
  await page.close()
})
