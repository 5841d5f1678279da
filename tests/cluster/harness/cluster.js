// Three nodes on one Postgres, behind nginx and behind HAProxy, for the tests of a suite.

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { promisify } from 'node:util'
import { createDatabase } from '../../clients/harness/database.js'
import { Feed } from '../../clients/harness/feed.js'
import { Server } from '../../clients/harness/server.js'
import { makeCertificate } from './certificate.js'
import { Proxy } from './proxy.js'

const run = promisify(execFile)
const NODES = 3
// Pulses are rare: a polling client opens a TLS connection for each, and all clients share one thread.
const SETTINGS = { TRUST_PROXY: 'true', DATABASE_CONNECTIONS: '5', PULSE_INTERVAL: '2s' }

/** `{database, nodes, proxies, trusted, token, event}`, filled before the tests run. */
export function withCluster(settings = {}) {
  const cluster = { nodes: [], proxies: [] }
  before(async () => {
    cluster.folder = await mkdtemp(join(tmpdir(), 'touchline-cluster-'))
    cluster.trusted = await makeCertificate(cluster.folder)
    cluster.database = await createDatabase('postgres')
    // `stop` kills each node; the database is dropped after the last one.
    const shared = { url: cluster.database.url, drop: async () => {} }
    for (let n = 0; n < NODES; n += 1) {
      cluster.nodes.push(await Server.startOn(shared, { ...SETTINGS, ...settings }))
    }
    const ports = cluster.nodes.map(({ port }) => port)
    for (const kind of ['nginx', 'haproxy']) cluster.proxies.push(await Proxy.start(kind, ports, cluster.folder))
    cluster.token = await cluster.nodes[0].token('admin')
  })
  after(async () => {
    for (const proxy of cluster.proxies) await proxy.stop()
    for (const node of cluster.nodes) await node.stop()
    await cluster.database?.drop()
    if (cluster.folder) await rm(cluster.folder, { recursive: true, force: true })
  })
  /** Creates a live event and returns its id. */
  cluster.event = async () => {
    const feed = await Feed.open(cluster.nodes[0], cluster.token)
    try {
      return await feed.event()
    } finally {
      feed.close()
    }
  }
  /** Runs a statement in the database directly; returns lines. */
  cluster.query = async (statement) => {
    const { stdout } = await run('psql', [cluster.database.url, '-qXAt', '-v', 'ON_ERROR_STOP=1', '-c', statement], { maxBuffer: 2 ** 26 })
    return stdout.split('\n').filter((line) => line !== '')
  }
  /** An event's log, `[{seq, data}]` in order, and its snapshot, from the database. */
  cluster.record = async (eventId) => {
    const log = await cluster.query(`select json_build_object('seq', seq, 'data', data::json) from updates where event_id = '${eventId}' order by seq`)
    const [snapshot] = await cluster.query(`select snapshot from events where id = '${eventId}'`)
    return { log: log.map((line) => JSON.parse(line)), snapshot: JSON.parse(snapshot) }
  }
  return cluster
}
