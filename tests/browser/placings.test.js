// Contests with places from the desk to the viewers: a final of 100 metres and a high jump with count-back, on a phone.

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { test } from 'node:test'
import { assertAccessible, loadAxe } from './harness/axe.js'
import { isLostConnection } from './harness/browser.js'
import { allSent, openDesk, openDesks } from './harness/desk.js'
import { Stream } from './harness/stream.js'
import { beyond, Thumb } from './harness/thumb.js'

const upright = { width: 390, height: 664 }
const sideways = { width: 740, height: 360 }

const { stage, ann } = await openDesks()

const button = (page, name) => page.getByRole('button', { name, exact: true })
const clockKey = (page, does) => page.getByRole('button', { name: `${does} the clock` })
const sheetOf = (page) => page.getByRole('dialog')
const wordsIn = (text) => text.replace(/\s+/g, ' ').trim()

/** Takes a picture into `SHOTS`, to be looked at. */
async function shoot(page, name) {
  if (!process.env.SHOTS) return
  await mkdir(process.env.SHOTS, { recursive: true })
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.screenshot({ path: `${process.env.SHOTS}/${name}-${colorScheme}.png` })
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null })
}

/** The lines of the viewers' board, such as `1 Noah Lyles lane 7 USA 9.79`. */
const linesOf = async (page) => (await page.locator('.scoreboard [data-line] .row').allInnerTexts()).map(wordsIn)

async function waitForLines(page, expected) {
  const wanted = expected.join('|')
  try {
    await page.waitForFunction(
      (lines) => [...document.querySelectorAll('.scoreboard [data-line] .row')].map((row) => row.innerText.replace(/\s+/g, ' ').trim()).join('|') === lines,
      wanted,
    )
  } catch {
    assert.deepEqual(await linesOf(page), expected)
  }
}

/** Asserts that all of these are on the screen, upright and sideways. */
async function assertFits(page, what, locators) {
  for (const size of [sideways, upright]) {
    await page.setViewportSize(size)
    await page.evaluate(() => scrollTo(0, 0))
    for (const [name, locator] of Object.entries(locators)) assert.equal(await beyond(page, locator), null, `${what}, ${size.width} px: ${name}`)
  }
}

/** Opens the desk of a new contest, its page, the list and a stream of its states. */
async function openAll(match) {
  const eventId = await stage.play({ ...match, updates: [] })
  const { page, problems } = await openDesk(ann, stage.server, eventId)
  await page.setViewportSize(upright)
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  await viewer.page.setViewportSize(upright)
  const list = await stage.browser.page(`${stage.server.url}/#/`)
  const stream = new Stream(stage.server, eventId)
  const close = async () => {
    assert.deepEqual([...problems, ...viewer.problems, ...list.problems].filter((problem) => !isLostConnection(problem)), [])
    stream.close()
    for (const one of [page, viewer.page, list.page]) await one.close()
  }
  return { eventId, page, viewer: viewer.page, list: list.page, stream, close }
}

async function offline(page, act) {
  const { context } = ann.browser
  await context.setOffline(true)
  await page.locator('[data-desk=lost]').waitFor()
  await act()
  await context.setOffline(false)
  await page.locator('[data-desk=open]').waitFor()
}

/** Corrects the entry of the log that says so, as `change` says in the dialog. */
async function correct(page, words, change) {
  await allSent(page)
  await page.locator('[data-entry]').filter({ hasText: words }).getByRole('button', { name: /^Correct update/ }).click()
  const sheet = sheetOf(page)
  await sheet.getByLabel('Reason (everybody can see it)').fill('The photo finish says so')
  await change(sheet)
  await button(sheet, 'Send correction').click()
  await sheet.waitFor({ state: 'detached' })
  await page.evaluate(() => scrollTo(0, 0))
}

/** Taps digits on the pad of a sheet. */
async function type(page, digits) {
  const names = { '.': 'Point', ':': 'Colon' }
  for (const digit of digits) await sheetOf(page).getByRole('group', { name: 'Digits' }).getByRole('button', { name: names[digit] ?? digit, exact: true }).click()
}

async function enterMark(page, name, digits, shown) {
  await page.locator('[data-open]').filter({ hasText: name }).click()
  await type(page, digits)
  await button(sheetOf(page), `Enter ${shown}`).click()
  await sheetOf(page).waitFor({ state: 'detached' })
}

test('the keys of an attempt stand on one screen of a phone', async () => {
  const lifts = { family: 'placings', measure: 'weight', unit: 'kg', ties: 'first', attempts: { count: 3, counts: 'best', groups: ['Snatch', 'Clean & jerk'] } }
  const jumps = { family: 'placings', measure: 'distance', unit: 'm', attempts: { count: 6, counts: 'best' }, wind: 'attempt' }
  for (const [sport, format, failure] of [['weightlifting', lifts, 'No lift'], ['athletics', jumps, 'Failure']]) {
    const entries = { 1: { name: 'Ann Acker', attempts: { 1: '95', 2: 'x98' } }, 2: { name: 'Bea Brook' } }
    const { page, problems } = await openDesk(ann, stage.server, await stage.play({ sport, title: sport, updates: [{ format, entries }] }))
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

/** The men's final of Paris 2024 by its official results: lanes, times with the thousandths that decided, and the wind. */
const final = [
  ['Kenneth Bednarek', 'USA', 2, '9.88'], ['Fred Kerley', 'USA', 3, '9.81'], ['Kishane Thompson', 'JAM', 4, '9.789'], ['Akani Simbine', 'RSA', 5, '9.82'],
  ['Oblique Seville', 'JAM', 6, '9.91'], ['Noah Lyles', 'USA', 7, '9.784'], ['Letsile Tebogo', 'BOT', 8, '9.86'], ['Lamont Marcell Jacobs', 'ITA', 9, '9.85'],
]

test('a real final of 100 metres on a phone, with corrections and marks without a connection, is seen right by all', async () => {
  const { page, viewer, list, stream, close, eventId } = await openAll({ sport: 'Athletics', title: 'Men’s 100 metres' })
  await page.getByLabel('Start list, one entry a line').fill(final.map(([name, team, lane]) => `${lane} ${name}, ${team}`).join('\n'))
  await page.getByText('Round and venue (optional)').click()
  await page.getByLabel('Round', { exact: true }).fill('Final')
  await loadAxe(page)
  await assertAccessible(page, 'the start')
  await shoot(page, 'race-start')
  await button(page, 'Start scoring').click()
  await page.locator('[data-open="8"]').waitFor()
  await viewer.locator('[data-line="8"]').waitFor()
  await assertFits(page, 'the start list', { 'More…': button(page, 'More…'), 'the first entry': page.locator('[data-open="1"]'), Undo: button(page, 'Undo last') })

  await button(page, 'More…').click()
  await button(sheetOf(page), 'Wind').click()
  await sheetOf(page).getByLabel('Wind (m/s)').fill('1.0')
  await button(sheetOf(page), 'Enter').click()
  await viewer.getByText('wind +1.0 m/s').waitFor()

  // At first as the scoreboard had them, to hundredths: equal times share the place.
  await enterMark(page, 'Noah Lyles', '979', '9.79')
  await enterMark(page, 'Kishane Thompson', '979', '9.79')
  await waitForLines(viewer, [
    '1= Kishane Thompson lane 4 JAM 9.79', '1= Noah Lyles lane 7 USA 9.79',
    ...final.filter(([, , lane]) => lane !== 4 && lane !== 7).map(([name, team, lane]) => `${name} lane ${lane} ${team}`),
  ])
  await page.locator('[data-open]').first().click()
  await assertFits(page, 'the pad', { digit: sheetOf(page).getByRole('button', { name: '7', exact: true }), Enter: sheetOf(page).locator('.submit button'), DNS: sheetOf(page).getByRole('button', { name: /^DNS\b/ }) })
  await assertAccessible(page, 'the pad')
  await shoot(page, 'race-pad')
  await button(sheetOf(page), 'Close').click()
  await offline(page, async () => {
    await enterMark(page, 'Fred Kerley', '981', '9.81')
    await enterMark(page, 'Akani Simbine', '982', '9.82')
    await enterMark(page, 'Kenneth Bednarek', '988', '9.88')
    // The wrong lane, found later.
    await enterMark(page, 'Lamont Marcell Jacobs', '9.86', '9.86')
    await enterMark(page, 'Letsile Tebogo', '9.86', '9.86')
  })
  await page.locator('[data-open]').filter({ hasText: 'Oblique Seville' }).click()
  await sheetOf(page).getByRole('button', { name: /^DNF\b/ }).click()
  await page.getByText('Confirm the result?').waitFor()
  // He finished after all: the mark ends the status.
  await enterMark(page, 'Oblique Seville', '991', '9.91')

  // The photo finish separates the first two, and Jacobs was read wrongly.
  await enterMark(page, 'Noah Lyles', '9.784', '9.79')
  await correct(page, 'Kishane Thompson: 9.79', async (sheet) => {
    await button(sheet, 'Something else happened').click()
    await type(page, '9.789')
    await button(sheet, 'Preview 9.79').click()
  })
  await correct(page, 'Lamont Marcell Jacobs: 9.86', async (sheet) => {
    await button(sheet, 'Something else happened').click()
    await type(page, '985')
    await button(sheet, 'Preview 9.85').click()
  })
  await viewer.getByText('Lamont Marcell Jacobs: 9.85, not Lamont Marcell Jacobs: 9.86').first().waitFor()
  const ranked = [...final].sort((a, b) => Number(a[3]) - Number(b[3]))
  const gaps = ['', '', ' +0.02', ' +0.03', ' +0.06', ' +0.07', ' +0.09', ' +0.12']
  const shown = (time) => (time.length > 4 ? '9.79' : time)
  await waitForLines(viewer, ranked.map(([name, team, lane, time], index) => `${index + 1} ${name} lane ${lane} ${team} ${shown(time)}${time.length > 4 ? ` (${time})` : ''}${gaps[index]}`))
  await page.locator('.offer').getByText('Noah Lyles wins in 9.79').waitFor()
  await shoot(page, 'race-offer')
  await button(page, 'By place').click()
  await page.locator('[data-open]').first().getByText('Noah Lyles').waitFor()
  await assertAccessible(page, 'the desk')
  await button(page, 'Confirm').click()
  await page.locator('.board').getByText('Noah Lyles wins in 9.79').waitFor()
  await allSent(page)

  const state = await stream.until(({ result }) => result !== undefined, 'the result')
  assert.deepEqual(Object.values(state.entries).map(({ name, place }) => [place, name]).sort(([a], [b]) => a - b), ranked.map(([name], index) => [index + 1, name]))
  const { snapshot } = await stage.server.event(eventId)
  assert.deepEqual([snapshot.wind, snapshot.entries['6'].exact, snapshot.summary.result], ['+1.0', '9.784', 'Noah Lyles wins in 9.79'])
  assert.deepEqual(snapshot.summary.sides.map(({ place, name, score }) => [place, name, score]), ranked.map(([name, , , time], index) => [String(index + 1), name, shown(time)]))
  await viewer.locator('.scoreboard').getByText('Noah Lyles wins in 9.79', { exact: true }).waitFor()
  await list.getByText('Noah Lyles wins in 9.79').first().waitFor()
  await loadAxe(viewer)
  await assertAccessible(viewer, 'the board')
  await shoot(viewer, 'race-board')
  await viewer.setViewportSize({ width: 1280, height: 800 })
  await shoot(viewer, 'race-board-desktop')
  await shoot(list, 'race-list')
  await close()
})

/**
 * Four of the men's high jump final of Tokyo 2020. Barshim and Tamberi cleared every height up to 2.37 at the first attempt and shared
 * the gold medal; Nedasekau cleared 2.37 too, after failures. In which attempts he and Woo failed below 2.35 is made up.
 */
const heights = ['2.19', '2.24', '2.27', '2.30', '2.33', '2.35', '2.37', '2.39']
const jumpers = { Barshim: 'o o o o o o o xxx', Tamberi: 'o o o o o o o xxx', Nedasekau: 'o o o o xo x- o xxx', Woo: 'o o o o xo o x- xx' }

test('a high jump with count-back on a phone, a tap for each jump, is seen right by all', async () => {
  const { page, viewer, list, stream, close } = await openAll({ sport: 'athletics', title: 'Men’s high jump', competitors: Object.keys(jumpers).map((name) => ({ name })) })
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
  await loadAxe(page)
  await assertAccessible(page, 'the desk')
  await assertFits(page, 'the offer', { Confirm: button(page, 'Confirm'), 'Jump-off…': button(page, 'Jump-off…'), Undo: button(page, 'Undo last') })
  await shoot(page, 'jump-offer')
  await button(page, 'Confirm').click()
  await waitForLines(viewer, ['1= Barshim 2.37m', '1= Tamberi 2.37m', '3 Nedasekau 2.37m', '4 Woo 2.35m −0.02'])
  await viewer.locator('[data-line="3"] summary').click()
  assert.equal(wordsIn(await viewer.locator('[data-line="3"] ul').innerText()), '2.19 o 2.24 o 2.27 o 2.30 o 2.33 ×o 2.35 ×– 2.37 o 2.39 ×××')
  await loadAxe(viewer)
  await assertAccessible(viewer, 'the board')
  await shoot(viewer, 'jump-board')
  const state = await stream.until(({ result }) => result !== undefined, 'the result')
  assert.deepEqual(Object.values(state.entries).map(({ name, place, mark }) => [name, place, mark]), [['Barshim', 1, '2.37'], ['Tamberi', 1, '2.37'], ['Nedasekau', 3, '2.37'], ['Woo', 4, '2.35']])
  await list.getByText('Barshim and Tamberi share the first place with 2.37 m').first().waitFor()
  await close()
})

test('runners finish with one tap while the clock runs, in their order, and teams are scored', async () => {
  const { page, viewer, stream, close } = await openAll({ sport: 'cross-country', title: 'College cross-country' })
  await page.getByLabel('Kind of contest').selectOption('Teams by their first three')
  const runners = Array.from({ length: 64 }, (_, index) => `Runner ${index + 1}, ${['North', 'South'][index % 2]}`)
  await page.getByLabel('Start list, one entry a line').fill(runners.join('\n'))
  await button(page, 'Start scoring').click()
  await clockKey(page, 'Start').click()
  await clockKey(page, 'Stop').waitFor()
  const order = [7, 2, 64, 1, 4, 3]
  for (const [index, number] of order.entries()) {
    await button(page, `Finish: Runner ${number}`).click()
    await page.locator(`[data-open="${number}"] .place`).getByText(String(index + 1), { exact: true }).waitFor()
  }
  await assertFits(page, '64 entries', { clock: clockKey(page, 'Stop'), Undo: button(page, 'Undo last') })
  await loadAxe(page)
  await assertAccessible(page, 'a race that runs')
  await shoot(page, 'cross-country-desk')
  const teams = viewer.getByRole('list', { name: 'Teams' }).getByRole('listitem')
  await teams.first().getByText('South', { exact: true }).waitFor()
  await viewer.waitForFunction(() => /1 \+ 4 \+ 6/.test(document.querySelector('.teams')?.innerText ?? ''))
  assert.deepEqual((await teams.allInnerTexts()).map(wordsIn), ['1 South 2 + 3 + 5 10', '2 North 1 + 4 + 6 11'])
  const { entries, clock, summary } = await stream.until((state) => state.entries?.['3']?.place === 6, 'the sixth')
  assert.deepEqual(order.map((number) => entries[number].place), [1, 2, 3, 4, 5, 6])
  assert.ok(clock.running && summary.sides.length > 6 && summary.clock.running)
  await loadAxe(viewer)
  await assertAccessible(viewer, 'the board')
  await shoot(viewer, 'cross-country-board')
  await close()
})

test('entries of heats are added, renamed, withdrawn and disqualified, and shown by heat or all together', async () => {
  const { page, viewer, list, close } = await openAll({ sport: 'swimming', title: '100 m butterfly' })
  await page.getByLabel('Start list, one entry a line').fill('Ann Acker, North\nBea Brook, South\n\nCat Cole, North\nDot Dale, South')
  await button(page, 'Start scoring').click()
  await viewer.getByRole('heading', { name: 'Heat 2' }).waitFor()
  for (const [name, digits, shown] of [['Ann', '5821', '58.21'], ['Bea', '10005', '1:00.05'], ['Cat', '5890', '58.90']]) await enterMark(page, name, digits, shown)

  await button(page, 'More…').click()
  await sheetOf(page).getByLabel('Name').fill('Eve Egan')
  await sheetOf(page).getByLabel('Lane').fill('2')
  await sheetOf(page).getByLabel('Heat').fill('2')
  await button(sheetOf(page), 'Add entry').click()
  await page.getByText('Lane 2 is taken by Dot Dale.').first().waitFor()
  await sheetOf(page).getByLabel('Lane').fill('3')
  await button(sheetOf(page), 'Add entry').click()
  await page.locator('[data-open="5"]').click()
  await button(sheetOf(page), 'Edit…').click()
  await sheetOf(page).getByLabel('Name').fill('Eve Eden')
  await button(sheetOf(page), 'Change entry').click()
  await viewer.getByText('Name corrected: Eve Eden, not Eve Egan.').first().waitFor()
  await page.locator('[data-open="5"]').click()
  await sheetOf(page).getByRole('button', { name: /^WD\b/ }).click()
  await page.locator('[data-open="4"]').click()
  await sheetOf(page).getByRole('button', { name: /^DQ\b/ }).click()
  await sheetOf(page).getByLabel('Why (optional, everybody can see it)').fill('false start')
  await button(sheetOf(page), 'Disqualify').click()
  await waitForLines(viewer, [
    '1 Ann Acker lane 1 North 58.21', '2 Bea Brook lane 2 South 1:00.05 +1.84',
    '1 Cat Cole lane 1 North 58.90', 'Eve Eden lane 3 WD', 'Dot Dale lane 2 South false start DQ',
  ])
  await page.locator('.offer').getByText('Ann Acker wins in 58.21').waitFor()
  await button(viewer, 'All together').click()
  await waitForLines(viewer, [
    '1 Ann Acker lane 1 North 58.21', '2 Cat Cole lane 1 North 58.90 +0.69', '3 Bea Brook lane 2 South 1:00.05 +1.84', 'Eve Eden lane 3 WD', 'Dot Dale lane 2 South false start DQ',
  ])
  await list.getByText('Cat Cole').first().waitFor()
  await loadAxe(viewer)
  await assertAccessible(viewer, 'the board')
  await shoot(viewer, 'heats-board')
  await close()
})
