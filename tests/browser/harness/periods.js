// The desk of a sport of points and periods, as a thumb uses it.

import { button, correctUpdate } from './families.js'

export class Periods {
  constructor(page, thumb) {
    Object.assign(this, { page, thumb })
  }

  /** Taps a key of a side, and waits until its points are counted. */
  async score(side, name, points) {
    const { page } = this
    const score = page.locator(`[data-side=${side.which}]`)
    const before = Number(await score.textContent())
    await this.thumb.tap(page.getByRole('group', { name: side.name, exact: true }).locator(`[data-key="${name}"]`), `${name} for ${side.name}`)
    await score.getByText(String(before + points), { exact: true }).waitFor()
  }

  async startClock() {
    await this.thumb.key('Start the clock')
    await this.page.getByRole('button', { name: 'Stop the clock' }).waitFor()
  }

  async stopClock() {
    await this.thumb.key('Stop the clock')
    await this.page.getByRole('button', { name: /(Start the clock|Time is up)$/ }).waitFor()
  }

  /** Sets the clock to a time, as it reads. */
  async setClock(time) {
    const { page } = this
    await page.getByRole('button', { name: 'Adjust…' }).click()
    await page.getByRole('dialog').getByLabel('Or type the time').fill(time)
    await page.getByRole('dialog').getByRole('button', { name: 'Set clock' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  /** What the desk offers is one tap. */
  offer(text) {
    return this.thumb.tap(button(this.page, text), text)
  }

  /** Corrects an entry of the list: another answer, by its words, is chosen in the sheet. */
  correct(seq, answer) {
    return correctUpdate(this.page, seq, 'Seen again on video', async (sheet) => {
      await sheet.getByRole('button', { name: 'Something else happened' }).click()
      const chip = sheet.getByRole('radio', { name: answer, exact: true })
      // Clear of the row that stays at the bottom of the sheet.
      await chip.evaluate((input) => input.scrollIntoView({ block: 'center' }))
      await chip.check({ force: true })
    })
  }
}
