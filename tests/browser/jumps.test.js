// Contests with attempts and with a bar from the desk to the viewers: lifts, long jumps and a high jump with count-back, on a phone.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertAccessible } from './harness/axe.js'
import { allSent, assertFits, offline, openDesk, openDesks } from './harness/desk.js'
import { button, openAll, sheetOf, shoot } from './harness/families.js'
import { correct, type, waitForLines } from './harness/placings.js'
import { Thumb, upright } from './harness/thumb.js'
import { words } from './harness/words.js'

const desks = await openDesks()

test('the keys of an attempt stand on one screen of a phone', async () => {
  const lifts = { family: 'placings', measure: 'weight', unit: 'kg', ties: 'first', attempts: { count: 3, counts: 'best', groups: ['Snatch', 'Clean & jerk'] } }
  const jumps = { family: 'placings', measure: 'distance', unit: 'm', attempts: { count: 6, counts: 'best' }, wind: 'attempt' }
  for (const [sport, format, failure] of [['weightlifting', lifts, 'No lift'], ['athletics', jumps, 'Failure']]) {
    const entries = { 1: { name: 'Ann Acker', attempts: { 1: '95', 2: 'x98' } }, 2: { name: 'Bea Brook' } }
    const { page, problems } = await openDesk(desks.ann, desks.stage.server, await desks.stage.play({ sport, title: sport, updates: [{ format, entries }] }))
    await page.locator('[data-open="1"]').click()
    const sheet = sheetOf(page)
    const keys = ['1', '6', '7', '0', 'Pass', failure, 'Enter'].map((name) => [name, button(sheet, name)])
    await assertFits(page, sport, Object.fromEntries([...keys, ['DNS', sheet.getByRole('button', { name: /^DNS\b/ })]]))
    await type(page, '99')
    await button(sheet, failure).click()
    await sheet.waitFor({ state: 'detached' })
    await allSent(page)
    await page.locator('[data-open="1"]').getByText(sport === 'athletics' ? '95 98 × ×' : '95 98 × 99 ×').waitFor()
    assert.deepEqual(problems, [])
    await page.close()
  }
})

/**
 * Four of the men's high jump final of Tokyo 2020. Barshim and Tamberi cleared every height up to 2.37 at the first attempt and shared
 * the gold medal; Nedasekau cleared 2.37 too, after failures. In which attempts he and Woo failed below 2.35 is made up.
 */
const heights = ['2.19', '2.24', '2.27', '2.30', '2.33', '2.35', '2.37', '2.39']
const jumpers = { Barshim: 'o o o o o o o xxx', Tamberi: 'o o o o o o o xxx', Nedasekau: 'o o o o xo x- o xxx', Woo: 'o o o o xo o x- xx' }

test('a high jump with count-back on a phone, a tap for each jump, is seen right by all', async () => {
  const { page, viewer, list, stream, close } = await openAll(desks, { sport: 'athletics', title: 'Men’s high jump', competitors: Object.keys(jumpers).map((name) => ({ name })) }, upright)
  await page.getByLabel('Kind of contest').selectOption('High jump')
  await button(page, 'Start scoring').click()
  const keys = { o: 'Cleared', x: 'Failed', '-': 'Passes' }
  const up = (name) => page.locator('.turn').getByRole('group', { name, exact: true })
  const jump = (name, mark) => new Thumb(page).tap(up(name).getByRole('button', { name: keys[mark] }), `${name}: ${mark}`)

  const play = async (height, index) => {
    await button(page, index === 0 ? 'Set the bar…' : 'Raise the bar…').click()
    await type(page, height)
    await button(sheetOf(page), `Set the bar to ${height} m`).click()
    await sheetOf(page).waitFor({ state: 'detached' })
    for (let round = 0; round < 3; round += 1) {
      for (const [name, all] of Object.entries(jumpers)) {
        const mark = all.split(' ')[index]?.[round]
        if (mark === undefined) continue
        await up(name).waitFor()
        // Woo's pass at 2.37 is entered as a failure, and Tamberi's clearance of 2.30 too: both are corrected.
        const isSlip = name === 'Woo' && height === '2.37' && mark === '-'
        await jump(name, isSlip ? 'x' : mark)
        if (isSlip) {
          await allSent(page)
          await correct(page, 'Woo fails at 2.37 m, second attempt', async (sheet) => {
            await button(sheet, 'Something else happened').click()
            await sheet.getByRole('group', { name: 'Woo' }).getByRole('button', { name: 'Passes' }).click()
          })
        }
      }
    }
  }
  await play('2.19', 0)
  await viewer.locator('[data-line="1"] .mark').getByText('2.19', { exact: true }).waitFor()
  await play('2.24', 1)
  await offline(page, async () => {
    await play('2.27', 2)
    await play('2.30', 3)
  })
  for (const index of [4, 5]) await play(heights[index], index)
  await waitForLines(viewer, ['1= Barshim 2.35m', '1= Tamberi 2.35m', '3 Woo 2.35m', '4 Nedasekau 2.33m −0.02'])
  await correct(page, 'Tamberi clears 2.35 m at the first attempt', async (sheet) => {
    await button(sheet, 'Something else happened').click()
    await sheet.getByRole('group', { name: 'Tamberi' }).getByRole('button', { name: 'Failed' }).click()
  })
  await up('Tamberi').waitFor()
  await button(page, 'Undo last').click()
  await page.locator('[data-notice]').getByText(/^Undone/).waitFor()
  await assertFits(page, 'the turn', { 'Raise the bar…': button(page, 'Raise the bar…'), Undo: button(page, 'Undo last') })
  for (const index of [6, 7]) await play(heights[index], index)
  await page.locator('.offer').getByText('Barshim and Tamberi share the first place with 2.37 m').waitFor()
  await button(page, 'Jump-off…').waitFor()
  await assertAccessible(page, 'the desk')
  await assertFits(page, 'the offer', { Confirm: button(page, 'Confirm'), 'Jump-off…': button(page, 'Jump-off…'), Undo: button(page, 'Undo last') })
  await shoot(page, 'jump-offer')
  await button(page, 'Confirm').click()
  await waitForLines(viewer, ['1= Barshim 2.37m', '1= Tamberi 2.37m', '3 Nedasekau 2.37m', '4 Woo 2.35m −0.02'])
  await viewer.locator('[data-line="3"] summary').click()
  assert.equal(await words(viewer.locator('[data-line="3"] ul')), '2.19 o 2.24 o 2.27 o 2.30 o 2.33 ×o 2.35 ×– 2.37 o 2.39 ×××')
  await assertAccessible(viewer, 'the board')
  await shoot(viewer, 'jump-board')
  const state = await stream.until(({ result }) => result !== undefined, 'the result')
  assert.deepEqual(Object.values(state.entries).map(({ name, place, mark }) => [name, place, mark]), [['Barshim', 1, '2.37'], ['Tamberi', 1, '2.37'], ['Nedasekau', 3, '2.37'], ['Woo', 4, '2.35']])
  await list.getByText('Barshim and Tamberi share the first place with 2.37 m').first().waitFor()
  await close()
})
