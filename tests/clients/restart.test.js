// The server restarts on the same port: clients of every version and transport reconnect on their own and continue with
// `since`.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withServer } from './harness/cells.js'
import { Client, modes, versions } from './harness/clients.js'
import { databases } from './harness/database.js'
import { tookLess } from './harness/deadline.js'
import { Feed } from './harness/feed.js'
import { Follower } from './harness/follower.js'

for (const database of databases) {
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    describe(`on ${database}`, () => {
      const ground = withServer(database)

      test(`every client comes back after ${signal}`, async (t) => {
        const { server, feed } = ground
        const eventId = await feed.event()
        const followers = []
        t.after(() => followers.forEach(({ client }) => client.close()))
        for (const version of versions) {
          for (const mode of Object.keys(modes)) {
            const client = await Client.open(server.url, { version, mode, reconnection: true })
            if (mode === 'upgrade') await client.upgraded()
            const follower = new Follower(eventId).use(client)
            follower.name = `${version} ${mode}`
            followers.push(follower)
            await follower.join()
          }
        }
        await feed.scoreAll(eventId, [{ a: 1 }, { b: 'é🔥' }])
        await Promise.all(followers.map((follower) => follower.reach(2)))

        feed.close()
        const exit = await server.terminate(signal)
        if (signal === 'SIGTERM') {
          assert.equal(exit.code, 0, JSON.stringify(exit))
          tookLess(exit.ms, 10_000, 'the exit')
        }
        await Promise.all(followers.map(({ client }) => client.message('disconnect')))
        if (signal === 'SIGTERM') assertDrained(followers)

        const away = performance.now()
        await server.startAgain()
        ground.feed = await Feed.open(server, ground.token)
        await Promise.all(followers.map(({ client }) => client.message('connect', 2)))
        const back = performance.now() - away
        await ground.feed.scoreAll(eventId, [{ a: null }, { c: 3 }, { d: 4 }])
        for (const follower of followers) {
          const answer = await follower.join()
          assert.deepEqual([answer.ok, answer.recovered, answer.seq], [true, true, 5])
        }
        await ground.feed.score(eventId, { e: 5 })
        await Promise.all(followers.map((follower) => follower.reach(6)))
        for (const { history, faults } of followers) {
          assert.deepEqual(faults, [])
          assert.deepEqual([history.updates, history.snapshots], [6, 0])
          assert.deepEqual(history.state, { b: 'é🔥', c: 3, d: 4, e: 5 })
        }
        t.diagnostic(`the exit took ${exit.ms.toFixed(0)} ms; all ${followers.length} clients were back ${back.toFixed(0)} ms after the start`)
      })
    })
  }
}

/** Asserts that each client was notified before its transport closed. */
function assertDrained(followers) {
  const untold = followers.filter(({ client }) => client.all('server:drain').length === 0)
  assert.deepEqual(untold.map(({ name }) => name), [], 'clients without server:drain')
  for (const { client } of followers) {
    const [{ retryInMs }] = client.all('server:drain')[0]
    assert.ok(Number.isSafeInteger(retryInMs) && retryInMs >= 0, `retryInMs is ${retryInMs}`)
  }
}
