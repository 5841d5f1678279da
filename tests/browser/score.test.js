// Scoring from the page: offline, with undo and corrections, and together with another scorer.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLostConnection } from './harness/browser.js'
import { allSent, disconnect, openDesk, openDesks, shows } from './harness/desk.js'
import { Person } from './harness/person.js'
import { upright } from './harness/thumb.js'

const { stage, ann } = await openDesks()

const start = ['start', { batting: 'North', bowling: 'South', overs: 20, players: 11, striker: 'Ann', partner: 'Bea', bowler: 'Zoe' }]
const opening = {
  innings: 1, batting: 'North', bowling: 'South', overs: 20, players: 11, runs: 0, wickets: 0, over: '0.0', thisOver: [],
  striker: 'Ann', partner: 'Bea', bowler: 'Zoe', commentary: 'North bat first.', tap: start,
  extras: { wides: 0, noBalls: 0, byes: 0, legByes: 0 },
  batters: Object.fromEntries(['Ann', 'Bea'].map((name, at) => [name, { order: at + 1, runs: 0, balls: 0, fours: 0, sixes: 0, out: false, how: 'not out' }])),
  bowlers: { Zoe: { overs: '0.0', maidens: 0, runs: 0, wickets: 0 } },
}
const match = { sport: 'cricket', title: 'North v South', updates: [opening] }

const kickOff = { home: { name: 'Greens', goals: 0 }, away: { name: 'Whites', goals: 0 }, period: 'First half', minute: '1', timeline: {} }

const open = (eventId) => openDesk(ann, stage.server, eventId)
const press = (page, runs) => page.locator(`[data-runs="${runs}"]`).click()
const runsOf = (updates) => updates.map(({ data }) => data.runs)

test('a match is set up and scored by taps, and viewers see it', async () => {
  const eventId = await stage.play({ ...match, updates: [], status: 'scheduled' })
  const { page, problems } = await open(eventId)
  await page.getByLabel('Striker (faces the first ball)').fill('Ann')
  await page.getByLabel('Non-striker').fill('Bea')
  await page.getByLabel('First bowler').fill('Zoe')
  await page.getByRole('button', { name: 'Start scoring' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Go live and send' }).click()
  await shows(page, '0/0')
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  await press(page, 4)
  await page.getByRole('button', { name: 'No-ball' }).click()
  await press(page, 1)
  await page.getByRole('button', { name: 'Wicket' }).click()
  await page.getByRole('button', { name: 'Run out Bea' }).click()
  await page.getByLabel('Next batter').fill('Cat')
  await page.getByRole('button', { name: 'Cat faces next' }).click()
  await shows(page, '6/1')
  await allSent(page)

  await viewer.page.getByText('6/1').first().waitFor()
  await viewer.page.getByText('Cat').first().waitFor()
  const { event, snapshot } = await stage.server.event(eventId)
  assert.equal(event.status, 'live')
  assert.deepEqual(snapshot.thisOver, ['4', '1nb', 'W'])
  assert.deepEqual([snapshot.batters.Ann.runs, snapshot.batters.Bea.out, snapshot.bowlers.Zoe.runs], [5, true, 6])
  assert.deepEqual([...problems, ...viewer.problems], [])
  await viewer.page.close()
  await page.close()
})

test('taps without a connection are kept over a reload, and sent in order, each once', async () => {
  const eventId = await stage.play(match)
  const { page, problems } = await open(eventId)
  await shows(page, '0/0')
  await disconnect(page)
  for (const runs of [1, 2, 4, 1]) await press(page, runs)
  await shows(page, '8/0')
  await page.locator('[data-waiting="4"]').waitFor()
  await press(page, 6)
  await page.getByRole('button', { name: 'Undo last' }).click()
  await shows(page, '8/0')
  assert.equal((await stage.log(eventId)).length, 1)

  // Reload the page while the desk cannot reach the server.
  await page.route('**/socket.io/**', (route) => route.abort())
  await page.routeWebSocket(/socket\.io/, (socket) => socket.close())
  await ann.browser.context.setOffline(false)
  await page.reload()
  await page.locator('[data-waiting="4"]').waitFor()
  await shows(page, '8/0')
  await page.close()

  const again = await open(eventId)
  await shows(again.page, '8/0')
  await allSent(again.page)
  assert.deepEqual(runsOf(await stage.log(eventId)), [0, 1, 3, 7, 8])
  assert.deepEqual(problems.filter((problem) => !isLostConnection(problem)), [])
  assert.deepEqual(again.problems.filter((problem) => !isLostConnection(problem)), [])
  await again.page.close()
})

test('the server dies in the midst of it, and nothing is lost or doubled', async (t) => {
  t.after(() => stage.server.bringBack())
  const eventId = await stage.play(match)
  const { page } = await open(eventId)
  await shows(page, '0/0')
  await press(page, 1)
  await stage.server.terminate('SIGKILL')
  for (const runs of [2, 3, 4]) await press(page, runs)
  await stage.server.startAgain()
  await shows(page, '10/0')
  await allSent(page)
  assert.deepEqual(runsOf(await stage.log(eventId)), [0, 1, 3, 6, 10])
  await page.close()
})

test('the last is undone, and an earlier one corrected, with what follows from it', async () => {
  const eventId = await stage.play(match)
  const { page, problems } = await open(eventId)
  await shows(page, '0/0')
  for (const runs of [4, 1, 2, 6]) await press(page, runs)
  await shows(page, '13/0')
  await allSent(page)
  await page.getByRole('button', { name: 'Undo last' }).click()
  await shows(page, '7/0')
  await allSent(page)

  // Correct the first ball to a single: the batters change ends, so later runs belong to the other batter.
  await page.getByRole('button', { name: 'Correct update 2', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason (everybody can see it)').fill('The fielder stopped it')
  await dialog.getByRole('button', { name: 'Something else happened' }).click()
  await dialog.getByText('1', { exact: true }).click()
  await dialog.getByRole('button', { name: 'Preview changes' }).click()
  await dialog.getByRole('cell', { name: '4', exact: true }).first().waitFor()
  await dialog.getByRole('button', { name: 'Send correction' }).click()
  await shows(page, '4/0')
  await allSent(page)

  const { snapshot } = await stage.server.event(eventId)
  assert.deepEqual([snapshot.batters.Ann.runs, snapshot.batters.Bea.runs, snapshot.striker], [3, 1, 'Ann'])
  const updates = await stage.log(eventId)
  assert.deepEqual(updates.slice(5).map(({ kind, voids, reason }) => [kind, voids, reason]), [
    ['correction', [5], 'Entered by mistake'],
    ['correction', [2], 'The fielder stopped it'],
  ])
  assert.deepEqual(problems, [])
  await page.close()
})

test('two taps at once both count', async () => {
  const eventId = await stage.play(match)
  const { page, problems } = await open(eventId)
  await shows(page, '0/0')
  await page.evaluate(() => {
    const key = document.querySelector('[data-runs="2"]')
    for (let tap = 0; tap < 5; tap++) key.click()
  })
  await shows(page, '10/0')
  await allSent(page)
  assert.deepEqual(runsOf(await stage.log(eventId)), [0, 2, 4, 6, 8, 10])
  assert.deepEqual(problems, [])
  await page.close()
})

test('a correction that leaves a ball without a bowler asks who bowled it, and viewers read what changed', async () => {
  const eventId = await stage.play(match)
  const { page, problems } = await open(eventId)
  await shows(page, '0/0')
  await page.getByRole('button', { name: 'Wide' }).click()
  await press(page, 0)
  await shows(page, '1/0')
  for (let ball = 0; ball < 6; ball++) await press(page, 0)
  await page.getByLabel('Bowler of the next over').waitFor()
  await allSent(page)

  await page.getByRole('button', { name: 'Correct update 2', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Entered by mistake' }).click()
  await dialog.getByRole('button', { name: 'Something else happened' }).click()
  await dialog.getByText('None', { exact: true }).first().click()
  await dialog.getByRole('button', { name: 'Preview changes' }).click()
  const question = dialog.getByRole('group', { name: 'Question' })
  await question.getByText('One more ball comes after 1.0 overs now. Who bowled it?').waitFor()
  await page.setViewportSize(upright)
  const answer = question.getByRole('button', { name: 'Zoe: the umpire allowed one more ball in the over' })
  assert.ok(await answer.evaluate((button) => button.scrollWidth <= button.clientWidth), 'the answer is within its button')
  await question.getByLabel('Bowler of the next over').fill('Yan')
  await question.getByRole('button', { name: 'Preview changes' }).click()
  await dialog.getByRole('button', { name: 'Send correction' }).click()
  await shows(page, '0/0')
  await allSent(page)
  const { snapshot } = await stage.server.event(eventId)
  assert.deepEqual([snapshot.over, snapshot.bowler, snapshot.bowlers.Yan.overs], ['1.1', 'Yan', '0.1'])

  const { page: viewer } = await ann.page(stage.server, `/event/${encodeURIComponent(eventId)}`)
  const list = viewer.getByRole('region', { name: 'Commentary' })
  await list.getByText('no run, not wide.').first().waitFor()
  await page.getByRole('button', { name: 'Undo last' }).click()
  await shows(page, '1/0')
  await allSent(page)
  await list.getByText('wide, after all.').first().waitFor()
  await list.locator('s').getByText('no run, not wide.').waitFor()
  assert.deepEqual(problems, [])
  await viewer.close()
  await page.close()
})

test('what another scorer did meanwhile is shown, and decided upon', async () => {
  const eventId = await stage.play(match)
  const { page, problems } = await open(eventId)
  await shows(page, '0/0')
  await disconnect(page)
  for (const runs of [1, 4]) await press(page, runs)
  await stage.scorer.score(eventId, { runs: 2, over: '0.1', thisOver: ['2'], commentary: '0.1 Zoe to Ann: 2 runs.' })
  await ann.browser.context.setOffline(false)

  const conflict = page.locator('[data-conflict=conflict]')
  await conflict.getByText('0.1 Zoe to Ann: 2 runs.').or(conflict.getByText('Zoe to Ann: 2 runs.')).first().waitFor()
  await page.locator('[data-other="2"]').waitFor()
  assert.equal((await stage.log(eventId)).length, 2)
  await conflict.getByRole('button', { name: 'Add these 2 to the new score' }).click()
  await shows(page, '7/0')
  await allSent(page)
  assert.deepEqual((await stage.server.event(eventId)).snapshot.thisOver, ['2', '1', '4'])

  await disconnect(page)
  await press(page, 6)
  await stage.scorer.score(eventId, { runs: 13, over: '0.4' })
  await ann.browser.context.setOffline(false)
  await page.locator('[data-conflict]').getByRole('button', { name: 'Discard all' }).click()
  await shows(page, '13/0')
  assert.equal((await stage.log(eventId)).length, 5)
  assert.deepEqual(problems.filter((problem) => !isLostConnection(problem)), [])
  await page.close()
})

test('the minute that a desk of 0.1.0 sends is no conflict to another', async () => {
  const began = { ...kickOff, beganAt: Date.now() - 30.5 * 60_000 }
  const eventId = await stage.play({ sport: 'football', title: 'Greens v Whites', updates: [began] })
  const { page, problems } = await open(eventId)
  // Enter a card while offline; meanwhile another desk sends the minute.
  await page.locator('[data-goals=home]').waitFor()
  await disconnect(page)
  await page.getByRole('group', { name: 'Greens' }).getByRole('button', { name: 'Yellow' }).click()
  await page.getByRole('button', { name: 'Enter', exact: true }).click()
  await page.locator('[data-waiting="1"]').waitFor()
  await stage.scorer.score(eventId, { minute: '30', tap: ['minute', { minute: '30' }] })
  await ann.browser.context.setOffline(false)
  await page.locator('[data-entry="3"]').waitFor()
  await allSent(page)
  await page.getByRole('button', { name: 'Undo last' }).click()
  await page.locator('[data-entry="4"]').waitFor()
  await allSent(page)
  const updates = await stage.log(eventId)
  assert.deepEqual(updates.map(({ data, voids }) => voids ?? data.minute), ['1', '30', '31', [3]])
  assert.equal((await stage.server.event(eventId)).snapshot.timeline['0001'], undefined)
  assert.deepEqual(problems.filter((problem) => !isLostConnection(problem)), [])
  await page.close()
})

test('what was entered before another device took over is sent after signing in again', async (t) => {
  const eventId = await stage.play(match)
  const email = 'joan@example.com'
  const joan = await Person.with(await stage.server.signIn(email, 'her phone'))
  t.after(() => joan.close())
  await stage.scorer.ask('event:assign', { eventId, email })
  const { page } = await joan.page(stage.server, `/score/${encodeURIComponent(eventId)}`)
  await shows(page, '0/0')
  await disconnect(page)
  for (const runs of [1, 2]) await press(page, runs)
  await page.locator('[data-waiting="2"]').waitFor()
  await stage.server.signIn(email, 'her laptop')
  await joan.browser.context.setOffline(false)
  await page.getByText('Sign in with an account that has access to this page.').waitFor()
  assert.equal((await stage.log(eventId)).length, 1)

  const { token, user } = await stage.server.signIn(email, 'her phone')
  await page.evaluate((session) => localStorage.setItem('touchline.session', session), JSON.stringify({ token, user }))
  await page.reload()
  await shows(page, '3/0')
  await allSent(page)
  assert.deepEqual(runsOf(await stage.log(eventId)), [0, 1, 3])
})
