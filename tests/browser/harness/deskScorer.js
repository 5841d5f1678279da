// A scorer with a phone who enters a real match (tests/cases/cricket) with the keys of the desk.

import { readFile } from 'node:fs/promises'

export async function readMatch(number) {
  return JSON.parse(await readFile(new URL(`../../cases/cricket/${number}.json`, import.meta.url), 'utf8'))
}

const hows = {
  bowled: 'Bowled', caught: 'Caught', 'caught and bowled': 'Caught', lbw: 'LBW', stumped: 'Stumped', 'hit wicket': 'Hit wicket',
  'run out': 'Run out', 'obstructing the field': 'Obstructing', 'hit the ball twice': 'Hit twice',
}
/** Ways to be out in which the sheet asks who faces next. */
const onTheRun = ['run out', 'obstructing the field']

export class DeskScorer {
  /** Balls of the running innings. */
  balls = 0

  constructor(thumb, match) {
    this.thumb = thumb
    this.page = thumb.page
    this.match = match
  }

  /** Fills in the form that begins the match. */
  async start() {
    const { page, match } = this
    const [{ team, overs }] = match.innings
    const other = match.teams.find((name) => name !== team)
    await page.getByLabel('Batting first').fill(team)
    await page.getByLabel('Bowling first').fill(other)
    await page.getByText('Overs, free hits and other settings').click()
    await page.getByLabel('Overs (0: no limit)').fill(String(match.overs))
    if (!hasFreeHits(match)) await page.getByLabel('A free hit after a no-ball').uncheck()
    await page.getByText('Players, one name per line').click()
    for (const side of [team, other]) await page.getByLabel(`Players of ${side}`).fill(match.players[side].join('\n'))
    await this.#openers(page.locator('form'), overs)
    await page.getByRole('button', { name: 'Start scoring' }).click()
    await page.locator('[data-runs="0"]').waitFor()
  }

  /** Begins a later innings in the break. */
  async begin(index) {
    const { page } = this
    const { team, overs, super_over, target } = this.match.innings[index]
    this.balls = 0
    if (super_over) {
      const begun = this.match.innings.slice(0, index).filter((innings) => innings.super_over).length
      if (begun % 2 === 0) await page.getByRole('button', { name: 'Super over' }).click()
      await page.getByRole('button', { name: `${team} bat`, exact: true }).click()
    }
    const form = page.locator('form').filter({ has: page.getByRole('heading', { name: /innings|super over/i }) })
    await this.#openers(form, overs)
    await form.getByRole('button', { name: /^Start/ }).click()
    await page.locator('[data-over="0"]').waitFor()
    if (target && !super_over) await this.#target(target)
  }

  async #openers(form, [{ deliveries: [first] }]) {
    for (const name of [first.batter, first.non_striker, first.bowler]) await form.locator(`[data-name="${name}"]`).click()
  }

  async #target({ runs, overs }) {
    const { page } = this
    await this.#menu('Target or overs')
    const [sheet, method] = [page.getByRole('dialog'), this.match.outcome.method]
    await sheet.getByLabel('Overs of this innings').fill(String(overs))
    await sheet.getByLabel('Target').fill(String(runs))
    await sheet.getByLabel('By the DLS method').setChecked(method !== undefined)
    await this.#submit('Enter')
  }

  /** The deliveries of an innings, each with its place. */
  deliveriesOf(index) {
    const all = this.match.innings[index].overs.flatMap(({ deliveries }, over) => deliveries.map((delivery, place) => ({ delivery, over, place })))
    return all.map((one, number) => ({ ...one, next: all[number + 1]?.delivery }))
  }

  async play({ delivery, over, place, next }) {
    await this.#before(delivery, over, place)
    await this.#ball(delivery, next)
  }

  /** Who is at the wicket, and whether a bowler is asked for, as the page shows it. */
  #seen() {
    return this.page.evaluate(() => {
      const named = (what) => document.querySelector(`[data-${what}]`)?.dataset[what] ?? null
      const isBreak = [...document.querySelectorAll('.keypad label')].some(({ textContent }) => textContent === 'Bowler of the next over')
      return { striker: named('strike'), partner: named('partner'), bowler: named('bowler'), isBreak }
    })
  }

  async #before(delivery, over, place) {
    const { thumb, page } = this
    let seen = await this.#seen()
    if (place === 0 && over > 0) {
      if (!seen.isBreak) {
        await this.#menu('End the over now')
        await page.getByText('Bowler of the next over').waitFor()
      }
      await thumb.name(delivery.bowler)
      await page.locator('[data-runs="0"]').waitFor()
    } else if (seen.isBreak) {
      await thumb.key('One more ball')
      await page.locator('[data-runs="0"]').waitFor()
    } else if (seen.bowler !== delivery.bowler) {
      await this.#menu('Replace the bowler')
      await thumb.name(delivery.bowler)
      await page.locator(`[data-bowler="${delivery.bowler}"]`).waitFor()
    }
    seen = await this.#seen()
    const now = [delivery.batter, delivery.non_striker]
    const came = now.find((name) => name !== seen.striker && name !== seen.partner)
    const gone = [seen.striker, seen.partner].find((name) => !now.includes(name))
    if (came && gone) await this.#leave('Retired hurt', gone, came)
    if ((await this.#seen()).striker !== delivery.batter) {
      await thumb.key('Swap strike')
      await page.locator(`[data-strike="${delivery.batter}"]`).waitFor()
    }
  }

  async #ball({ runs, extras = {}, wickets = [], bowler }, next) {
    const { thumb } = this
    const [wicket] = wickets
    const isRetired = wicket?.kind.startsWith('retired') ?? false
    const ran = (extras.wides ?? 1) - 1 + (extras.byes ?? 0) + (extras.legbyes ?? 0) + runs.batter
    if (extras.wides) await thumb.extra('Wide')
    if (extras.noballs) await thumb.extra('No-ball')
    if (extras.byes) await thumb.extra('Byes')
    if (extras.legbyes) await thumb.extra('Leg byes')
    this.balls += 1
    if (wicket && !isRetired) await this.#wicket(wicket, { ran, bowler, next })
    else if (ran > 6 || runs.non_boundary) await this.#odd(ran)
    else await thumb.runs(ran)
    const isOver = this.page.getByRole('button', { name: /^(Enter result|End the match|Start .*innings|Start super over)$/ })
    await this.page.locator(`[data-over="${this.balls}"]`).or(isOver).first().waitFor()
    if (extras.penalty) await this.#menu('5 to the batting side')
    if (!isRetired) return
    const { striker, partner } = await this.#seen()
    const comes = next && [next.batter, next.non_striker].find((name) => name !== striker && name !== partner)
    await this.#leave(wicket.kind === 'retired out' ? 'Retired out' : 'Retired hurt', wicket.player_out, comes)
  }

  async #wicket({ kind, player_out, fielders = [] }, { ran, bowler, next }) {
    const { thumb, page } = this
    const { striker, partner } = await this.#seen()
    const stays = striker === player_out ? partner : striker
    const comes = next && [next.batter, next.non_striker].find((name) => name !== stays)
    const isRun = onTheRun.includes(kind)
    await thumb.wicket()
    await thumb.sheet(isRun ? `${hows[kind]} ${player_out}` : hows[kind])
    if (ran > 0) {
      await page.getByRole('dialog').getByRole('button', { name: /^Runs/ }).click()
      await page.getByRole('dialog').getByRole('radio', { name: String(ran), exact: true }).check({ force: true })
    }
    const by = kind === 'caught and bowled' ? bowler : fielders[0]
    if (kind === 'caught') await this.#fielder(by)
    else if (kind === 'caught and bowled') await thumb.name(bowler)
    else if (by && (isRun || kind === 'stumped')) {
      await page.getByRole('dialog').getByRole('button', { name: /^(Fielder|Keeper)/ }).click()
      await this.#fielder(by)
    }
    const submit = page.getByRole('dialog').locator('.submit button')
    // Nobody comes in after the last wicket, nor after the last ball.
    const isLast = (await page.getByRole('dialog').getByText('Next batter').count()) === 0
    if (!isLast) {
      const later = page.getByRole('dialog').getByRole('button', { name: /^Next batter/ })
      if (await later.count()) await later.click()
      if (comes) await thumb.name(comes)
      else await thumb.sheet('Nobody yet')
    }
    if (isRun && comes && (await submit.count()) === 2) await thumb.sheet(`${next.batter} faces next`)
    else await submit.click()
    if (!isLast && !comes) await this.#anyway('Nobody comes in')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  /** A fielder of the squad, or a substitute. */
  async #fielder(name) {
    const sheet = this.page.getByRole('dialog')
    if (name && (await sheet.locator(`[data-name="${name}"]`).count())) await this.thumb.name(name)
    else if (name) await sheet.getByPlaceholder('Another name').fill(name)
    else await this.thumb.sheet('A substitute')
  }

  /** A ball without a key of its own. */
  async #odd(ran) {
    await this.#menu('Another kind of ball')
    const sheet = this.page.getByRole('dialog')
    await sheet.getByRole('radio', { name: String(ran), exact: true }).check({ force: true })
    await this.#submit('Enter ball')
  }

  async #leave(item, who, comes) {
    await this.#menu(item)
    const sheet = this.page.getByRole('dialog')
    await sheet.getByRole('radio', { name: who, exact: true }).check({ force: true })
    if (comes) await this.thumb.name(comes)
    await this.#submit('Enter')
  }

  async #menu(item) {
    await this.thumb.key('More…')
    await this.page.getByRole('dialog').getByRole('button', { name: item }).click()
  }

  async #submit(name) {
    await this.page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
    await this.page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  /** The rules refuse what the umpire has decided. */
  async #anyway(reason) {
    const sheet = this.page.getByRole('dialog')
    await sheet.getByRole('button', { name: 'Score it anyway…' }).click()
    await sheet.getByLabel('Reason (everybody can see it)').fill(reason)
    await sheet.getByRole('button', { name: 'Score it anyway', exact: true }).click()
  }

  /** Ends an innings that was cut short. */
  async closeByRain() {
    await this.#menu('Close the innings')
    await this.page.getByRole('dialog').getByRole('button', { name: 'Rain or bad light' }).click()
    await this.page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  /** Enters the result. */
  async end() {
    const { page } = this
    if (this.match.outcome.result === 'no result') {
      await this.#menu('End the match')
      await page.getByRole('dialog').getByRole('radio', { name: 'No result' }).check({ force: true })
      await this.#submit('Enter result')
    } else await page.getByRole('button', { name: 'Enter result' }).click()
    await page.getByText('The match is over:').waitFor()
  }
}

/** Whether the ball after a no-ball is a free hit: not in a match where a batter was bowled or caught on one. */
function hasFreeHits({ innings }) {
  return !innings.some(({ overs }) => {
    let isFree = false
    return overs.flatMap(({ deliveries }) => deliveries).some(({ extras = {}, wickets = [] }) => {
      const isOut = isFree && wickets.some(({ kind }) => !/run out|obstructing|hit the ball twice|retired/.test(kind))
      if (!extras.wides) isFree = extras.noballs !== undefined
      return isOut
    })
  })
}

/** The figures of an innings, from the file. */
export function figuresOf({ overs }) {
  const all = overs.flatMap(({ deliveries }) => deliveries)
  const sum = (value) => all.reduce((total, delivery) => total + value(delivery), 0)
  const batters = new Set(all.flatMap(({ batter, non_striker }) => [batter, non_striker]))
  return {
    runs: sum(({ runs }) => runs.total),
    wickets: sum(({ wickets = [] }) => wickets.filter(({ kind }) => kind !== 'retired hurt' && kind !== 'retired not out').length),
    batters: Object.fromEntries([...batters].sort().map((name) => [name, sum(({ batter, runs }) => (batter === name ? runs.batter : 0))])),
  }
}
