// Debian's Chromium with a temporary profile. Its pages record every error.

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
  // One process draws all pages: a fifth less CPU than one or two new ones for each page.
  '--renderer-process-limit=1',
  '--disable-site-isolation-trials',
]

export class Browser {
  static async open() {
    if (!existsSync(executablePath)) {
      throw new Error(`${executablePath} does not exist; install the package chromium, or set CHROMIUM`)
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

  /** Opens a new page at `url`. `script` runs in it before its own, with the argument. */
  async page(url, script, argument) {
    // A failed test may have left the browser offline.
    await this.context.setOffline(false)
    const page = await this.context.newPage()
    const problems = watchForProblems(page)
    if (script) await page.addInitScript(script, argument)
    await page.goto(url)
    return { page, problems }
  }

  /** Clears the local storage of the pages at `url`, which holds the session. */
  async forget(url) {
    const page = await this.context.newPage()
    await page.goto(`${url}/favicon.svg`)
    await page.evaluate(() => localStorage.clear())
    await page.close()
  }

  async close() {
    await this.context.close()
    // Chromium's last processes may still be writing to the profile.
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

/** Collects console errors and warnings, exceptions, and violations of the Content-Security-Policy, as texts. */
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

/** Whether a console message only says that the server is unreachable. */
export const isLostConnection = (problem) =>
  /^WebSocket connection to \S+ failed|^Failed to load resource: net::ERR_\w+/.test(problem)
