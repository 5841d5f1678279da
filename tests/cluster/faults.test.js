// Nodes are killed and database connections end while scorers publish: every update is accepted once, and every viewer
// sees each once and in order.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { size } from '../clients/harness/deadline.js'
import { withCluster } from './harness/cluster.js'
import { during } from './harness/pace.js'
import { publish } from './harness/scorer.js'
import { assertAllSaw, audience, toldBreaks } from './harness/viewer.js'

const UPDATES = size('FAULT_UPDATES', 130)
const CUT_UPDATES = size('FAULT_UPDATES', 80)
const VIEWERS = size('CLUSTER_VIEWERS', 30)
/** The pause between two updates of each of three scorers, in ms: a viewer away for 20 s misses fewer than 300. */
const PAUSE = 250
const KILL_EVERY = 5_000
const CUT_EVERY = 3_000

/** An event, with viewers on every way into a cluster. */
async function stage(t, cluster) {
  const eventId = await cluster.event()
  const viewers = await audience(cluster, eventId, VIEWERS)
  t.after(() => viewers.forEach((viewer) => viewer.close()))
  return { eventId, viewers }
}

describe('nodes that are killed', () => {
  const cluster = withCluster()

  test(`a node is killed every ${KILL_EVERY / 1000} s`, async (t) => {
    const { eventId, viewers } = await stage(t, cluster)
    const { result, times } = await during(publish(cluster, eventId, UPDATES, PAUSE), KILL_EVERY, async (n) => {
      const node = cluster.nodes[n % cluster.nodes.length]
      await node.terminate('SIGKILL')
      await node.startAgain()
    })
    assert.ok(times >= 2, `${times} kills`)
    await assertAllSaw(cluster, viewers, eventId, { ms: 60_000 })
    assert.ok(viewers.some(({ breaks }) => breaks.length > 0), 'no viewer was disconnected')
    t.diagnostic(`${times} kills during ${UPDATES} updates; ${result}; ${toldBreaks(viewers)}`)
  })
})

// With separate nodes: after a node ended, a load balancer moves its clients away, and back soon after.
describe('listeners that are cut off', () => {
  const cluster = withCluster()

  test(`Postgres ends the nodes' listening connections every ${CUT_EVERY / 1000} s`, async (t) => {
    const { eventId, viewers } = await stage(t, cluster)
    let cut = 0
    const { result } = await during(publish(cluster, eventId, CUT_UPDATES, PAUSE), CUT_EVERY, async () => {
      const ended = await cluster.query(`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen%'`)
      cut += ended.length
    })
    await assertAllSaw(cluster, viewers, eventId, { ms: 60_000 })
    for (const { name, client } of viewers) {
      assert.deepEqual(client.all('disconnect'), [], `${name} was cut off`)
    }
    t.diagnostic(`${cut} connections were ended during ${CUT_UPDATES} updates; ${result}`)
  })
})
