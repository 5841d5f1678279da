// Debian's Chromium, with a profile of its own, and pages that remember everything that went wrong.

import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { DEADLINE } from '../../clients/harness/deadline.js'

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export class Browser {
  static async open() {
    if (!existsSync(executablePath)) {
      throw new Error(`there is no ${executablePath}: install the package chromium, or set CHROMIUM`)
    }
    const browser = new Browser()
    browser.profile = await mkdtemp(join(tmpdir(), 'touchline-browser-'))
    browser.context = await chromium.launchPersistentContext(browser.profile, {
      executablePath,
      args,
      headless: true,
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      timezoneId: 'UTC',
    })
    browser.context.setDefaultTimeout(DEADLINE)
    return browser
  }

  /** A new page at `url`. */
  async page(url) {
    // A test that failed may have left the browser without a connection.
    await this.context.setOffline(false)
    const page = await this.context.newPage()
    const problems = watchForProblems(page)
    await page.goto(url)
    return { page, problems }
  }

  /** Forgets what the pages at `url` have kept, such as who is signed in. */
  async forget(url) {
    const page = await this.context.newPage()
    await page.goto(`${url}/favicon.svg`)
    await page.evaluate(() => localStorage.clear())
    await page.close()
  }

  async close() {
    await this.context.close()
    // Chromium's last processes may still write to the profile.
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

/** Collects console errors, exceptions and reports of the Content-Security-Policy, as texts. */
function watchForProblems(page) {
  const problems = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('dialog', (dialog) => {
    problems.push(`a dialog opened: ${dialog.message()}`)
    dialog.dismiss()
  })
  return problems
}

/** What a browser writes to its console while a server is away. */
export const isLostConnection = (problem) =>
  /^WebSocket connection to \S+ failed|^Failed to load resource: net::ERR_\w+/.test(problem)
