// Pictures of every page, phone and desktop, light and dark: screenshots/PAGE-DEVICE-COLOURS.png.

import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { chess, cricket, football, rowing } from './harness/matches.js'
import { Stage } from './harness/stage.js'

const folder = fileURLToPath(new URL('screenshots/', import.meta.url))
const devices = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } }
const colours = ['light', 'dark']
const HOUR = 3_600_000

await mkdir(folder, { recursive: true })
const stage = await Stage.open()
try {
  const pages = { events: stage.server.url }
  for (const match of [cricket, football, chess, rowing]) {
    pages[match.sport] = stage.addressOf(await stage.play(match))
  }
  await stage.scorer.event({ sport: 'cricket', title: 'Lakeside v Fairfield', status: 'scheduled', startsAt: Date.now() + 26 * HOUR })
  const over = await stage.play({ ...football, title: 'Croatia v Morocco, third place 2022', updates: [] })
  await stage.scorer.status(over, 'ended')

  for (const [name, address] of Object.entries(pages)) {
    const { page, problems } = await stage.browser.page(address)
    await page.locator(name === 'events' ? 'h3' : '[data-phase=live]').first().waitFor()
    if (name !== 'events') await page.locator('[data-seq="1"]').waitFor()
    for (const [device, size] of Object.entries(devices)) {
      for (const colorScheme of colours) {
        await page.setViewportSize(size)
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.screenshot({ path: `${folder}${name}-${device}-${colorScheme}.png` })
      }
    }
    await page.close()
    if (problems.length > 0) throw new Error(`${name}: ${problems.join('; ')}`)
  }
} finally {
  await stage.close()
}
console.log(`The screenshots are in ${folder}`)
