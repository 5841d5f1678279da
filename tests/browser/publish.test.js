// A page of another origin, which is allowed, publishes over HTTP; a page of an origin that is not allowed cannot.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { Server } from '../clients/harness/server.js'
import { Browser } from './harness/browser.js'

let pages, server, browser, token
before(async () => {
  const html = '<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,">'
  pages = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(html))
  await new Promise((done) => pages.listen(0, done))
  const { port } = pages.address()
  pages.allowed = `http://127.0.0.1:${port}`
  pages.foreign = `http://localhost:${port}`
  server = await Server.start('sqlite', { ALLOWED_ORIGINS: pages.allowed })
  token = await server.token('admin')
  browser = await Browser.open()
})
after(async () => {
  await browser?.close()
  await server?.stop()
  pages?.close()
})

/** Makes each call from a page of `origin`; returns the statuses, or what went wrong. */
async function callAll(origin) {
  const { page, problems } = await browser.page(origin)
  const statuses = await page.evaluate(
    async ({ url, token }) => {
      const call = async (method, path, body, more = {}) => {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...more }
        const request = { method, headers, body: body && JSON.stringify(body) }
        return fetch(url + path, request).then(({ status }) => status, () => 'refused')
      }
      const event = '/api/events/match'
      const said = async () => {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
        const request = { method: 'POST', headers, body: JSON.stringify({ text: 'Sun' }) }
        return fetch(`${url}${event}/messages`, request).then((answer) => answer.json(), () => ({}))
      }
      return [
        await call('PUT', event, { sport: 'cricket', title: 'A v B' }),
        await call('POST', '/api/events', { sport: 'cricket', title: 'C v D' }, { 'idempotency-key': 'x' }),
        await call('PATCH', event, { venue: 'Harbour Lane' }),
        await call('PUT', `${event}/status`, { status: 'live' }),
        await call('POST', `${event}/updates`, { data: { runs: 1 } }, { 'idempotency-key': 'y' }),
        await call('POST', `${event}/corrections`, { voids: [1], reason: 'mistaken', data: { runs: 0 } }),
        await call('POST', `${event}/messages`, { text: 'Rain' }, { 'idempotency-key': 'z' }),
        await call('DELETE', `${event}/messages/${(await said()).messageId}`),
        await call('PUT', `${event}/scorers/ann@example.org`),
        await call('DELETE', `${event}/scorers/ann@example.org`),
        await call('PUT', `${event}/archive`),
        await call('DELETE', `${event}/archive`),
        await call('PUT', `${event}/status`, { status: 'ended' }),
        await call('DELETE', `${event}?confirm=match`),
      ]
    },
    { url: server.url, token },
  )
  await page.close()
  return { statuses, problems }
}

test('a page of an allowed origin makes every call', async () => {
  const { statuses, problems } = await callAll(pages.allowed)
  assert.deepEqual(statuses, [201, 201, 200, 200, 201, 201, 201, 204, 204, 204, 204, 204, 200, 204])
  assert.deepEqual(problems, [])
})

test('a page of another origin makes none', async () => {
  const { statuses } = await callAll(pages.foreign)
  assert.deepEqual(new Set(statuses), new Set(['refused']))
})
