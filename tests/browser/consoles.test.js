// The consoles of sports other than cricket: a first entry from each, through to the server.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allSent, openDesk, openDesks } from './harness/desk.js'

const { stage, ann } = await openDesks()

const open = (eventId) => openDesk(ann, stage.server, eventId)

test('chess is moved by the board, and only legally', async () => {
  const eventId = await stage.play({ sport: 'chess', title: 'Ada – Bob', updates: [] })
  const { page, problems } = await open(eventId)
  await page.getByRole('button', { name: 'Start scoring' }).click()
  const square = (name) => page.locator(`button[data-square=${name}]`)
  await square('e2').click()
  await square('e5').click()
  await square('e2').click()
  await square('e4').click()
  await page.getByText('1. e4. Black to move').waitFor()
  await page.getByLabel('Or choose a move from the list').selectOption({ label: 'e5' })
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await page.getByText('1… e5. White to move').waitFor()
  await page.getByRole('button', { name: 'Undo last' }).click()
  await page.getByText('1. e4. Black to move').waitFor()
  await allSent(page)
  const { snapshot } = await stage.server.event(eventId)
  assert.deepEqual([snapshot.moves, snapshot.white.name, snapshot.turn], [{ 1: 'e4' }, 'Ada', 'black'])
  assert.deepEqual(problems, [])
  await page.close()
})

test('football has a goal with its scorer, and any other sport its JSON', async () => {
  const football = await stage.play({ sport: 'football', title: 'Reds v Blues', updates: [] })
  const { page, problems } = await open(football)
  await page.getByRole('button', { name: 'Start scoring' }).click()
  await page.getByRole('button', { name: 'Start: First half' }).click()
  await page.getByRole('group', { name: 'Blues' }).getByRole('button', { name: 'Goal' }).click()
  await page.getByLabel('Player (optional)').fill('Kim')
  await page.getByRole('button', { name: 'Enter', exact: true }).click()
  await page.locator('[data-goals=away]').getByText('1').waitFor()
  await allSent(page)
  const { snapshot } = await stage.server.event(football)
  assert.deepEqual(snapshot.timeline, { '0001': { minute: '1', team: 'away', type: 'goal', player: 'Kim' } })
  const { sides, period, clock } = snapshot.summary
  assert.deepEqual([sides.map(({ score }) => score), period, clock.running, clock.at], [['0', '1'], 'First half', true, snapshot.beganAt])
  assert.deepEqual(problems, [])
  await page.close()

  const rowing = await stage.play({ sport: 'rowing', title: 'Fours', updates: [{ lead: 'A', at: 500 }] })
  const other = await open(rowing)
  const field = other.page.getByLabel(/Next update as JSON/)
  await field.fill('{"at": 1000')
  assert.ok(await other.page.getByRole('button', { name: 'Send update' }).isDisabled())
  await field.fill('{"at": 1000, "lead": null}')
  await other.page.getByRole('row', { name: 'at 500 1000' }).waitFor()
  await other.page.getByRole('button', { name: 'Send update' }).click()
  await other.page.locator('[data-entry="2"]').waitFor()
  await allSent(other.page)
  assert.deepEqual((await stage.server.event(rowing)).snapshot, { at: 1000 })
  assert.deepEqual(other.problems, [])
  await other.page.close()
})
