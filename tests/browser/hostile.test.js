// Hostile text in everything that viewers and scorers write is shown as text and has no other effect.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { askUntil } from '../clients/harness/deadline.js'
import { assertHarmless, corpus } from './harness/hostile.js'
import { hostile, hostileFamilies, own } from './harness/hostileStates.js'
import { cricket, football } from './harness/matches.js'
import { Player } from './harness/player.js'
import { Stage } from './harness/stage.js'
import { folded } from './harness/words.js'

let stage
before(async () => {
  stage = await Stage.open({ REACTION_RATE: '1000/1s', MESSAGE_RATE: '1000/1s', SOCKET_RATE: '1000/1s' })
})
after(() => stage?.close())

test('a hostile title or sport is shown as text on the list and on the page', async () => {
  const { page, problems } = await stage.browser.page(stage.server.url)
  await page.setViewportSize({ width: 390, height: 844 })
  for (const text of corpus) {
    const eventId = await stage.play({ sport: text.slice(0, 30), title: text, updates: [{ note: text }] })
    await page.goto(stage.addressOf(eventId))
    const isShown = (title) => document.querySelector('h1')?.textContent.replace(/\s+/g, ' ').trim() === title
    await page.waitForFunction(isShown, folded(text))
    await page.locator('[data-phase=live]').waitFor()
    await assertHarmless(page, problems, text)
  }

  // The server answers with a list that may be a second old. What comes later would wait behind a button.
  await askUntil(() => stage.server.get('/api/events?limit=100'), ({ events }) => events.length >= corpus.length, 'the list')
  await page.goto(stage.server.url)
  const isListed = (title) => [...document.querySelectorAll('h3')].some(({ textContent }) => textContent.replace(/\s+/g, ' ').trim() === title)
  for (const text of corpus) await page.waitForFunction(isListed, folded(text))
  await assertHarmless(page, problems, 'the list')
  await page.close()
})

test('hostile data is shown as text, in every sport', async () => {
  const all = corpus.join(' ')
  const matches = [
    {
      ...cricket,
      updates: [{
        ...own, innings: all, over: all, runs: all, wickets: all, target: all, commentary: all,
        thisOver: corpus, batting: all, first: { team: all, runs: all }, required: { runs: all, balls: all }, striker: corpus[0],
        batters: hostile, bowlers: { [all]: { order: all, runs: all, how: all } }, ball: { text: all },
      }],
    },
    {
      ...football,
      updates: [{
        ...own, minute: all, home: { name: all, goals: all }, away: { name: all, goals: 1e308, penalties: all }, period: all, commentary: all,
        timeline: Object.fromEntries(corpus.map((text) => [text, { minute: text, type: text, player: text, team: text, detail: text }])),
      }],
    },
    {
      sport: 'chess',
      title: 'A hostile game',
      updates: [{
        ...own, fen: '4k3/8/8/8/8/8/8/4K3 w - - 0 1', move: { uci: all, san: all, ply: 1e300, text: 7 }, moves: { 1: all, 2: hostile, '-1': all, '1e9': all },
        white: { name: all, rating: all }, black: all, result: all, commentary: all,
      }],
    },
    ...Object.entries(hostileFamilies).map(([sport, state]) => ({ sport, title: `Hostile ${sport}`, updates: [state] })),
    { sport: 'constructor', title: 'A hostile sport', updates: [{ ...own, ...hostile }] },
    { sport: 'football', title: 'Fields of other kinds', updates: [{ ...own, home: corpus, away: 7, minute: hostile, timeline: all }] },
    { sport: 'any', title: 'Much of it', updates: [Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`n${index}`, index]))] },
  ]
  for (const match of matches) {
    const { page, problems } = await stage.browser.page(stage.addressOf(await stage.play(match)))
    await page.setViewportSize({ width: 390, height: 844 })
    await page.locator('[data-seq="1"]').waitFor()
    await page.locator('[data-phase=live]').waitFor()
    const score = page.getByRole('region', { name: 'Score' })
    assert.notEqual((await score.textContent()).trim(), '', match.title)
    // The board of a family may still be loading.
    if (match.sport !== 'any') await score.filter({ hasText: '<img src' }).waitFor()
    await assertHarmless(page, problems, match.title)
    await page.close()
  }
})

test('a hostile name, message or word with a reaction is shown as text, to everybody', async () => {
  const actions = [{ name: corpus[0].slice(0, 30), points: 1, minMs: 0, cooldownMs: 0, dailyCap: 9 }]
  const eventId = await stage.play({ ...cricket, actions })
  const { page, problems } = await stage.browser.page(stage.addressOf(eventId))
  await page.setViewportSize({ width: 390, height: 844 })
  await page.locator('[data-phase=live]').waitFor()
  await page.getByRole('button', { name: 'Chat', exact: true }).click()

  const name = '<img src=x onerror=pwned=1>&lt;b&gt;'
  const { token } = await stage.server.signIn('mallory@example.org', '<b>device</b>', name)
  const player = new Player(stage.viewer(eventId, token))
  const ask = (message, payload) => player.ask(message, { eventId, ...payload })
  await ask('join', {})
  const sent = corpus.filter((text) => !text.includes('\u0001'))
  for (const text of sent) {
    await ask('message', { text })
    await ask('reaction', { emoji: '🔥', comment: text.slice(0, 150) })
  }
  const { ticket } = await ask('action:start', { action: actions[0].name })
  await ask('action:complete', { ticket })
  await stage.scorer.ask('message', { eventId, text: sent.join(' ').slice(0, 400) })

  const log = page.getByRole('log')
  await log.getByText('Official').waitFor()
  await log.locator('.aside').nth(sent.length - 1).waitFor()
  const written = (await log.locator('.entry:not(.official):not(.aside) .text').allTextContents()).map(folded)
  for (const text of sent) assert.ok(written.includes(folded(text)), text)
  await page.getByRole('button', { name: 'Top ten', exact: true }).click()
  await page.getByRole('region', { name: 'Top ten' }).getByText(name).waitFor()
  await assertHarmless(page, problems, 'the crowd')

  // The author's own page, with the name in the header.
  await page.evaluate(([key, kept]) => localStorage.setItem(key, kept), [
    'touchline.session',
    JSON.stringify({ token, user: { id: 'x', email: 'mallory@example.org', name, roles: [] } }),
  ])
  await page.reload()
  await page.getByRole('banner').getByText(name.slice(0, 20)).waitFor()
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await page.getByRole('region', { name: 'Play' }).getByText('<img src').waitFor()
  await assertHarmless(page, problems, 'the own page')
  await page.evaluate(() => localStorage.clear())
  await page.close()
})
