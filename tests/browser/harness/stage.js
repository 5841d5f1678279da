// What every test here needs: the real server, an administrator who scores and a browser.

import { fileURLToPath } from 'node:url'
import { io } from 'socket.io-client'
import { Server } from '../../clients/harness/server.js'
import { Browser } from './browser.js'
import { Scorer } from './scorer.js'

/** The built pages. */
const WEB_DIR = process.env.WEB_DIR ?? fileURLToPath(new URL('../../../web-client/dist', import.meta.url))

export class Stage {
  #clients = []

  /** `settings` are additional environment variables for the server. */
  static async open(settings = {}) {
    const stage = new Stage()
    try {
      stage.server = await Server.start('sqlite', { WEB_DIR, ...settings })
      stage.scorer = new Scorer(stage.server, await stage.server.token('admin'))
      stage.browser = await Browser.open()
    } catch (error) {
      await stage.close()
      throw error
    }
    return stage
  }

  /** Creates the match, publishes all its updates and returns its id. */
  async play({ updates, ...match }) {
    const eventId = await this.scorer.event(match)
    if (updates.length > 50) await this.scorer.batch(eventId, updates)
    else for (const data of updates) await this.scorer.score(eventId, data)
    return eventId
  }

  /** The first updates of an event's log, up to 100. */
  async log(eventId) {
    const { updates } = await this.server.get(`/api/events/${encodeURIComponent(eventId)}/updates?after=0&limit=100`)
    return updates
  }

  /** A client that has joined the event, in addition to the pages. Without a token it is a guest. */
  viewer(eventId, token) {
    const viewer = io(this.server.url, { auth: { eventId, token }, transports: ['websocket'], forceNew: true })
    this.#clients.push(viewer)
    return viewer
  }

  /** The URL of an event's page. */
  addressOf(eventId) {
    return `${this.server.url}/#/event/${encodeURIComponent(eventId)}`
  }

  async close() {
    for (const client of this.#clients) client.close()
    this.scorer?.close()
    await this.browser?.close()
    await this.server?.stop()
  }
}

/** The numbers of the updates in the page's list, newest first. */
export function listed(page) {
  return page.locator('[data-seq]').evaluateAll((items) => items.map((item) => Number(item.dataset.seq)))
}
