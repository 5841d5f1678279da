// A scoring program that retries: if a node goes away during an update, it sends the update to the next node with the same
// `opId` until it is answered.

import { randomUUID } from 'node:crypto'
import { Client } from '../../clients/harness/clients.js'
import { within } from '../../clients/harness/deadline.js'

/** The wait for an answer before trying another node, in milliseconds. */
const PATIENCE = 6_000
const DEADLINE = 60_000

export class Scorer {
  /** How many updates were sent again, and how many of those the server already had. */
  retries = 0
  duplicates = 0

  /** Starts with node `home`. */
  constructor(cluster, eventId, home) {
    Object.assign(this, { cluster, eventId, home })
  }

  /** Publishes one update and returns the answer. */
  async score(data) {
    const message = { eventId: this.eventId, data, opId: randomUUID() }
    const giveUp = performance.now() + DEADLINE
    for (;;) {
      const answer = await this.#attempt(message).catch(() => undefined)
      if (answer?.ok) {
        if (answer.duplicate) this.duplicates += 1
        return answer
      }
      if (performance.now() > giveUp) throw new Error(`not accepted within ${DEADLINE} ms: ${JSON.stringify(answer)}`)
      this.retries += 1
      this.close()
      this.home += 1
    }
  }

  async #attempt(message) {
    if (!this.client) {
      const { nodes, token } = this.cluster
      this.client = await Client.open(nodes[this.home % nodes.length].url, { namespace: '/admin', credentials: { token } })
    }
    const { client } = this
    const gone = client.until(() => client.all('disconnect').length > 0, 'the end', PATIENCE)
    return Promise.race([client.ask('score', message), gone.then(() => undefined)])
  }

  close() {
    this.client?.close()
    this.client = undefined
  }
}

/**
 * Three scorers on three nodes publish `count` updates, each at most one every `pause` ms. Returns the updates once all are
 * answered, and reports how many were sent again. Each update names its scorer and merges with the others'.
 */
export async function publish(cluster, eventId, count, pause) {
  const scorers = cluster.nodes.map((_, n) => new Scorer(cluster, eventId, n))
  let next = 0
  const work = scorers.map(async (scorer, by) => {
    while (next < count) {
      const n = next++
      const paced = new Promise((done) => setTimeout(done, pause))
      const { seq } = await scorer.score({ n, [`k${n % 11}`]: { by, text: 'é🔥' }, [`gone${n % 5}`]: n % 2 === 0 ? n : null })
      if (!Number.isSafeInteger(seq)) throw new Error(`the answer names no seq: ${seq}`)
      await paced
    }
  })
  try {
    await within(Promise.all(work), 'all updates to be answered', 600_000)
  } finally {
    for (const scorer of scorers) scorer.close()
  }
  return `${sum(scorers, 'retries')} were sent again, of which ${sum(scorers, 'duplicates')} had been taken`
}

function sum(list, name) {
  return list.reduce((total, one) => total + one[name], 0)
}
