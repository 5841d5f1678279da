// Scoring what is rare in cricket, on a phone: by the menu, against the rules, and over several innings.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askUntil } from '../clients/harness/deadline.js'
import { assertOneScreen, openDesks, shows } from './harness/desk.js'
import { north, south, squadMatch } from './harness/squads.js'
import { beyond, sideways, upright } from './harness/thumb.js'

const desks = await openDesks()

const [striker, partner, next] = north
const [, fielder] = south

/** The members of `found` that `expected` has. */
function parts(found, expected) {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) return found
  return Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, parts(found?.[name], value)]))
}

/** Entries by the menu: what is tapped and filled in, and what the state has then. */
const rare = [
  ['seven runs by overthrows', 'Another kind of ball', [['radio', '7'], ['key', 'Enter ball']], { runs: 7, thisOver: ['7'] }],
  ['a four all run', 'Another kind of ball', [['radio', '4'], ['key', 'Enter ball']], { runs: 4, batters: { [striker]: { runs: 4, fours: 0 } } }],
  ['another bowler', 'Replace the bowler', [['name', fielder]], { bowler: fielder }],
  ['an over called early', 'End the over now', [], { over: '1.0' }],
  ['retired hurt', 'Retired hurt', [['name', next], ['key', 'Enter']], { wickets: 0, striker: next, batters: { [striker]: { how: 'retired, not out' } } }],
  ['retired out', 'Retired out', [['name', next], ['key', 'Enter']], { wickets: 1, striker: next, batters: { [striker]: { how: 'retired out' } } }],
  ['timed out', 'Timed out', [['name', striker], ['last', next], ['key', 'Enter']], { wickets: 1, striker: next, batters: { [striker]: { how: 'timed out' } } }],
  ['absent', 'Absent', [['name', next], ['key', 'Enter']], { wickets: 0, batters: { [next]: { how: 'absent hurt' } } }],
  ['penalty runs to the batting side', '5 to the batting side', [], { runs: 5, extras: { penalties: 5 } }],
  ['penalty runs to the bowling side', '5 to the bowling side', [], { runs: 0, owed: { South: 5 } }],
  ['fewer overs', 'Target or overs', [['fill', 'Overs of this innings', '15'], ['key', 'Enter']], { overs: 15 }],
  ['no limit of overs', 'Target or overs', [['fill', 'Overs of this innings', '0'], ['key', 'Enter']], { overs: 0 }],
  ['a declaration', 'Close the innings', [['key', 'Declared']], { closed: 'declared' }],
  ['rain', 'Close the innings', [['key', 'Rain or bad light']], { closed: 'rain' }],
  ['a match without a result', 'End the match', [['radio', 'No result'], ['key', 'Enter result']], { outcome: { how: 'noResult' } }],
  ['a match that is abandoned', 'End the match', [['radio', 'Abandoned'], ['key', 'Enter result']], { outcome: { how: 'abandoned' } }],
  ['a match that is conceded', 'End the match', [['radio', 'Conceded'], ['radio', 'South'], ['key', 'Enter result']], { outcome: { how: 'conceded', winner: 'South' }, result: 'South won; North conceded the match' }],
  ['a tie', 'End the match', [['radio', 'Tie'], ['key', 'Enter result']], { outcome: { how: 'tie' } }],
  ['another name', 'Names and squads', [['name', striker], ['fill', 'Right name', 'Ann Acker'], ['key', 'Enter']], { striker: 'Ann Acker' }],
  ['the bowler of an over', 'Names and squads', [['key', 'Bowler of an over'], ['name', fielder], ['key', 'Enter']], { bowler: fielder }],
  ['the toss', 'Names and squads', [['key', 'Toss'], ['fill', 'Toss', 'South won the toss'], ['key', 'Enter']], { toss: 'South won the toss' }],
  ['a plain entry', 'Plain entry', [['fill', 'Runs', '12'], ['fill', 'What happened', 'Twelve by the book'], ['key', 'Enter']], { runs: 12, commentary: 'Twelve by the book' }],
]

for (const [name, item, steps, expected] of rare) {
  test(`${name} has a key`, async () => {
    const { eventId, page, problems, thumb } = await desks.open()
    await thumb.key('More…')
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('button', { name: new RegExp(`^${item}`) }).click()
    for (const [kind, what, value] of steps) {
      if (kind === 'radio') await sheet.getByRole('radio', { name: what, exact: true }).check({ force: true })
      else if (kind === 'name') await sheet.locator(`[data-name="${what}"]`).first().click()
      else if (kind === 'last') await sheet.locator(`[data-name="${what}"]`).last().click()
      else if (kind === 'fill') await sheet.getByRole(/^\d+$/.test(value) ? 'spinbutton' : 'textbox', { name: what }).fill(value)
      else await sheet.getByRole('button', { name: what, exact: true }).click()
    }
    await sheet.waitFor({ state: 'detached' })
    await page.locator('[data-entry="2"]').waitFor()
    const snapshot = await desks.stateOf({ eventId, page })
    assert.deepEqual(parts(snapshot, expected), expected, name)
    assert.deepEqual(problems, [], name)
    await page.close()
  })
}

test('a match without a limit of overs begins without free hits', async () => {
  const { page } = await desks.open(upright, { ...squadMatch, updates: [] })
  await page.getByText('Overs, free hits and other settings').click()
  const box = page.getByLabel('A free hit after a no-ball')
  for (const [overs, isChecked] of [['0', false], ['5', true]]) {
    await page.getByLabel('Overs (0: no limit)').fill(overs)
    await page.getByLabel('Players per side').focus()
    assert.equal(await box.isChecked(), isChecked)
  }
  await page.close()
})

test('a match with two runs for a no-ball counts them', async () => {
  const { eventId, page, thumb } = await desks.open(upright, { ...squadMatch, updates: [] })
  await page.getByText('Overs, free hits and other settings').click()
  await page.getByRole('button', { name: 'Sets of five' }).click()
  const runs = page.getByLabel('Runs for a no-ball')
  assert.equal(await runs.inputValue(), '2')
  await page.getByRole('button', { name: 'Twenty20' }).click()
  assert.equal(await runs.inputValue(), '1')
  await runs.selectOption('2')
  for (const [label, name] of [['Batting first', 'North'], ['Bowling first', 'South'], ['Striker (faces the first ball)', striker], ['Non-striker', partner], ['First bowler', fielder]]) {
    await page.getByLabel(label, { exact: true }).fill(name)
  }
  await page.getByRole('button', { name: 'Start scoring' }).click()
  await thumb.extra('No-ball')
  await thumb.runs(0)
  await shows(page, '2/0')
  const { noBallRuns, extras } = await desks.stateOf({ eventId, page })
  assert.deepEqual([noBallRuns, extras.noBalls], [2, 2])
  await page.close()
})

/** Waits until the key is on the screen: the page may still be on its way to the size of the phone. */
const comesInto = (page, key, what) => askUntil(() => beyond(page, key), (out) => out === null, what)

test('between innings More… and Undo are on the screen, and the next innings begins', async () => {
  const [opening] = squadMatch.updates
  const over = { ...opening, overs: 1, runs: 9, over: '1.0', striker: null, partner: null, ends: { striker, partner }, thisOver: ['4', '1', '4', '0', '0', '0'] }
  for (const size of [upright, sideways]) {
    const { page, problems } = await desks.open(size, { ...squadMatch, updates: [opening, over] })
    const names = [south[0], south[1], north[0]]
    for (const name of [...names, null]) {
      if (name !== null) await page.locator(`.keypad [data-name="${name}"]`).waitFor()
      for (const key of ['More…', 'Undo last']) await comesInto(page, page.getByRole('button', { name: key }), `${key} before ${name ?? 'the start'}, ${size.width} px`)
      if (name !== null) await page.locator(`.keypad [data-name="${name}"]`).click()
    }
    await page.getByRole('button', { name: 'Start second innings' }).click()
    await page.getByText('Target 10').waitFor()
    assert.deepEqual(problems, [])
    await page.close()
  }
})

test('one more ball than the over has is entered in it', async () => {
  const { eventId, page, thumb } = await desks.open()
  for (let ball = 0; ball < 6; ball += 1) await thumb.runs(0)
  await thumb.key('One more ball')
  await page.getByText('One more ball in this over').waitFor()
  // The ends change back for it.
  await page.locator(`[data-strike="${striker}"]`).waitFor()
  await assertOneScreen(page, 'one more ball')
  await thumb.runs(4)
  await page.getByText('Bowler of the next over').waitFor()
  const snapshot = await desks.stateOf({ eventId, page })
  assert.deepEqual([snapshot.runs, snapshot.over, snapshot.thisOver], [4, '1.0', ['0', '0', '0', '0', '0', '0', '4']])
  assert.equal(snapshot.batters[striker].runs, 4)

  await thumb.key('One more ball')
  await thumb.wicket()
  for (const key of ['Bowled', next, 'Enter ball']) await thumb.sheet(key)
  await shows(page, '4/1')
  const then = await desks.stateOf({ eventId, page })
  assert.deepEqual([then.batters[striker].out, then.batters[partner].out], [true, false])
  await page.close()
})

test('what the rules refuse is scored anyway, with the umpire’s reason', async () => {
  const [opening] = squadMatch.updates
  const { eventId, page, problems, thumb } = await desks.open(upright, { ...squadMatch, updates: [{ ...opening, freeHit: true }] })
  await thumb.wicket()
  for (const key of ['Bowled', next, 'Enter ball']) await thumb.sheet(key)
  await page.getByRole('dialog').locator('[data-refused]').waitFor()
  for (const key of ['Score it anyway…', "The umpire's decision", 'Score it anyway']) await thumb.sheet(key)
  await shows(page, '0/1')
  const snapshot = await desks.stateOf({ eventId, page })
  assert.match(snapshot.commentary, /OUT!.*Umpire: The umpire's decision/)
  assert.deepEqual(problems, [])
  await page.close()
})

test('two innings, a tie and a super over are scored on a phone', async () => {
  const [opening] = squadMatch.updates
  const tied = { ...opening, overs: 1, runs: 9, over: '1.0', striker: null, partner: null, ends: { striker, partner }, thisOver: ['4', '1', '4', '0', '0', '0'] }
  const { eventId, page, problems, thumb } = await desks.open(upright, { ...squadMatch, updates: [opening, tied] })
  const openers = async (form, names) => {
    for (const name of names) await form.locator(`[data-name="${name}"]`).click()
  }
  await openers(page.locator('.keypad'), [south[0], south[1], north[0]])
  await page.getByRole('button', { name: 'Start second innings' }).click()
  await page.getByText('Target 10').waitFor()
  await assertOneScreen(page, 'a chase')
  for (const runs of [4, 4, 1, 0, 0, 0]) await thumb.runs(runs)
  await page.getByText('The match is tied').waitFor()
  await page.getByRole('button', { name: 'Super over' }).click()
  const sheet = page.getByRole('dialog')
  await openers(sheet, [south[0], south[1], north[0]])
  await sheet.getByRole('button', { name: 'Start super over' }).click()
  for (const runs of [6, 1, 0, 0, 0, 0]) await thumb.runs(runs)
  await openers(page.locator('.keypad'), [north[0], north[1], south[0]])
  await page.getByRole('button', { name: 'Start super over' }).click()
  for (const runs of [6, 4]) await thumb.runs(runs)
  await page.getByRole('button', { name: 'Enter result' }).click()
  await page.getByText('The match is over:').waitFor()
  const snapshot = await desks.stateOf({ eventId, page })
  assert.deepEqual([snapshot.outcome, snapshot.result], [{ how: 'tie', winner: 'North' }, 'The match is tied; North won the super over'])
  assert.deepEqual(problems, [])
  await page.close()
})

test('a wicket on the last ball of an innings asks for no next batter', async () => {
  const [opening] = squadMatch.updates
  const lastBall = { ...opening, overs: 1, over: '0.5', thisOver: ['0', '0', '0', '0', '0'] }
  const { eventId, page, problems, thumb } = await desks.open(upright, { ...squadMatch, updates: [lastBall] })
  await thumb.wicket()
  for (const key of [`Run out ${partner}`, 'Enter ball']) await thumb.sheet(key)
  await shows(page, '0/1')
  const snapshot = await desks.stateOf({ eventId, page })
  assert.deepEqual([Object.keys(snapshot.batters).length, snapshot.batters[partner].how, snapshot.over], [2, 'run out', '1.0'])
  assert.deepEqual(problems, [])
  await page.close()
})
