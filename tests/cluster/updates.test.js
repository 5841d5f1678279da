// Three scorers on three nodes, and viewers of every client version and transport behind both load balancers: each viewer
// sees every update once, in the database's order.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { size } from '../clients/harness/deadline.js'
import { withCluster } from './harness/cluster.js'
import { publish } from './harness/scorer.js'
import { assertAllSaw, audience } from './harness/viewer.js'

const UPDATES = size('CLUSTER_UPDATES', 100)
const VIEWERS = size('CLUSTER_VIEWERS', 30)

describe('three nodes behind nginx and HAProxy', () => {
  // The queue holds all updates, so no viewer gets a snapshot instead.
  const cluster = withCluster({ QUEUE_SIZE: '8192' })

  test(`${VIEWERS} viewers see ${UPDATES} updates in one order`, async (t) => {
    const eventId = await cluster.event()
    const viewers = await audience(cluster, eventId, VIEWERS)
    t.after(() => viewers.forEach((viewer) => viewer.close()))
    await assertSpread(cluster)

    const begun = performance.now()
    await publish(cluster, eventId, UPDATES, 0)
    const answered = performance.now() - begun
    await assertAllSaw(cluster, viewers, eventId, { ms: 60_000 + UPDATES * 100 })
    const seen = performance.now() - begun
    // The load balancers keep each polling client on its node, so no session broke.
    const broken = viewers.filter(({ client }) => client.all('disconnect').length > 0)
    assert.deepEqual(broken.map(({ name, client }) => [name, client.all('disconnect')]), [])
    t.diagnostic(`all answered after ${answered.toFixed(0)} ms, all seen after ${seen.toFixed(0)} ms`)
  })
})

/** Asserts that every node has viewers, and that polling viewers are on several nodes, so that updates cross nodes. */
async function assertSpread({ nodes }) {
  const counts = await Promise.all(nodes.map(async (node) => {
    const count = (transport) => node.metric(`touchline_sockets{transport="${transport}"}`)
    return { websocket: await count('websocket'), polling: await count('polling') }
  }))
  const told = JSON.stringify(counts)
  assert.ok(counts.every(({ websocket, polling }) => websocket + polling > 0), told)
  assert.ok(counts.filter(({ polling }) => polling > 0).length > 1, told)
}
