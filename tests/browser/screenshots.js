// Takes screenshots of every page on phone and desktop, light and dark, and of the scorer's desk on a phone upright and sideways:
// screenshots/PAGE-DEVICE-COLOURS.png. Arguments name the pages; `desk-` stands for all that begin with it.

import { mkdir } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { deskPages } from './harness/desks.js'
import { Evening, settings } from './harness/evening.js'
import { Stage } from './harness/stage.js'

const folder = fileURLToPath(new URL('screenshots/', import.meta.url))
const devices = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } }
const colours = ['light', 'dark']
/** How many points the crowd's chart must have; it gets one every ten seconds. */
const POINTS = Number(process.env.POINTS ?? 8)
const only = process.argv.slice(2)

const on = (page, id) => `/${page}/${encodeURIComponent(id)}`
const wicket = (page) => page.getByRole('button', { name: 'Wicket' }).click()
const part = (name) => (page) => page.getByRole('group', { name: 'Section' }).getByRole('button', { name }).click()

/** Each page: its user, its path, the element to wait for, and an action before the screenshot. */
const pagesOf = ({ cricket, football, chess, rowing, next }) => ({
  events: { path: '/', ready: 'h3' },
  signin: { path: '/signin', ready: 'form' },
  ...Object.fromEntries(
    Object.entries({ cricket, football, chess, rowing }).map(([sport, id]) => [sport, { path: on('event', id), ready: '[data-seq="1"]' }]),
  ),
  'score-choose': { path: '/score', ready: 'li', isBoss: true },
  'score-start': { path: on('score', next), ready: 'form', isBoss: true },
  ...Object.fromEntries(
    Object.entries({ cricket, football, chess, rowing }).map(([sport, id]) => [
      `score-${sport}`, { path: on('score', id), ready: '[data-entry="1"]', isBoss: true },
    ]),
  ),
  'score-wicket': { path: on('score', cricket), ready: '[data-entry="1"]', act: wicket, isBoss: true },
  review: { path: '/review', ready: '[data-review]', isBoss: true },
  'manage-people': { path: '/admin', ready: '[data-event]', act: part('People'), isBoss: true },
  'manage-server': { path: '/admin', ready: '[data-event]', act: part('Server'), then: '[data-node]', isBoss: true },
  'manage-events': {
    path: '/admin', ready: '[data-event]', act: (page) => page.locator(`[data-event="${cricket}"]`).click(), then: 'canvas', isBoss: true,
    fullPage: true,
  },
})

async function shoot(name, { path, ready, act, then, isBoss, fullPage = false, sizes = devices }, stage, evening) {
  const { page, problems } = await (isBoss ? evening.boss.browser : stage.browser).page(`${stage.server.url}/#${path}`)
  await page.setViewportSize(Object.values(sizes)[0])
  await page.locator(ready).first().waitFor()
  await act?.(page)
  if (then) await page.locator(then).first().waitFor()
  for (const [device, size] of Object.entries(sizes)) {
    for (const colorScheme of colours) {
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.evaluate(() => document.fonts.ready)
      await page.screenshot({ path: `${folder}${name}-${device}-${colorScheme}.png`, animations: 'disabled', fullPage })
    }
  }
  await page.close()
  if (problems.length > 0) throw new Error(`${name}: ${problems.join('; ')}`)
}

await mkdir(folder, { recursive: true })
const stage = await Stage.open(settings)
let evening
try {
  evening = await Evening.open(stage)
  const isAsked = (name) => only.length === 0 || only.some((one) => one === name || (one.endsWith('-') && name.startsWith(one)))
  const pages = Object.entries({ ...pagesOf(evening.ids), ...(await deskPages(stage)) }).filter(([name]) => isAsked(name))
  await evening.react()
  for (const [name, address] of pages) {
    if (name === 'manage-events') await pointsOfTheCrowd()
    await shoot(name, address, stage, evening)
  }
} finally {
  await evening?.close()
  await stage.close()
}
console.log(`The screenshots are in ${folder}`)

/** Keeps the crowd reacting until the chart has its points. */
async function pointsOfTheCrowd() {
  for (;;) {
    await evening.react()
    const { points } = await stage.scorer.ask('stats', { eventId: evening.ids.cricket })
    if (points.length >= POINTS) return
    await setTimeout(1_000 + Math.random() * 4_000)
  }
}
