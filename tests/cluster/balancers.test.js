// What the shipped nginx and HAProxy files guarantee besides delivering updates.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { versions } from '../clients/harness/clients.js'
import { tookLess } from '../clients/harness/deadline.js'
import { withCluster } from './harness/cluster.js'
import { Proxy, replaced } from './harness/proxy.js'
import { ask, askRaw } from './harness/request.js'
import { Scorer } from './harness/scorer.js'
import { Stream } from './harness/stream.js'
import { Viewer } from './harness/viewer.js'

const HANDSHAKE = '/socket.io/?EIO=4&transport=polling'
const PER_ADDRESS = 2

describe('nginx and HAProxy in front of three nodes', () => {
  const cluster = withCluster({ OTP_PER_IP: `${PER_ADDRESS}/1h` })
  /** Runs the same test for both. */
  const eachProxy = (name, body) => {
    for (const [n, kind] of ['nginx', 'HAProxy'].entries()) {
      test(`${kind} ${name}`, (t) => body(cluster.proxies[n], t))
    }
  }

  eachProxy('accepts its file', (proxy) => proxy.check())

  eachProxy('keeps a polling session with its node, whoever asks', async (proxy) => {
    for (let n = 0; n < 6; n += 1) {
      const from = `127.0.7.${1 + n}`
      const opened = await ask(cluster, proxy.url + HANDSHAKE, { from })
      const { sid } = JSON.parse(opened.text.slice(1))
      const session = `${proxy.url}${HANDSHAKE}&sid=${sid}`
      for (let again = 0; again < 3; again += 1) {
        const sent = await ask(cluster, session, { from, method: 'POST', body: again === 0 ? '40' : '3' })
        assert.deepEqual([sent.status, sent.text], [200, 'ok'])
      }
    }
  })

  eachProxy('passes a refusal on at once', async (proxy) => {
    const refused = await ask(cluster, proxy.url + HANDSHAKE, { headers: { origin: 'https://elsewhere.example' } })
    assert.equal(refused.status, 403)
    tookLess(refused.ms, 1_500, 'a refusal')
  })

  eachProxy('tells the server who calls, whatever the caller claims', async (proxy) => {
    const signUp = async (from, headers) => {
      const body = JSON.stringify({ email: `${crypto.randomUUID()}@example.com`, name: 'Ann' })
      const answer = await ask(cluster, `${proxy.url}/api/auth/signup`, {
        from, method: 'POST', body, headers: { 'content-type': 'application/json', ...headers },
      })
      return answer.status
    }
    const [here, there] = proxy.kind === 'nginx' ? ['127.0.8.1', '127.0.8.2'] : ['127.0.9.1', '127.0.9.2']
    // Each node has its own limit.
    const answers = []
    for (let n = 0; n < PER_ADDRESS * cluster.nodes.length + 3; n += 1) answers.push(await signUp(here))
    assert.equal(answers[0], 202)
    assert.deepEqual(answers.slice(-3), [429, 429, 429])
    assert.equal(await signUp(here, { 'x-forwarded-for': '198.51.100.7' }), 429)
    assert.equal(await signUp(there), 202)
  })

  eachProxy('shows its measures to nobody, and asks for TLS', async (proxy) => {
    assert.equal((await ask(cluster, `${proxy.url}/metrics`)).status, 404)
    assert.equal((await ask(cluster, `${proxy.url}/readyz`)).status, 200)
    const plain = await fetch(`http://127.0.0.1:${proxy.plainPort}/a?b=c`, { redirect: 'manual' })
    assert.deepEqual([plain.status, plain.headers.get('location').endsWith('/a?b=c')], [308, true])
  })

  eachProxy('has browsers come by TLS alone for a year, whatever it answers', async (proxy) => {
    for (const [path, status] of [['/api/events', 200], ['/api/me', 401], ['/metrics', 404], [`${HANDSHAKE}&sid=none`, 400]]) {
      const answer = await ask(cluster, proxy.url + path)
      assert.deepEqual([answer.status, answer.headers['strict-transport-security']], [status, 'max-age=31536000'], path)
    }
    const plain = await fetch(`http://127.0.0.1:${proxy.plainPort}/`, { redirect: 'manual' })
    assert.equal(plain.headers.get('strict-transport-security'), null, 'it has no effect without TLS')
  })

  eachProxy('passes on which host was named, and lets HTTP/1.0 name none', async (proxy) => {
    const request = (version, ...hosts) =>
      [`GET /api/events HTTP/${version}`, ...hosts.map((host) => `Host: ${host}`), 'Connection: close', '', ''].join('\r\n')
    for (const [status, text] of [
      // The nodes listen on a loopback address.
      [200, request('1.1', 'club.example')],
      [200, request('1.1', 'club.example:8443')],
      [200, request('1.0')],
      [200, request('1.0', 'club.example')],
      [400, request('1.1')],
      [400, request('1.1', 'a.example', 'b.example')],
    ]) {
      const answer = await askRaw(cluster, proxy, text)
      assert.match(answer, new RegExp(`^HTTP/1\\.[01] ${status} `), `${text}: ${answer}`)
    }
  })

  for (const kind of ['nginx', 'HAProxy']) {
    test(`${kind} bounds the connections of one address, and not of another`, async (t) => {
      const few = 3
      const edit = (text) => replaced(text, /\b10000\b/, few)
      const ports = cluster.nodes.map(({ port }) => port)
      const proxy = await Proxy.start(kind.toLowerCase(), ports, cluster.folder, { name: `${kind}-bounded`, edit })
      t.after(() => proxy.stop())
      const eventId = await cluster.event()
      const watch = async (from) => {
        const stream = await Stream.overEvents(cluster, `${proxy.url}/api/events/${eventId}/stream`, from)
        t.after(() => stream.close())
      }
      for (let n = 0; n < few; n += 1) await watch('127.0.30.1')
      await assert.rejects(watch('127.0.30.1'), /503|ECONNRESET|hang up|disconnected/)
      await watch('127.0.30.2')
    })
  }

  eachProxy('passes server-sent events and plain WebSockets on at once', async (proxy, t) => {
    const eventId = await cluster.event()
    const scorer = new Scorer(cluster, eventId, 0)
    t.after(() => scorer.close())
    const open = [
      await Stream.overEvents(cluster, `${proxy.url}/api/events/${eventId}/stream`),
      await Stream.overWebSocket(cluster, `${proxy.url.replace('https', 'wss')}/ws/updates?eventId=${eventId}`),
    ]
    t.after(() => open.forEach((stream) => stream.close()))
    // Nothing more is sent, so data held back in a buffer would never arrive.
    for (let n = 1; n <= 3; n += 1) {
      await scorer.score({ n })
      for (const stream of open) await stream.find(`"n":${n}`)
    }
  })

  test('a polling client whose requests come to another node starts anew and misses nothing', async (t) => {
    const [nginx] = cluster.proxies
    const eventId = await cluster.event()
    const scorer = new Scorer(cluster, eventId, 0)
    t.after(() => scorer.close())
    await scorer.score({ n: 0 })
    const [home, elsewhere] = await twoAddressesOfTwoNodes(nginx)
    const viewers = versions.map((version) => new Viewer(cluster, nginx, eventId, { version, mode: 'polling', from: home }))
    t.after(() => viewers.forEach((viewer) => viewer.close()))
    await Promise.all(viewers.map((viewer) => viewer.arrive()))
    await Promise.all(viewers.map((viewer) => viewer.reach(1)))
    for (const { agent } of viewers) {
      // From Wi-Fi to mobile: same client, new address.
      agent.options.localAddress = elsewhere
      agent.destroy()
    }
    await Promise.all(viewers.map(({ client }) => client.message('connect', 2)))
    await scorer.score({ text: 'é🔥' })
    for (const viewer of viewers) {
      await viewer.reach(2)
      assert.deepEqual(viewer.faults, [], viewer.name)
      assert.deepEqual([viewer.history.recovered, viewer.history.state], [1, { n: 0, text: 'é🔥' }], viewer.name)
    }
  })

  /** Finds two addresses whose polling requests nginx sends to different nodes: each is refused the other's session. */
  async function twoAddressesOfTwoNodes(nginx) {
    const home = '127.0.20.1'
    const opened = await ask(cluster, nginx.url + HANDSHAKE, { from: home })
    const { sid } = JSON.parse(opened.text.slice(1))
    for (let n = 2; n < 60; n += 1) {
      const elsewhere = `127.0.20.${n}`
      const answer = await ask(cluster, `${nginx.url}${HANDSHAKE}&sid=${sid}`, { from: elsewhere, method: 'POST', body: '3' })
      if (answer.status === 200) continue
      assert.deepEqual([answer.status, JSON.parse(answer.text)], [400, { code: 1, message: 'Session ID unknown' }])
      return [home, elsewhere]
    }
    throw new Error('nginx sends every address to one node')
  }
})
