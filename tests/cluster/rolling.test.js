// A rolling update: the nodes restart one after the other, while viewers on every transport watch.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { size, within } from '../clients/harness/deadline.js'
import { withCluster } from './harness/cluster.js'
import { publish } from './harness/scorer.js'
import { assertAllSaw, audience, toldBreaks } from './harness/viewer.js'

const VIEWERS = size('ROLLING_VIEWERS', 40)
const UPDATES = size('ROLLING_UPDATES', 120)
/** The pause between two updates of each of three scorers, in ms. */
const PAUSE = 250
const BACK_WITHIN = 60_000

describe('a rolling restart of three nodes', () => {
  const cluster = withCluster()

  test(`costs ${VIEWERS} viewers no update`, async (t) => {
    const eventId = await cluster.event()
    const viewers = await audience(cluster, eventId, VIEWERS)
    t.after(() => viewers.forEach((viewer) => viewer.close()))
    const published = publish(cluster, eventId, UPDATES, PAUSE)
    const exits = []
    for (const node of cluster.nodes) {
      const exit = await node.terminate('SIGTERM')
      assert.equal(exit.code, 0, JSON.stringify(exit))
      exits.push(exit.ms)
      await node.startAgain()
      assert.equal((await fetch(`${node.url}/readyz`)).status, 200)
      await within(everybodyIsBack(viewers), () => `all viewers to return; missing: ${away(viewers).join('\n')}`, BACK_WITHIN)
    }
    const result = await published
    await assertAllSaw(cluster, viewers, eventId, { ms: 60_000 })
    const told = viewers.filter(({ client }) => client.all('server:drain').length > 0).length
    const slowest = Math.max(...exits)
    t.diagnostic(`${toldBreaks(viewers)}; ${told} of ${VIEWERS} were told; ${result}; the slowest exit took ${slowest.toFixed(0)} ms`)
    assert.ok(told > 0, 'no client was notified')
  })
})

function away(viewers) {
  return viewers.filter((viewer) => !viewer.isThere).map(({ name, client }) => `${name}, last in its log: ${client.tail()}`)
}

async function everybodyIsBack(viewers) {
  for (const viewer of viewers) await viewer.back()
}
