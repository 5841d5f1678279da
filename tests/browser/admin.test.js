// The administrator's page: from a new event to what its viewers see.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { allSent, openDesk } from './harness/desk.js'
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
  await form.getByRole('button', { name: 'Football' }).click()
  await form.getByLabel('Name 1').fill('Reds')
  await form.getByLabel('Name 2').fill('Blues')
  await form.getByLabel('Start time (optional)').fill('2031-05-04T15:30')
  await form.getByText(/^More/).click()
  await form.getByLabel('Short').first().fill('RED')
  await form.getByLabel('Colour').first().fill('#c0392b')
  await form.getByLabel('Venue (optional)').fill('Mill Lane')
  await form.getByLabel('Competition (optional)').fill('Sunday Cup')
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
    competitors: [{ name: 'Reds', short: 'RED', color: '#c0392b' }, { name: 'Blues' }],
    venue: 'Mill Lane',
    competition: { id: 'sunday-cup', title: 'Sunday Cup' },
    actions: [{ name: 'cheer', points: 10, minMs: 1000, cooldownMs: 10000, dailyCap: 100 }],
    messages: false,
  })

  const desk = await ann.page(stage.server, '/score')
  await desk.page.getByRole('link', { name: 'Reds v Blues' }).click()
  await desk.page.getByRole('button', { name: 'Start scoring' }).click()
  await desk.page.getByRole('button', { name: 'Go live and send' }).click()
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
  await stage.scorer.ask('event:create', { eventId: 'fours', sport: 'egg race', title: 'Fours', competitors: [{ name: 'A', lane: 1 }] })
  const { page, problems } = await open()
  await page.locator('[data-event=fours]').click()
  await page.getByRole('button', { name: 'Edit' }).click()
  assert.equal(await page.getByLabel('Sport').inputValue(), 'egg race')
  await page.getByLabel('Title').fill('Coxed fours')
  await page.getByText(/^More/).click()
  await page.getByRole('button', { name: 'Add competitor' }).click()
  await page.getByLabel('Name 2').fill('B')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { level: 2, name: 'Coxed fours' }).waitFor()
  const { event } = await stage.server.event('fours')
  assert.deepEqual([event.title, event.competitors], ['Coxed fours', [{ name: 'A', lane: 1 }, { name: 'B' }]])

  await page.getByRole('button', { name: 'New event' }).click()
  await page.getByRole('button', { name: 'Create event' }).click()
  await page.getByLabel('Title').fill('Twice')
  await page.getByRole('button', { name: 'Create event' }).click()
  await page.getByRole('dialog').getByRole('alert').getByText('Choose a sport.').waitFor()
  await page.getByRole('button', { name: 'Other sport…' }).click()
  await page.getByLabel('Sport').fill('rowing')
  await page.getByText(/^More/).click()
  await page.getByLabel(/Event id/).fill('fours')
  await page.getByRole('button', { name: 'Create event' }).click()
  await page.getByRole('dialog').getByRole('alert').getByText(/\w/).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  assert.deepEqual(problems, [])
  await page.close()
})

test('a sport of the club has its rules from the form, and keeps them', async () => {
  const { page, problems } = await open()
  await page.getByRole('button', { name: 'New event' }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('button', { name: 'Other sport…' }).click()
  await form.getByLabel('Sport').fill('wallball')
  await form.getByLabel('How it is scored').selectOption('sets')
  await form.getByLabel('Best of how many sets').fill('5')
  await form.getByLabel('Points that win a set').fill('11')
  await form.getByRole('combobox', { name: 'Serve' }).selectOption('With the side that won the rally')
  await form.getByLabel('Name 1').fill('Mill Lane')
  await form.getByLabel('Name 2').fill('Harbour')
  await form.getByRole('button', { name: 'Create event' }).click()
  await page.getByRole('heading', { level: 2, name: 'Mill Lane v Harbour' }).waitFor()
  const id = await page.locator('[data-event][aria-current=true]').getAttribute('data-event')
  const format = { family: 'sets', bestOf: 5, set: { to: 11, by: 2 }, serve: { moves: 'rally', next: 'other' } }
  assert.deepEqual((await stage.server.event(id)).event.format, format)

  // The list has no formats, and a change of the title leaves this one as it is.
  await page.getByRole('button', { name: 'Edit' }).click()
  assert.equal(await form.getByLabel('Points that win a set').inputValue(), '11')
  await form.getByLabel('Title').fill('The final')
  await form.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { level: 2, name: 'The final' }).waitFor()
  assert.deepEqual((await stage.server.event(id)).event.format, format)

  // The desk begins the match by them.
  await page.getByRole('region', { name: 'Event' }).getByRole('link', { name: 'Score' }).click()
  await page.getByRole('button', { name: 'Start scoring' }).click()
  await page.getByRole('button', { name: 'Go live and send' }).click()
  await page.getByRole('group', { name: 'Harbour' }).getByRole('button').first().click()
  await page.locator('[data-entry="2"]').waitFor()
  await allSent(page)
  assert.deepEqual((await stage.server.event(id)).snapshot.format, format)
  assert.deepEqual(problems, [])
  await page.close()
})

test('an ended event is reopened, archived with a way back, and found by its id', async () => {
  await stage.scorer.event({ eventId: 'derby', sport: 'football', title: 'Old derby', competition: { id: 'derbies', title: 'Derbies' } })
  await stage.scorer.status('derby', 'ended')
  const { page, problems } = await open()
  await page.locator('[data-event=derby]').click()
  const panel = page.getByRole('region', { name: 'Event' })
  await panel.getByText('ended').nth(0).waitFor()
  await panel.getByText('Derbies').waitFor()
  await panel.getByRole('button', { name: 'Reopen' }).click()
  await panel.getByText('End the event before you delete it.').waitFor()
  assert.ok(await panel.getByRole('button', { name: 'Delete…' }).isDisabled())
  await panel.getByRole('button', { name: 'Archive' }).click()
  await page.locator('[data-event=derby]').waitFor({ state: 'detached' })
  await panel.getByRole('button', { name: 'Undo' }).click()
  await page.locator('[data-event=derby]').waitFor()
  await panel.getByRole('button', { name: 'Archive' }).click()
  await page.locator('[data-event=derby]').waitFor({ state: 'detached' })

  await page.reload()
  await page.getByRole('searchbox', { name: 'Search events' }).fill('derby')
  await page.getByRole('button', { name: /Open the event with this id/ }).click()
  await panel.getByText('This event is archived').waitFor()
  // The form offers the competitions of listed events.
  await stage.scorer.event({ sport: 'football', title: 'Next derby', status: 'scheduled', competition: { id: 'derbies', title: 'Derbies' } })
  await page.getByRole('searchbox', { name: 'Search events' }).fill('next derby')
  await page.getByText('Next derby').first().waitFor()
  await page.getByRole('button', { name: 'New event' }).click()
  await page.getByText(/^More/).click()
  await page.getByLabel('Competition (optional)').fill('Derbies')
  assert.equal(await page.getByLabel('Competition id').getAttribute('placeholder'), 'derbies')
  assert.deepEqual(problems, [])
  await page.close()
})

test('the list of events is searched, and continues', async () => {
  for (let number = 1; number <= 60; number += 1) {
    await stage.scorer.event({ sport: 'pool', title: `Frame ${String(number).padStart(2, '0')}`, status: 'scheduled', startsAt: Date.UTC(2031, 0, 1, 0, number) })
  }
  const { page, problems } = await open()
  await page.getByRole('searchbox', { name: 'Search events' }).fill('frame')
  const rows = page.locator('[data-event]', { hasText: 'Frame' })
  await page.locator('[data-event]', { hasNotText: 'Frame' }).first().waitFor({ state: 'detached' })
  await rows.nth(49).waitFor()
  await page.getByRole('button', { name: 'Show more' }).click()
  await rows.nth(59).waitFor()
  assert.equal(await page.locator('[data-event]').count(), 60)
  await page.getByRole('searchbox', { name: 'Search events' }).fill('no such thing!')
  await page.getByText('No events match.').waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})

test('an event is deleted once its id is typed, and those who look at it are told', async () => {
  await stage.scorer.event({ eventId: 'wrong-one', sport: 'football', title: 'Wrong one', status: 'scheduled' })
  const viewer = await stage.browser.page(stage.addressOf('wrong-one'))
  await viewer.page.locator('[data-phase=live]').waitFor()
  const desk = await openDesk(boss, stage.server, 'wrong-one')
  await desk.page.getByRole('button', { name: 'Go live' }).waitFor()
  const { page, problems } = await open()
  await page.getByRole('searchbox', { name: 'Search events' }).fill('wrong one')
  await page.locator('[data-event=wrong-one]').click()
  await page.getByRole('button', { name: 'Delete…' }).click()
  const remove = page.getByRole('button', { name: 'Delete event' })
  const field = page.getByLabel(/To confirm, type the event id/)
  await field.fill('wrong')
  assert.ok(await remove.isDisabled())
  await field.fill('wrong-one')
  await remove.click()
  await page.locator('[data-word]').getByText('The event was deleted.').waitFor()
  await page.locator('[data-event=wrong-one]').waitFor({ state: 'detached' })
  await viewer.page.getByRole('alert').getByText('This match was removed.').waitFor()
  await desk.page.getByRole('button', { name: 'Go live' }).click()
  await desk.page.getByRole('alert').getByText('This match was removed.').waitFor()
  // The pages read what is no longer there.
  const expected = /404/
  assert.deepEqual([...problems, ...viewer.problems, ...desk.problems].filter((problem) => !expected.test(problem)), [])
  for (const seen of [page, viewer.page, desk.page]) await seen.close()
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
