// Runs the same tests for every client version, transport and database, with one server per database.

import { after, before, describe } from 'node:test'
import { Client, modes, versions } from './clients.js'
import { databases } from './database.js'
import { Feed } from './feed.js'
import { Server } from './server.js'

/**
 * `body({version, mode, ground})` declares the tests; `ground` is filled before they run. `settings` are additional
 * environment variables for the servers.
 */
export function eachCell(body, settings) {
  for (const database of databases) {
    describe(`on ${database}`, () => {
      const ground = withServer(database, settings)
      for (const version of versions) {
        for (const mode of Object.keys(modes)) {
          describe(`client ${version}, ${mode}`, () => body({ version, mode, ground }))
        }
      }
    })
  }
}

/** Starts a server, a token for its administrator and a feed for the tests of the calling suite. */
export function withServer(database, settings) {
  const ground = {}
  before(async () => {
    ground.server = await Server.start(database, settings)
    ground.token = await ground.server.token('admin')
    ground.feed = await Feed.open(ground.server, ground.token)
  })
  after(async () => {
    ground.feed?.close()
    await ground.server?.stop()
  })
  return ground
}

/** Returns a function that opens clients of the cell. They close when the test ends. */
export function opener(ground, cell) {
  return async (t, options) => {
    const client = await Client.open(ground.server.url, { ...cell, ...options })
    t.after(() => client.close())
    return client
  }
}
