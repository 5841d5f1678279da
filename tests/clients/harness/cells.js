// Runs the same sentences for every client version over every transport on both databases, with one
// server for each database.

import { after, before, describe } from 'node:test'
import { Client, modes, versions } from './clients.js'
import { databases } from './database.js'
import { Feed } from './feed.js'
import { Server } from './server.js'

/**
 * `body({version, mode, ground})` declares the tests; `ground` is filled once they run. `settings` are the
 * servers' further environment variables.
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

/** A server, its administrator's token and a feed, for the tests of the suite that it is called in. */
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

/** Opens clients of the cell that are closed when the test ends. */
export function opener(ground, cell) {
  return async (t, options) => {
    const client = await Client.open(ground.server.url, { ...cell, ...options })
    t.after(() => client.close())
    return client
  }
}
