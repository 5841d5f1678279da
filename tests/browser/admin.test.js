// The administrator's page: from a new event to what its viewers see.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Person } from './harness/person.js'
import { Stage } from './harness/stage.js'

let stage
let boss
let ann
before(async () => {
  stage = await Stage.open()
  ;[boss, ann] = await Promise.all([Person.of(stage.server, 'admin'), Person.of(stage.server, 'scorer')])
})
after(async () => {
  await Promise.all([boss?.close(), ann?.close()])
  await stage?.close()
})

async function open() {
  const { page, problems } = await boss.page(stage.server, '/admin')
  await page.locator('[data-desk=open]').waitFor()
  return { page, problems }
}
const part = (page, name) => page.getByRole('group', { name: 'Section' }).getByRole('button', { name }).click()

test('an event is made, assigned, scored by its scorer, and seen by a viewer', async () => {
  const { page, problems } = await open()
  await page.getByRole('button', { name: 'New event' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Title').fill('Reds v Blues')
  await form.getByLabel('Sport').fill('football')
  await form.getByLabel('Start time (optional)').fill('2031-05-04T15:30')
  await form.getByLabel('Competitors, one name per line').fill('Reds\nBlues')
  await form.getByLabel(/Event id/).fill('reds-blues')
  await form.getByLabel('Viewers can write messages').uncheck()
  await form.getByRole('button', { name: 'Add action' }).click()
  await form.getByLabel('Name', { exact: true }).fill('cheer')
  await form.getByRole('button', { name: 'Create event' }).click()
  await page.getByLabel('Assign by email').fill(ann.user.email)
  await page.getByRole('button', { name: 'Assign', exact: true }).click()
  await page.getByRole('button', { name: `Unassign ${ann.user.email}` }).waitFor()
  const { event } = await stage.server.event('reds-blues')
  assert.deepEqual(event, {
    eventId: 'reds-blues',
    sport: 'football',
    title: 'Reds v Blues',
    status: 'scheduled',
    startsAt: Date.UTC(2031, 4, 4, 15, 30),
    competitors: [{ name: 'Reds' }, { name: 'Blues' }],
    actions: [{ name: 'cheer', points: 10, minMs: 1000, cooldownMs: 10000, dailyCap: 100 }],
    messages: false,
  })

  const desk = await ann.page(stage.server, '/score')
  await desk.page.getByRole('link', { name: 'Reds v Blues' }).click()
  await desk.page.getByRole('button', { name: 'Start scoring' }).click()
  await desk.page.getByRole('button', { name: 'Go live' }).click()
  const viewer = await stage.browser.page(stage.addressOf('reds-blues'))
  await desk.page.getByRole('button', { name: 'Start: First half' }).click()
  await desk.page.getByRole('group', { name: 'Reds' }).getByRole('button', { name: 'Goal' }).click()
  await desk.page.getByLabel('Player (optional)').fill('Kim')
  await desk.page.getByRole('button', { name: 'Enter', exact: true }).click()
  await viewer.page.getByText('Kim').first().waitFor()

  // Once unassigned, the scorer's next tap is refused, and the page says why.
  await page.getByRole('button', { name: `Unassign ${ann.user.email}` }).click()
  await page.getByText('No scorers are assigned.').waitFor()
  await desk.page.getByRole('button', { name: 'Half-time' }).click()
  await desk.page.locator('[data-conflict=forbidden]').getByText("You can't score this match").waitFor()
  for (const seen of [page, desk.page, viewer.page]) await seen.close()
  assert.deepEqual([...problems, ...desk.problems, ...viewer.problems], [])
})

test('an event is changed, and what is wrong with a new one is said', async () => {
  await stage.scorer.ask('event:create', { eventId: 'fours', sport: 'rowing', title: 'Fours', competitors: [{ name: 'A', lane: 1 }] })
  const { page, problems } = await open()
  await page.locator('[data-event=fours]').click()
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('Title').fill('Coxed fours')
  await page.getByLabel('Competitors, one name per line').fill('A\nB')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { level: 2, name: 'Coxed fours' }).waitFor()
  const { event } = await stage.server.event('fours')
  assert.deepEqual([event.title, event.competitors], ['Coxed fours', [{ name: 'A', lane: 1 }, { name: 'B' }]])

  await page.getByRole('button', { name: 'New event' }).click()
  await page.getByLabel('Title').fill('Twice')
  await page.getByLabel('Sport').fill('rowing')
  await page.getByLabel(/Event id/).fill('fours')
  await page.getByRole('button', { name: 'Create event' }).click()
  await page.getByRole('dialog').getByRole('alert').getByText(/\w/).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  assert.deepEqual(problems, [])
  await page.close()
})

test('roles are given and taken', async () => {
  const { page, problems } = await open()
  await part(page, 'People')
  await page.getByLabel('Email').fill('new.reviewer@example.com')
  await page.getByRole('combobox', { name: 'Role' }).selectOption('reviewer')
  await page.getByRole('button', { name: 'Grant role' }).click()
  const taken = page.getByRole('button', { name: 'Remove the role Reviewer from new.reviewer@example.com' })
  await taken.click()
  await taken.waitFor({ state: 'detached' })
  await page.locator('[data-word]').getByText('new.reviewer@example.com no longer has the role Reviewer.').waitFor()
  assert.ok(await page.getByRole('button', { name: `Remove the role Administrator from ${boss.user.email}` }).isDisabled())
  assert.deepEqual(problems, [])
  await page.close()
})

test('the figures of the server and of an event are shown', async () => {
  const eventId = await stage.play({ sport: 'rowing', title: 'Eights', updates: [] })
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  await viewer.page.locator('[data-phase=live]').waitFor()
  await stage.scorer.score(eventId, { at: 500 })
  const { page, problems } = await open()
  await part(page, 'Server')
  await page.getByRole('row', { name: /Eights 1 0/ }).waitFor()
  await page.getByRole('row', { name: /Delivery/ }).getByText(/≤ .*s/).first().waitFor()
  assert.ok(Number((await page.locator('[data-figure=deliveries]').textContent()).replace(/\D/g, '')) >= 1)
  assert.equal(await page.locator('[data-node]').count(), 1)
  await part(page, 'Events')
  await page.locator(`[data-event="${eventId}"]`).click()
  await page.getByText(/peak \d+, average \d+/).waitFor()
  assert.deepEqual([...problems, ...viewer.problems], [])
  await page.close()
  await viewer.page.close()
})
