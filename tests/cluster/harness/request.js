// One HTTPS request through a load balancer, from a chosen loopback address.

import { Agent, request } from 'node:https'
import { connect } from 'node:tls'
import { DEADLINE, within } from '../../clients/harness/deadline.js'

/** Makes a request: `{status, headers, text, ms}`. `from` is the source address. */
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

/** Sends bytes to a load balancer unchanged, over TLS, and returns the answer as text. */
export async function askRaw(cluster, proxy, text, from = '127.0.0.1') {
  const socket = connect({ host: '127.0.0.1', port: proxy.port, ca: cluster.trusted, localAddress: from })
  let answer = ''
  socket.setEncoding('utf8').on('data', (part) => {
    answer += part
  })
  const ended = new Promise((done) => {
    socket.on('close', done).on('error', () => {})
  })
  socket.write(text)
  try {
    await within(ended, () => `the end of the answer to ${JSON.stringify(text.slice(0, 200))}: ${answer}`)
  } finally {
    socket.destroy()
  }
  return answer
}
