// Football from the desk to the viewers: the clock, second yellow cards, own goals, and shoot-outs.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allSent, assertFits, correct, openDesk, openDesks, sendCorrection } from './harness/desk.js'
import { button } from './harness/families.js'
import { upright } from './harness/thumb.js'
import { allWords } from './harness/words.js'

const { stage, ann } = await openDesks()

const SECOND = 1_000
const MINUTE = 60 * SECOND
const playing = { home: { name: 'Greens', goals: 0 }, away: { name: 'Whites', goals: 0 }, period: 'First half', minute: '1', timeline: {} }

const open = (eventId) => openDesk(ann, stage.server, eventId)
const play = (state) => stage.play({ sport: 'football', title: 'Greens v Whites', updates: [state] })
const team = (page, name) => page.getByRole('group', { name })

/** Enters an incident with its player in the desk's form. */
async function enter(page, side, key, player) {
  await team(page, side).getByRole('button', { name: key }).click()
  await page.getByLabel(/^Player/).fill(player)
  await button(page, 'Enter').click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

test('the score, the keys and Undo stand on one screen of a phone, in the shoot-out too', async () => {
  const keys = { 'First half': ['Goal', 'Change'], 'Penalty shoot-out': ['Scored', 'Missed'] }
  for (const [period, names] of Object.entries(keys)) {
    const { page, problems } = await open(await play({ ...playing, period, ...(period === 'First half' ? { beganAt: Date.now() } : {}) }))
    await team(page, 'Whites').getByRole('button', { name: names[0] }).waitFor()
    const keysOf = names.flatMap((name) => ['Greens', 'Whites'].map((side) => [`${name} of ${side}`, team(page, side).getByRole('button', { name })]))
    await assertFits(page, period, {
      home: page.locator('[data-goals=home]'), away: page.locator('[data-goals=away]'), Undo: page.getByRole('button', { name: 'Undo last' }), 'Names…': button(page, 'Names…'),
      ...Object.fromEntries(keysOf),
    })
    assert.deepEqual(problems, [])
    await page.close()
  }
})

test('the clock goes on for viewers and in lists after the desk is closed, and nothing is sent for it', async () => {
  const beganAt = Date.now() - 40 * MINUTE + 20 * SECOND
  const clock = { running: true, at: beganAt, value: 0, direction: 'up' }
  const summary = { sides: [{ name: 'Greens', score: '0' }, { name: 'Whites', score: '0' }], period: 'First half', clock }
  const eventId = await play({ ...playing, beganAt, summary })
  const desk = await open(eventId)
  await desk.page.locator('[data-goals=home]').waitFor()
  await desk.page.close()
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  const list = await stage.browser.page(`${stage.server.url}/#/`)
  await viewer.page.locator('[data-minute]').getByText('41′').waitFor()
  await list.page.getByText('First half · 41′').waitFor()
  const updates = await stage.log(eventId)
  assert.equal(updates.length, 1)
  assert.deepEqual([...desk.problems, ...viewer.problems, ...list.problems], [])
  await viewer.page.close()
  await list.page.close()
})

test('added time is counted, and the clock can be set', async () => {
  const eventId = await play({ ...playing, beganAt: Date.now() - 46.5 * MINUTE })
  const { page, problems } = await open(eventId)
  await page.getByText('45+2′ · First half').waitFor()
  await page.getByRole('button', { name: 'Set clock…' }).click()
  await page.getByLabel('Minute that is being played').fill('44')
  await button(page, 'Set clock').click()
  await page.getByText('44′ · First half').waitFor()
  await allSent(page)
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  await viewer.page.locator('[data-minute]').getByText('44′').waitFor()
  await page.getByRole('button', { name: 'Half-time' }).click()
  await viewer.page.getByText('Half-time', { exact: true }).waitFor()
  await viewer.page.locator('[data-minute]').waitFor({ state: 'detached' })
  assert.deepEqual([...problems, ...viewer.problems], [])
  await viewer.page.close()
  await page.close()
})

test('the clock that was set wrong and the wrong result are corrected', async () => {
  const eventId = await play({ ...playing, beganAt: Date.now() - 20.5 * MINUTE })
  const { page, problems } = await open(eventId)
  await page.getByRole('button', { name: 'Set clock…' }).click()
  await page.getByLabel('Minute that is being played').fill('12')
  await button(page, 'Set clock').click()
  await page.getByText('12′ · First half').waitFor()
  await correct(page, 2)
  await page.getByLabel('Minute that was being played').fill('21')
  await sendCorrection(page)
  await page.getByText('21′ · First half').waitFor()
  await page.getByRole('button', { name: 'Full time…' }).click()
  await button(page, 'Enter result').click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await allSent(page)
  await correct(page, 4)
  assert.equal(await page.getByRole('dialog').getByLabel('Result').inputValue(), 'A 0–0 draw')
  await page.getByRole('radio', { name: 'Whites conceded' }).check()
  await sendCorrection(page)
  const { snapshot } = await stage.server.event(eventId)
  assert.deepEqual([snapshot.result, snapshot.period], ['Whites conceded the match to Greens', 'Conceded'])
  assert.deepEqual(problems, [])
  await page.close()
})

test('a second yellow card and an own goal are told in words', async () => {
  const eventId = await play({ ...playing, beganAt: Date.now() - 20 * MINUTE })
  const { page, problems } = await open(eventId)
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  const score = viewer.page.getByRole('region', { name: 'Score' })
  await enter(page, 'Greens', 'Yellow', 'Ann')
  await team(page, 'Greens').getByRole('button', { name: 'Yellow' }).click()
  await page.getByLabel(/^Player/).fill('Ann')
  await page.getByText('This is the player’s second yellow card: the red card is entered with it.').waitFor()
  await button(page, 'Enter').click()
  await score.getByText('Second yellow card, red card').waitFor()
  await score.getByText('1 red card').waitFor()

  await team(page, 'Greens').getByRole('button', { name: 'Goal' }).click()
  await page.getByRole('radio', { name: 'Own goal' }).check()
  await page.getByLabel('Player of Whites (optional)').fill('Zoe')
  await button(page, 'Enter').click()
  await score.getByText('Own goal by Whites').waitFor()
  await score.getByText('counts for Greens', { exact: true }).waitFor()
  await allSent(page)
  assert.deepEqual((await stage.server.event(eventId)).snapshot.summary.sides.map(({ score }) => score), ['1', '0'])
  assert.deepEqual([...problems, ...viewer.problems], [])
  await viewer.page.close()
  await page.close()
})

test('a shoot-out is told kick by kick, to its end in sudden death', async () => {
  const eventId = await play({ ...playing, period: 'End of extra time' })
  const { page, problems } = await open(eventId)
  await page.getByRole('button', { name: 'Start: Penalty shoot-out' }).click()
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  const score = viewer.page.getByRole('region', { name: 'Score' })
  await page.getByLabel('Kicker (optional)').fill('Ann')
  const kick = async (side, how) => {
    const kicks = await viewer.page.locator('[data-kick]').count()
    await team(page, side).getByRole('button', { name: how }).click()
    await viewer.page.locator('[data-kick]').nth(kicks).waitFor()
  }
  for (let round = 1; round <= 5; round += 1) {
    await kick('Greens', 'Scored')
    await kick('Whites', 'Scored')
  }
  await page.getByText('Sudden death. Greens to kick.').waitFor()
  await score.getByText('Sudden death. Greens to kick.').waitFor()
  await kick('Greens', 'Scored')
  await kick('Whites', 'Saved')
  await score.getByText('Greens won the shoot-out in sudden death.').waitFor()
  const rows = await allWords(score.locator('[data-kick]'))
  assert.deepEqual([rows[0], rows.at(-1)], ['6 Whites Saved 6–5', '1 Ann Greens Scored 1–0'])
  await page.getByRole('button', { name: 'Enter result: Greens won 6–5 on penalties after a 0–0 draw' }).click()
  await score.getByText('Greens won 6–5 on penalties after a 0–0 draw', { exact: true }).first().waitFor()
  assert.deepEqual([...problems, ...viewer.problems], [])
  await viewer.page.close()
  await page.close()
})

test('a wrong name is corrected everywhere, and Undo brings it back', async () => {
  const eventId = await play({ ...playing, beganAt: Date.now() - 20 * MINUTE })
  const { page, problems } = await open(eventId)
  await page.setViewportSize(upright)
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  const sheet = page.getByRole('dialog')
  const told = (words) => viewer.page.getByText(words, { exact: true }).first().waitFor()
  await enter(page, 'Greens', 'Goal', 'Tim')
  for (const [wrong, right] of [['Tim', 'Kim'], ['Greens', 'Leaves']]) {
    await button(page, 'Names…').click()
    await sheet.locator(`[data-name="${wrong}"]`).click()
    await sheet.getByLabel('Right name').fill(right)
    await button(sheet, 'Enter').click()
    await sheet.waitFor({ state: 'detached' })
    await told(`Name corrected: ${right}, not ${wrong}.`)
  }
  await button(page, 'Names…').click()
  await button(sheet, 'Players').click()
  assert.equal(await sheet.getByLabel('Players of Leaves').inputValue(), 'Kim')
  await sheet.getByLabel('Players of Leaves').fill('Kim\nAnn\n')
  await button(sheet, 'Enter').click()
  await sheet.waitFor({ state: 'detached' })
  await team(page, 'Leaves').getByRole('button', { name: 'Yellow' }).click()
  await sheet.locator('[data-name="Ann"]').click()
  await button(sheet, 'Enter').click()
  await told('Yellow card for Ann (Leaves).')
  await allSent(page)
  const { snapshot } = await stage.server.event(eventId)
  assert.deepEqual([snapshot.timeline['0001'].player, snapshot.summary.sides[0].name, snapshot.squads], ['Kim', 'Leaves', { Leaves: ['Kim', 'Ann'] }])
  for (let entry = 0; entry < 4; entry += 1) {
    await page.getByRole('button', { name: 'Undo last' }).click()
    await page.locator('[data-notice]').getByText(['Yellow card, Ann', 'Players, home', 'Leaves, not Greens', 'Kim, not Tim'][entry]).waitFor()
  }
  await allSent(page)
  const { snapshot: before } = await stage.server.event(eventId)
  assert.deepEqual([before.timeline['0001'].player, before.home, before.squads], ['Tim', { name: 'Greens', goals: 1 }, undefined])
  assert.deepEqual([...problems, ...viewer.problems], [])
  await viewer.page.close()
  await page.close()
})
