// The Content-Security-Policy is strict, and no page violates it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { within } from '../clients/harness/deadline.js'
import { chess, cricket, football, rowing } from './harness/matches.js'
import { signUp } from './harness/people.js'
import { Stage } from './harness/stage.js'

let stage
before(async () => {
  stage = await Stage.open()
})
after(() => stage?.close())

test('the policy allows no inline script or style, and nothing from elsewhere', async () => {
  const answer = await fetch(stage.server.url)
  const policy = answer.headers.get('content-security-policy')
  const rules = Object.fromEntries(policy.split(';').map((rule) => rule.trim().split(/\s+/)).map(([name, ...sources]) => [name, sources.join(' ')]))
  assert.equal(rules['default-src'], "'none'")
  for (const name of ['script-src', 'style-src', 'img-src', 'connect-src']) assert.equal(rules[name], "'self'", name)
  for (const name of ['base-uri', 'form-action', 'frame-ancestors']) assert.equal(rules[name], "'none'", name)
})

test('what browsers and crawlers ask for by themselves is there, and all else is not', async () => {
  for (const [path, type] of [
    ['/robots.txt', /^text\/plain/],
    ['/favicon.ico', /icon/],
    ['/favicon.svg', /^image\/svg/],
    ['/apple-touch-icon.png', /^image\/png/],
  ]) {
    const answer = await fetch(stage.server.url + path)
    assert.equal(answer.status, 200, path)
    assert.match(answer.headers.get('content-type'), type, path)
  }
  assert.equal((await fetch(`${stage.server.url}/no-such-page`)).status, 404)
})

test('it reports nothing while a person with every role walks all pages', async () => {
  const matches = []
  for (const match of [cricket, football, chess, rowing]) {
    matches.push(await stage.play({ ...match, actions: [{ name: 'puzzle', points: 2, minMs: 0, cooldownMs: 0, dailyCap: 9 }] }))
  }
  const { page, problems } = await stage.browser.page('about:blank')
  // Kept here, because a page loses its state with every load.
  const reports = []
  await page.exposeFunction('report', (text) => reports.push(text))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
      window.report(`${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`),
    )
  })
  await page.goto(stage.server.url)
  // Cause one violation to show that the test sees reports.
  const seen = new Promise((done) => {
    reports.push = (text) => done(text)
  })
  await page.evaluate(() => document.body.setAttribute('style', 'color: red'))
  assert.match(await within(seen, 'a report'), /^style-src-attr inline/)
  delete reports.push

  await signUp(stage, page, 'kim@example.org', 'Kim')
  for (const [index, eventId] of matches.entries()) {
    await page.goto(stage.addressOf(eventId))
    await page.locator('[data-phase=live]').waitFor()
    await page.getByRole('button', { name: 'React with fire' }).click()
    await page.locator('.float').first().waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Start' }).click()
    // Chess has two boards: the match's and the puzzle's.
    if (index === 2) await page.locator('.men use').nth(20).waitFor({ state: 'attached' })
    await stage.scorer.score(eventId, { note: index })
    await page.locator(`[data-seq]`, { hasText: 'note' }).waitFor()
  }
  for (const role of ['scorer', 'reviewer', 'admin']) await stage.scorer.ask('role:grant', { email: 'kim@example.org', role })
  await page.reload()
  const desks = page.getByRole('navigation')
  for (const name of ['Score', 'Review', 'Manage']) {
    await desks.getByRole('link', { name, exact: true }).click()
    await page.waitForFunction(() => document.activeElement.tagName === 'H1')
    assert.deepEqual(reports, [], name)
  }
  await page.goto(`${stage.server.url}/#/score/${encodeURIComponent(matches[2])}`)
  await page.locator('[data-square=a2]').first().waitFor()
  await page.goto(stage.server.url)
  await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor()
  assert.deepEqual(reports, [])
  // The violation above, and a desk that was closed while it connected.
  const expected = /inline style|WebSocket is closed before the connection is established/
  assert.deepEqual(problems.filter((problem) => !expected.test(problem)), [])
  await page.close()
})
