// A quiz of three teams from the desk to the viewers, and two sides without names from a program.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertAccessible } from './harness/axe.js'
import { allSent, assertOneScreen, offline, openDesks } from './harness/desk.js'
import { board, correctUpdate, key, openAll } from './harness/families.js'
import { beyond, shallow, Thumb, upright } from './harness/thumb.js'
import { waitForWords } from './harness/words.js'

const desks = await openDesks()

const teams = ['Harbour Lane', 'Meadow Bank', 'North End']
const competitors = teams.map((name) => ({ name }))
const quiz = { sport: 'quiz', title: 'The house quiz', competitors, updates: [] }

/** Waits for the rows of the viewers' board: place, name and score. */
const waitForRows = (page, expected) => waitForWords(page, '.scoreboard li', expected)

test('a quiz of three teams, with two corrections and an offline spell, is seen right by viewers', async () => {
  const { eventId, page, viewer, list, stream, close } = await openAll(desks, quiz)
  // The form is filled with the teams: one tap starts.
  await new Thumb(page).key('Start scoring')
  await page.locator('[data-side="3"]').waitFor()
  const add = async (side, points) => {
    const entries = await page.locator('[data-entry]').count()
    await key(page, side, points).click()
    await page.locator('[data-entry]').nth(entries).waitFor()
  }
  await add('Harbour Lane', '+10')
  await add('Meadow Bank', '+10')
  await add('North End', '+5')
  await waitForRows(viewer, ['1= Harbour Lane 10', '1= Meadow Bank 10', '3 North End 5'])

  await page.getByRole('button', { name: 'Start: Round 2' }).click()
  await board(viewer).getByText('Round 2', { exact: true }).waitFor()
  await offline(page, async () => {
    await add('North End', '+10')
    await add('North End', '+10')
  })
  await waitForRows(viewer, ['1 North End 25', '2= Harbour Lane 10', '2= Meadow Bank 10'])

  await allSent(page)
  await correctUpdate(page, 3, 'The jury decided', (sheet) => sheet.getByRole('button', { name: 'It did not happen' }).click())
  await waitForRows(viewer, ['1 North End 25', '2 Harbour Lane 10', '3 Meadow Bank 0'])
  await allSent(page)
  await correctUpdate(page, 4, 'The jury decided', async (sheet) => {
    await sheet.getByRole('button', { name: 'Something else happened' }).click()
    await sheet.getByRole('button', { name: 'Harbour Lane', exact: true }).click()
  })
  await waitForRows(viewer, ['1 North End 20', '2 Harbour Lane 15', '3 Meadow Bank 0'])

  await assertAccessible(page, 'the desk')
  await page.getByRole('button', { name: 'Result…' }).click()
  await page.getByRole('button', { name: 'Enter result' }).click()
  await board(viewer).getByText('North End win with 20 points', { exact: true }).waitFor()
  await list.getByText('North End win with 20 points').first().waitFor()
  const { sides } = await stream.until(({ result }) => result !== undefined, 'the result')
  assert.deepEqual(Object.values(sides).map(({ score }) => score), [15, 0, 20])
  await assertAccessible(viewer, 'the board')
  const { summary } = await desks.stateOf({ eventId, page })
  assert.deepEqual(summary, {
    sides: [{ name: 'North End', score: '20', place: '1' }, { name: 'Harbour Lane', score: '15', place: '2' }, { name: 'Meadow Bank', score: '0', place: '3' }],
    result: 'North End win with 20 points',
  })
  await close()
})

test('two halves, the keys and Undo stand on one screen of a phone', async () => {
  const state = { format: { family: 'plain', steps: [1, 2, 3], target: 21 }, sides: { 1: { name: 'Harbour Lane', score: 12 }, 2: { name: 'Meadow Bank', score: 9 } }, period: 'Second half' }
  for (const size of [upright, shallow]) {
    const { page, problems } = await desks.open(size, { sport: 'korfball', title: 'A game', updates: [state] })
    await key(page, 'Harbour Lane', '+3').waitFor()
    await assertOneScreen(page, `${size.width} px`, { scores: '.board', keys: '.keypad' })
    assert.deepEqual(problems, [])
    await page.close()
  }
})

test('the keys of 24 sides scroll by themselves, with Undo in sight', async () => {
  const sides = Object.fromEntries(Array.from({ length: 24 }, (_, index) => [index + 1, { name: `Team ${index + 1}`, score: 0 }]))
  for (const size of [upright, shallow]) {
    const { page, problems } = await desks.open(size, { ...quiz, updates: [{ format: { family: 'plain', steps: [1] }, sides }] })
    await key(page, 'Team 1', '+1').waitFor()
    assert.equal(await beyond(page, page.getByRole('button', { name: 'Undo last' })), null)
    await key(page, 'Team 24', '+1').click()
    await page.locator('[data-side="24"]').getByText('1', { exact: true }).waitFor()
    assert.deepEqual(problems, [])
    await page.close()
  }
})

test('a program’s score without names is a board with the names of the competitors', async () => {
  for (const [data, expected] of [[{ home: { goals: 1 } }, ['1', '0']], [{ home: 1, away: 2 }, ['1', '2']], [{ sides: { 1: { score: 3 }, 2: { points: 4 } } }, ['3', '4']]]) {
    const eventId = await desks.stage.play({ sport: 'korfball', title: 'The final', competitors: [{ name: 'Greens' }, { name: 'Whites' }], updates: [data] })
    const { page, problems } = await desks.stage.browser.page(desks.stage.addressOf(eventId))
    await board(page).getByText('Whites').waitFor()
    assert.deepEqual(await board(page).locator('.points').allInnerTexts(), expected)
    assert.deepEqual(problems, [])
    await page.close()
  }
})
