// Sports of points and periods from the desk to the viewers: basketball's Olympic final of 2024, and kabaddi.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertAccessible } from './harness/axe.js'
import { allSent, assertOneScreen, disconnect, openDesks, reconnect } from './harness/desk.js'
import { board, key, openAll, sheetOf } from './harness/families.js'
import { Periods } from './harness/periods.js'
import { shallow, Thumb, upright } from './harness/thumb.js'
import { words } from './harness/words.js'

const desks = await openDesks()
const { stage } = desks

const competitors = [{ name: 'United States', short: 'USA', color: '#1d3f8b' }, { name: 'France', short: 'FRA', color: '#c8102e' }]
const [us, france] = [{ which: 'home', name: 'United States' }, { which: 'away', name: 'France' }]
/** Paris, 10 August 2024: United States 98, France 87. */
const quarters = [[20, 15], [29, 26], [23, 25], [26, 21]]

/** Points as baskets: threes and twos in turn, and what is left. */
function basketsOf(points) {
  const baskets = []
  for (let left = points; left > 0; left -= baskets.at(-1)) baskets.push(Math.min(left, baskets.length % 3 === 2 ? 3 : 2))
  return baskets
}

/** The baskets of both sides, in turn. */
function courseOf([home, away]) {
  const [ours, theirs] = [basketsOf(home), basketsOf(away)]
  return Array.from({ length: Math.max(ours.length, theirs.length) }, (_, index) => [
    ...(ours[index] ? [[us, ours[index]]] : []),
    ...(theirs[index] ? [[france, theirs[index]]] : []),
  ]).flat()
}

const nameOf = (points) => (points === 1 ? '1 point' : `${points} points`)

/** Waits until the viewer's board has the score. */
function untilShown(page, home, away) {
  return page.waitForFunction(
    (expected) => ['home', 'away'].map((side) => document.querySelector(`[data-points=${side}]`)?.textContent).join('–') === expected,
    `${home}–${away}`,
  )
}

async function open(match) {
  const { thumb, ...opened } = await desks.open(upright, { updates: [], ...match })
  return { ...opened, desk: new Periods(opened.page, thumb) }
}

test('the Olympic final of 2024 is entered on a phone with two corrections and an offline spell, and seen right by viewers', async () => {
  const { eventId, page, viewer, list, stream, close } = await openAll(desks, { sport: 'basketball', title: 'United States v France, final', competitors })
  const desk = new Periods(page, new Thumb(page))

  // The form is filled: one tap starts the match, the next one scores.
  await desk.thumb.key('Start scoring')
  await page.locator('[data-side=home]').waitFor()
  await assertOneScreen(page, 'at the start', { score: '.board', keys: '.keypad' })
  let wrong = null
  for (const [quarter, points] of quarters.entries()) {
    await desk.startClock()
    for (const [index, [side, made]] of courseOf(points).entries()) {
      // Two wrong entries: three points in place of two, and the other side's basket.
      if (quarter === 0 && index === 2) {
        await desk.score(side, '3 points', 3)
        await allSent(page)
        wrong = (await stage.server.event(eventId)).seq
      } else if (quarter === 2 && index === 3) {
        await desk.score(side === us ? france : us, nameOf(made), made)
        await allSent(page)
        wrong = (await stage.server.event(eventId)).seq
      } else await desk.score(side, nameOf(made), made)
      if (quarter === 1 && index === 2) {
        await allSent(page)
        await desk.correct(wrong, '2 points')
      }
      if (quarter === 1 && index === 6) await disconnect(page)
      if (quarter === 1 && index === 12) {
        await reconnect(page)
        await allSent(page)
      }
    }
    if (quarter === 3) await desk.correct(wrong, wrongSide(quarters[2]))
    await desk.stopClock()
    await desk.setClock('0:00')
    await desk.offer(`End of ${['first', 'second', 'third', 'fourth'][quarter]} quarter?`)
    if (quarter < 3) await desk.offer(`Start ${['second', 'third', 'fourth'][quarter]} quarter`)
    if (quarter === 1) await board(viewer).getByText('Third quarter', { exact: true }).waitFor()
  }
  await desk.offer('United States win 98–87?')
  await board(viewer).getByText('United States won 98–87', { exact: true }).waitFor()
  await untilShown(viewer, 98, 87)
  await allSent(page)

  const cells = await board(viewer).locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())))
  assert.deepEqual(cells, [['USA', '20', '29', '23', '26', '98'], ['FRA', '15', '26', '25', '21', '87']])
  const { home, away, periods } = await stream.until(({ result }) => result === 'United States won 98–87', 'the result')
  assert.deepEqual([home.score, away.score, periods[3]], [98, 87, { home: 23, away: 25 }])
  await list.getByText('United States won 98–87').waitFor()
  assert.match(await words(list.locator('.summary').first()), /United States 98 France 87 United States won 98–87/)
  const { summary } = (await stage.server.event(eventId)).snapshot
  assert.deepEqual(summary, {
    sides: [{ name: 'United States', short: 'USA', score: '98' }, { name: 'France', short: 'FRA', score: '87' }],
    result: 'United States won 98–87',
  })
  // Every update says what happened and where; no viewer is told of each start of the clock.
  const log = await stage.log(eventId)
  assert.deepEqual(log.filter(({ kind, data }) => typeof data.commentary !== 'string' || (kind === 'update' && typeof data.mark !== 'string')), [])
  assert.equal(await viewer.getByText(/Clock started/).count(), 0)
  await close()
})

/** The side that the wrong entry of a quarter belongs to. */
function wrongSide(points) {
  return courseOf(points)[3][0].name
}

test('a raid, a bonus, a do-or-die raid, an all-out and a card of kabaddi are told to viewers', async () => {
  const sides = ['River Riders', 'Hill Kings']
  const { eventId, page, problems, desk } = await open({ sport: 'kabaddi', title: 'River Riders v Hill Kings', competitors: sides.map((name) => ({ name })) })
  const [river, hill] = [{ which: 'home', name: sides[0] }, { which: 'away', name: sides[1] }]
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  const score = board(viewer.page)
  await desk.thumb.key('Start scoring')
  await page.locator('[data-side=home]').waitFor()
  const raids = (side) => score.locator(`[data-attack=${side.which}]`).waitFor()
  await raids(river)
  await desk.score(river, 'Bonus', 1)
  await desk.score(river, '3 touches', 3)
  await raids(hill)
  for (const side of [hill, river, hill, river]) {
    await key(page, side.name, 'Raid over').click()
    await raids(side === hill ? river : hill)
  }
  await score.getByText('Do-or-die raid', { exact: true }).waitFor()
  await key(page, hill.name, 'Raid over').click()
  await score.getByText('Do-or-die raid of Hill Kings without a point: 1 point for River Riders.', { exact: false }).waitFor()
  await untilShown(viewer.page, 5, 0)

  // The offer of the all-out names the side and the points.
  await desk.score(river, '3 touches', 3)
  await key(page, hill.name, 'Raid over').click()
  await raids(river)
  await desk.offer('All-out: 2 points for River Riders?')
  await untilShown(viewer.page, 10, 0)
  await score.getByText('All-out, 2 points for River Riders.', { exact: false }).waitFor()

  await key(page, hill.name, 'Card…').click()
  const sheet = sheetOf(page)
  await sheet.getByLabel(/^Player/).fill('7')
  await assertAccessible(page, 'cards')
  await sheet.getByRole('button', { name: 'Yellow card' }).click()
  await score.locator('[data-left]').getByText('2:00', { exact: true }).waitFor()
  await desk.startClock()
  await score.locator('[data-left]').getByText('1:58', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'More…' }).click()
  await assertAccessible(page, 'more')
  await sheet.getByRole('button', { name: 'Yellow card, 7: back' }).click()
  await score.locator('[data-left]').waitFor({ state: 'detached' })
  for (const one of [page, viewer.page]) {
    await assertAccessible(one, 'light')
    await one.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    await assertAccessible(one, 'dark')
  }
  assert.deepEqual([...problems, ...viewer.problems], [])
  await viewer.page.close()
  await page.close()
})

test('a draw in hockey is decided by a shoot-out', async () => {
  const { eventId, page, problems, desk } = await open({ sport: 'hockey', title: 'Reds v Blues', competitors: [{ name: 'Reds' }, { name: 'Blues' }] })
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  const score = board(viewer.page)
  await desk.thumb.key('Start scoring')
  for (const [part, next] of ['second', 'third', 'fourth', null].entries()) {
    await page.getByRole('button', { name: 'More…' }).click()
    await sheetOf(page).getByRole('button', { name: `End ${['first', 'second', 'third', 'fourth'][part]} quarter` }).click()
    if (next) await desk.offer(`Start ${next} quarter`)
  }
  await desk.offer('Start shoot-out')
  for (const [side, how] of [['Reds', 'Scored'], ['Blues', 'Missed'], ['Reds', 'Scored'], ['Blues', 'Missed'], ['Reds', 'Scored'], ['Blues', 'Missed']]) {
    await key(page, side, how).click()
    await score.getByText(`Shot of ${side} ${how.toLowerCase()}.`, { exact: false }).waitFor()
  }
  await score.getByText('Reds won it 3–0.', { exact: true }).waitFor()
  await desk.offer('Reds win 3–0 in the shoot-out after a 0–0 draw?')
  await score.getByText('Reds won 3–0 in the shoot-out after a 0–0 draw', { exact: true }).waitFor()
  assert.deepEqual([...problems, ...viewer.problems], [])
  await viewer.page.close()
  await page.close()
})

test('the clock, the keys and Undo stand on one screen of a phone in every sport', async () => {
  for (const sport of ['basketball', 'kabaddi', 'kho-kho', 'hockey', 'handball', 'futsal', 'netball', 'rugby', 'ice hockey', 'water polo', 'lacrosse']) {
    const { page, problems, desk } = await open({ sport, title: 'A', competitors: [{ name: 'Harbour Lane Sports and Social Club' }, { name: 'Meadow Bank' }] })
    await desk.thumb.key('Start scoring')
    await page.locator('[data-side=home]').waitFor()
    for (const size of [upright, shallow]) {
      await page.setViewportSize(size)
      await assertOneScreen(page, `${sport}, ${size.width} px`, { score: '.board', clock: '[data-clock]', keys: '.keypad' })
    }
    assert.deepEqual(problems, [])
    await page.close()
  }
})
