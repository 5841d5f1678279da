// One HTTPS request through a load balancer, from a loopback address of choice.

import { Agent, request } from 'node:https'
import { DEADLINE, within } from '../../clients/harness/deadline.js'

/** `{status, headers, text, ms}`; `from` is the address to call from. */
export async function ask(cluster, url, { from = '127.0.0.1', method = 'GET', headers = {}, body } = {}) {
  const agent = new Agent({ ca: cluster.trusted, localAddress: from })
  const begun = performance.now()
  const answered = new Promise((done, fail) => {
    const call = request(url, { agent, method, headers, signal: AbortSignal.timeout(DEADLINE) }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, text, ms: performance.now() - begun }))
    })
    call.on('error', fail)
    call.end(body)
  })
  try {
    return await within(answered, url)
  } finally {
    agent.destroy()
  }
}
