// HTTP calls with exact control of the request, over keep-alive connections.

import { Agent, request } from 'node:http'
import { DEADLINE, within } from '../../clients/harness/deadline.js'

export const agent = new Agent({ keepAlive: true, maxSockets: 4_000 })

/** Makes a call: `{status, headers, body, text}`. `headers` and `body` (text or bytes) are sent unchanged, with the agent `over`. */
export function call(server, method, path, { headers = {}, body, ms = DEADLINE, over = agent } = {}) {
  const attempt = (resolve, reject) => {
    const options = { host: '127.0.0.1', port: server.port, method, path, agent: over, headers }
    const sent = request(options, (answer) => {
      const parts = []
      answer.on('data', (part) => parts.push(part))
      answer.on('error', reject)
      answer.on('end', () => {
        const bytes = Buffer.concat(parts)
        resolve({ status: answer.statusCode, headers: answer.headers, body: bytes, text: bytes.toString() })
      })
    })
    // The server may close an idle connection just as it is reused.
    sent.on('error', (error) => (sent.reusedSocket && error.code === 'ECONNRESET' ? attempt(resolve, reject) : reject(error)))
    sent.end(body)
  }
  return within(new Promise(attempt), `the answer to ${method} ${path.slice(0, 200)}`, ms)
}

export const get = (server, path, options) => call(server, 'GET', path, options)
export const post = (server, path, body, options) => call(server, 'POST', path, { ...options, body })
