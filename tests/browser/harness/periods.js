// The desk of a sport of points and periods, as a thumb uses it.

/** A key of a side by what it says. */
export const key = (page, side, name) => page.getByRole('group', { name: side, exact: true }).getByRole('button', { name, exact: true })

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
    return this.thumb.key(text, { exact: true })
  }

  /** Corrects an entry of the list: another answer, by its words, is chosen in the sheet. */
  async correct(seq, answer) {
    const { page } = this
    const button = page.getByRole('button', { name: `Correct update ${seq}`, exact: true })
    const earlier = page.getByRole('button', { name: 'Show earlier entries' })
    await button.or(earlier).first().waitFor()
    if ((await button.count()) === 0) await earlier.click()
    await button.click()
    const sheet = page.getByRole('dialog')
    await sheet.getByLabel('Reason (everybody can see it)').fill('Seen again on video')
    await sheet.getByRole('button', { name: 'Something else happened' }).click()
    const chip = sheet.getByRole('radio', { name: answer, exact: true })
    // Clear of the row that stays at the bottom of the sheet.
    await chip.evaluate((input) => input.scrollIntoView({ block: 'center' }))
    await chip.check({ force: true })
    await sheet.getByRole('button', { name: 'Preview changes' }).click()
    await sheet.getByRole('button', { name: 'Send correction' }).click()
    await sheet.waitFor({ state: 'detached' })
    await page.evaluate(() => scrollTo(0, 0))
  }
}
