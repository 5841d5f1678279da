// Hostile text on the pages of scorers, reviewers and administrators is shown as text and has no other effect.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { allSent } from './harness/desk.js'
import { assertHarmless, corpus } from './harness/hostile.js'
import { hostileFamilies, own } from './harness/hostileStates.js'
import { cricket } from './harness/matches.js'
import { Person } from './harness/person.js'
import { Player } from './harness/player.js'
import { Stage } from './harness/stage.js'
import { folded } from './harness/words.js'

const actions = [{ name: corpus[0], points: 7, minMs: 20, cooldownMs: 0, dailyCap: 100 }]
const phone = { width: 390, height: 844 }

let stage
let person
before(async () => {
  stage = await Stage.open({ INTEGRITY_EXACT_COUNT: '1', INTEGRITY_EXACT_WITHIN: '60s' })
  person = await Person.of(stage.server, 'admin', { browser: stage.browser })
  await stage.scorer.ask('role:grant', { email: person.user.email, role: 'reviewer' })
})
after(async () => {
  await stage?.close()
})

async function open(path, ready) {
  const { page, problems } = await person.page(stage.server, path)
  await page.setViewportSize(phone)
  await page.locator(ready).first().waitFor()
  return { page, problems }
}
const path = (eventId) => `/score/${encodeURIComponent(eventId)}`

test('hostile scores are shown as text at every desk, and can be corrected', async () => {
  const all = corpus.join(' ')
  const list = Object.fromEntries(corpus.map((text, index) => [text, { order: index + 1, runs: text, how: text, player: text, type: text }]))
  const states = {
    cricket: {
      ...cricket.updates[0], ...own, batting: all, bowling: corpus[1], striker: corpus[0], partner: corpus[1], bowler: corpus[2], batters: list,
      bowlers: list, thisOver: corpus, squads: { [all]: corpus, [corpus[1]]: corpus }, commentary: all, ball: { text: all },
    },
    football: {
      ...own, home: { name: all, goals: 1, penalties: all }, away: { name: corpus[1], goals: all }, timeline: list, period: corpus[2], minute: all,
      squads: { [all]: corpus }, commentary: all,
    },
    chess: { ...own, fen: '4k3/8/8/8/8/8/8/4K3 w - - 0 1', move: { uci: all, san: all }, moves: list, white: { name: all }, commentary: all },
    ...hostileFamilies,
    [corpus[0].slice(0, 30)]: { ...own, ...list, tap: [corpus[0], { [corpus[1]]: corpus }] },
  }
  for (const [sport, state] of Object.entries(states)) {
    const eventId = await stage.play({ sport, title: all.slice(0, 190), competitors: corpus, updates: [state, { ...own, commentary: corpus[1] }] })
    const { page, problems } = await open(path(eventId), '[data-entry="2"]')
    await page.getByRole('region', { name: 'Score' }).first().waitFor()
    await assertHarmless(page, problems, sport)
    await page.getByRole('button', { name: 'Correct update 2' }).click()
    await page.getByLabel('Reason (everybody can see it)').fill(corpus[0])
    await page.getByRole('button', { name: 'Preview changes' }).click()
    await page.getByRole('button', { name: 'Send correction' }).click()
    await page.locator('[data-entry="3"]').getByText(corpus[0]).waitFor()
    await allSent(page)
    assert.equal((await stage.server.event(eventId)).seq, 3)
    await assertHarmless(page, problems, `${sport}, corrected`)
    await page.close()
  }
})

test('hostile names, titles and actions are shown as text to reviewers and administrators', async () => {
  const eventId = await stage.play({ sport: corpus[3], title: corpus[7], competitors: corpus, actions, updates: [] })
  const players = []
  for (const [index, text] of [corpus[0], corpus[1], corpus[5], corpus[9]].entries()) {
    const name = [...text].slice(0, 38).join('')
    const email = `hostile${index}@example.com`
    const player = await Player.of(stage.server, email, name)
    assert.equal(await player.earn(eventId, corpus[0]), 'held')
    await stage.scorer.ask('event:assign', { eventId, email })
    player.close()
    players.push(name)
  }
  const review = await open('/review', '[data-review]')
  await review.page.getByText(corpus[7]).waitFor()
  const shown = folded(await review.page.getByRole('list').last().textContent())
  for (const name of players.slice(0, 3)) assert.ok(shown.includes(folded(name)), name)
  await review.page.getByLabel('Note (optional)').fill(corpus[1])
  await review.page.getByRole('button', { name: 'Reject' }).click()
  await review.page.locator('[data-word]').getByText('rejected').waitFor()
  await assertHarmless(review.page, review.problems, 'reviewing')
  await review.page.close()

  const { page, problems } = await open('/admin', '[data-event]')
  await page.locator(`[data-event="${eventId}"]`).click()
  await page.getByRole('region', { name: 'Scorers' }).getByText(folded(players[0])).waitFor()
  await assertHarmless(page, problems, 'an event')
  await page.getByRole('button', { name: 'Edit' }).click()
  assert.equal(await page.getByRole('dialog').getByRole('textbox', { name: /^Title/ }).inputValue(), corpus[7])
  await assertHarmless(page, problems, 'its form')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  for (const [part, ready] of [['People', '#operators'], ['Server', '[data-node]']]) {
    await page.getByRole('button', { name: part }).click()
    await page.locator(ready).waitFor()
    await assertHarmless(page, problems, part)
  }
  await page.close()
  const viewer = await stage.server.event(eventId)
  assert.deepEqual(viewer.event.competitors, corpus.map((name) => ({ name })).map(({ name }) => ({ name: name.trim() })))
})
