// Chess from the desk to the viewers: stepping through a game, turning the board, copying it, clocks, Chess960 and results.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allSent, assertFits, correct, openDesk, openDesks, sendCorrection } from './harness/desk.js'
import { button } from './harness/families.js'
import { chess } from './harness/matches.js'
import { upright } from './harness/thumb.js'

const { stage, ann } = await openDesks()

const opening = {
  white: { name: 'Ada', rating: 2100 }, black: { name: 'Bob' }, ply: 3, turn: 'black',
  fen: 'rnbqkbnr/pppp1ppp/8/4p3/4P3/5N2/PPPP1PPP/RNBQKB1R b KQkq - 1 2',
  move: { ply: 3, san: 'Nf3', uci: 'g1f3', text: '2. Nf3' }, moves: { 1: 'e4', 2: 'e5', 3: 'Nf3' },
}
const next = {
  ply: 4, turn: 'white', fen: 'r1bqkbnr/pppp1ppp/2n5/4p3/4P3/5N2/PPPP1PPP/RNBQKB1R w KQkq - 2 3',
  move: { ply: 4, san: 'Nc6', uci: 'b8c6', text: '2... Nc6' }, moves: { 4: 'Nc6' },
}

const play = (...updates) => stage.play({ sport: 'chess', title: 'Ada – Bob', updates })
/** Waits until the board is described with these words, which name each man and its square. */
const shows = (page, words) => page.locator(`[role=img][aria-label*="${words}"]`).waitFor()

const open = (eventId) => openDesk(ann, stage.server, eventId)

async function move(page, from, to) {
  await page.locator(`button[data-square=${from}]`).click()
  await page.locator(`button[data-square=${to}]`).click()
}

test('the board, the clocks, the keys and Undo stand on one screen of a phone', async () => {
  const eventId = await play({ ...opening, clocks: { white: 300_000, black: 300_000, at: 0 } })
  const { page, problems } = await open(eventId)
  await button(page, 'Start clock').waitFor()
  await assertFits(page, 'chess', {
    a1: page.locator('button[data-square=a1]'), h8: page.locator('button[data-square=h8]'), clock: page.getByText('White 5:00'), start: button(page, 'Start clock'),
    'Flip board': button(page, 'Flip board'), 'Names…': button(page, 'Names…'), Undo: page.getByRole('button', { name: 'Undo last' }),
  })
  assert.deepEqual(problems, [])
  await page.close()
})

test('a viewer steps through the game, and a new move does not pull them away', async () => {
  const eventId = await play(opening)
  const { page, problems } = await stage.browser.page(stage.addressOf(eventId))
  await shows(page, 'knight f3')
  await button(page, 'One move back').click()
  await shows(page, 'knight g1')
  await page.getByText('Move 2 of 3.').waitFor()
  await page.keyboard.press('ArrowLeft')
  await page.getByText('Move 1 of 3.').waitFor()
  await button(page, 'First position').click()
  await shows(page, 'pawn e2')

  await stage.scorer.score(eventId, next)
  await page.getByRole('region', { name: 'Score' }).getByText('2… Nc6. White to move').waitFor()
  await shows(page, 'pawn e2')
  await button(page, 'New move: show').click()
  await shows(page, 'knight c6')
  await button(page, 'e4').click()
  await page.getByText('Move 1 of 4.').waitFor()
  await button(page, 'Last position').click()
  await shows(page, 'knight c6')
  assert.deepEqual(problems, [])
  await page.close()
})

test('a viewer who looks at the newest move follows the game', async () => {
  const eventId = await play(opening)
  const { page, problems } = await stage.browser.page(stage.addressOf(eventId))
  await shows(page, 'knight f3')
  await stage.scorer.score(eventId, next)
  await shows(page, 'knight c6')
  assert.deepEqual(problems, [])
  await page.close()
})

test('moves that cannot be played again leave the board as it is', async () => {
  const eventId = await play({ ...opening, moves: { 1: 'Ke2' } })
  const { page, problems } = await stage.browser.page(stage.addressOf(eventId))
  await button(page, 'First position').click()
  await page.getByText('The moves of this game can\'t be played again').waitFor()
  await shows(page, 'knight f3')
  assert.deepEqual(problems, [])
  await page.close()
})

test('the board is turned, and the game copied', async () => {
  const eventId = await play(opening)
  const { page, problems } = await stage.browser.page(stage.addressOf(eventId))
  await stage.browser.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const names = () => page.locator('.player b').allInnerTexts()
  await shows(page, 'knight f3')
  assert.deepEqual(await names(), ['Bob', 'Ada'])
  await button(page, 'Flip board').click()
  await page.locator('button[aria-pressed=true]', { hasText: 'Flip board' }).waitFor()
  assert.deepEqual(await names(), ['Ada', 'Bob'])
  await button(page, 'Copy PGN').click()
  await button(page, 'Copied').waitFor()
  const pgn = await page.evaluate(() => navigator.clipboard.readText())
  assert.match(pgn, /^\[Event "Ada – Bob"\]\n[\s\S]*\[White "Ada"\]\n\[Black "Bob"\]\n\[Result "\*"\]\n\[WhiteElo "2100"\]\n\n1\. e4 e5 2\. Nf3 \*\n$/)
  // The next pulse does not change the game; the next move does.
  stage.viewer(eventId)
  await page.getByText('2 watching').waitFor()
  await button(page, 'Copied').waitFor()
  await stage.scorer.score(eventId, next)
  await button(page, 'Copy PGN').waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})

test('the side to move stands beside its clock on a phone', async () => {
  const eventId = await play({ ...opening, white: { name: 'Maximiliane Featherstonehaugh-Cholmondeley' }, clocks: { white: 5_025_000, black: 5_025_000 } })
  const { page, problems } = await stage.browser.page(stage.addressOf(eventId))
  await page.setViewportSize({ width: 360, height: 664 })
  const turn = await page.getByText('to move', { exact: true }).boundingBox()
  const clock = await page.locator('.player', { hasText: 'to move' }).locator('.clock').boundingBox()
  assert.ok(turn.y >= clock.y && turn.y + turn.height <= clock.y + clock.height, JSON.stringify({ turn, clock }))
  assert.deepEqual(problems, [])
  await page.close()
})

test('one clock runs at a time for viewers, and nothing is sent while it runs', async () => {
  const eventId = await play()
  const { page, problems } = await open(eventId)
  await page.getByLabel('Minutes for each side (optional)').fill('5')
  await button(page, 'Start scoring').click()
  await button(page, 'Start clock').click()
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  const clocks = viewer.page.locator('.player .clock')
  // Black's clock is the first, at the top.
  await clocks.nth(1).getByText('4:57').waitFor()
  assert.equal(await clocks.nth(0).innerText(), '5:00')
  await move(page, 'e2', 'e4')
  await clocks.nth(0).getByText('4:58').waitFor()
  await allSent(page)
  assert.equal((await stage.server.event(eventId)).seq, 3)

  await button(page, 'Clocks…').click()
  await page.getByLabel('White has left').fill('1:02:03')
  await page.getByRole('radio', { name: 'Neither' }).check()
  await button(page, 'Set clocks').click()
  await clocks.nth(1).getByText('1:02:03').waitFor()
  await page.getByRole('button', { name: 'End game…' }).click()
  await page.getByRole('radio', { name: 'Out of time' }).check()
  await page.getByRole('radio', { name: 'Black' }).check()
  await page.getByText('White won on time.').waitFor()
  await button(page, 'Enter result').click()
  await viewer.page.getByRole('region', { name: 'Score' }).getByText('White won on time', { exact: true }).waitFor()
  assert.equal((await stage.server.event(eventId)).snapshot.summary.result, 'White won on time')
  assert.deepEqual([...problems, ...viewer.problems], [])
  await viewer.page.close()
  await page.close()
})

test('clocks that were set wrong and the wrong end are corrected', async () => {
  const eventId = await play({ ...opening, clocks: { white: 300_000, black: 300_000, at: 0 } })
  const { page, problems } = await open(eventId)
  await button(page, 'Clocks…').click()
  await page.getByLabel('White has left').fill('4:00')
  await button(page, 'Set clocks').click()
  await page.getByText('White 4:00', { exact: true }).waitFor()
  await correct(page, 2)
  assert.equal(await page.getByLabel('White has left').inputValue(), '4:00')
  await page.getByLabel('White has left').fill('4:30')
  await sendCorrection(page)
  await page.getByText('White 4:30', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'End game…' }).click()
  await page.getByRole('radio', { name: 'White' }).check()
  await button(page, 'Enter result').click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await allSent(page)
  await correct(page, 4)
  assert.ok(await page.getByRole('radio', { name: 'White' }).isChecked())
  await page.getByRole('radio', { name: 'Black' }).check()
  await sendCorrection(page)
  const { snapshot } = await stage.server.event(eventId)
  assert.deepEqual([snapshot.result, snapshot.outcome], ['1-0', 'White won by resignation'])
  assert.deepEqual(problems, [])
  await page.close()
})

test('Chess960 is drawn, castled by taking the rook, and copied with its position', async () => {
  const eventId = await play()
  const { page, problems } = await open(eventId)
  await page.getByRole('radio', { name: 'Chess960' }).check()
  await button(page, 'Draw one').click()
  await page.getByLabel('Number, 0 to 959').fill('928')
  await button(page, 'Start scoring').click()
  await page.getByText('To castle, select the king, then its rook.').waitFor()
  await page.getByLabel('Or choose a move from the list').selectOption({ label: 'O-O-O' })
  await button(page, 'Play').click()
  await page.getByText('1. O-O-O. Black to move').waitFor()
  await page.getByRole('button', { name: 'Undo last' }).click()
  await page.getByText('White to move', { exact: true }).waitFor()
  await move(page, 'd1', 'c1')
  await page.getByText('1. O-O-O. Black to move').waitFor()
  await allSent(page)
  const { snapshot } = await stage.server.event(eventId)
  assert.deepEqual([snapshot.variant, snapshot.initialFen.split(' ')[0], snapshot.move.uci], ['chess960', 'bbrkrnqn/pppppppp/8/8/8/8/PPPPPPPP/BBRKRNQN', 'd1c1'])
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  await shows(viewer.page, 'king c1')
  await button(viewer.page, 'One move back').click()
  await shows(viewer.page, 'king d1')
  assert.deepEqual([...problems, ...viewer.problems], [])
  await viewer.page.close()
  await page.close()
})

test('a set-up position is checked, a pawn becomes a queen first, and the result is told in words', async () => {
  const eventId = await play()
  const { page, problems } = await open(eventId)
  await page.getByRole('radio', { name: 'Set up' }).check()
  await page.getByLabel('Position in FEN').fill('4k3/8/8/8/8/8/4R3/4K3 w - - 0 1')
  await page.getByText("Black is in check, so it can't be White's move.").waitFor()
  assert.ok(await button(page, 'Start scoring').isDisabled())
  await page.getByLabel('Position in FEN').fill('7k/P7/8/8/8/8/8/4K3 w - - 0 1')
  await button(page, 'Start scoring').click()
  await move(page, 'a7', 'a8')
  const pieces = page.getByRole('group', { name: 'Promote to' }).getByRole('button')
  assert.deepEqual(await pieces.allInnerTexts(), ['Queen', 'Rook', 'Bishop', 'Knight'])
  await pieces.first().click()
  await page.getByText('1. a8=Q+. Black to move').waitFor()
  await page.getByRole('button', { name: 'End game…' }).click()
  await page.getByRole('radio', { name: 'Black' }).check()
  await button(page, 'Enter result').click()
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  await viewer.page.getByRole('region', { name: 'Score' }).getByText('White won by resignation', { exact: true }).waitFor()
  assert.deepEqual([...problems, ...viewer.problems], [])
  await viewer.page.close()
  await page.close()
})

test('the end of a game of an older desk is told by its points', async () => {
  const eventId = await stage.play({ ...chess, updates: [...chess.updates, { result: '1-0', commentary: 'Black resigns.' }] })
  const { page, problems } = await stage.browser.page(stage.addressOf(eventId))
  await page.getByRole('region', { name: 'Score' }).getByText('White won', { exact: true }).waitFor()
  await page.getByRole('region', { name: 'Score' }).getByText('Black resigns.').waitFor()
  assert.deepEqual(problems, [])
  await page.close()
})

test('a player’s wrong name and rating are corrected for viewers, and Undo brings them back', async () => {
  const eventId = await play(opening)
  const { page, problems } = await open(eventId)
  await page.setViewportSize(upright)
  const viewer = await stage.browser.page(stage.addressOf(eventId))
  const sheet = page.getByRole('dialog')
  await button(page, 'Names…').click()
  await sheet.getByLabel('Right name').fill('Ida')
  await sheet.getByLabel('Rating (optional)').fill('2150')
  await button(sheet, 'Enter').click()
  await sheet.waitFor({ state: 'detached' })
  await viewer.page.getByText('Name corrected: Ida, not Ada.', { exact: true }).first().waitFor()
  await viewer.page.locator('.player').getByText('Ida').waitFor()
  await allSent(page)
  const { snapshot } = await stage.server.event(eventId)
  assert.deepEqual([snapshot.white, snapshot.summary.sides[0].name], [{ name: 'Ida', rating: 2150 }, 'Ida'])
  await page.getByRole('button', { name: 'Undo last' }).click()
  await viewer.page.locator('.player').getByText('Ada').waitFor()
  assert.deepEqual([...problems, ...viewer.problems], [])
  await viewer.page.close()
  await page.close()
})
