// The one-second cache from docs/operations.md, exactly as written there: guests share answers, and nobody gets an answer
// meant only for the owner of a token.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { before, describe, test } from 'node:test'
import { within } from '../clients/harness/deadline.js'
import { withCluster } from './harness/cluster.js'
import { Proxy, replaced } from './harness/proxy.js'
import { ask } from './harness/request.js'
import { Scorer } from './harness/scorer.js'

const DEADLINE = 60_000
const operations = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8')
const advised = [...operations.matchAll(/<!-- tried by \S+cache\.test\.js -->\n```nginx\n(.*?)```/gs)].map(([, text]) => text)
/** Reports what the cache did; changes nothing else. */
const TOLD = 'add_header X-Cache $upstream_cache_status always;'
/** An operator may add this to cache every answer that does not forbid it for a second, whatever its headers. */
const FOR_ALL = 'proxy_cache_valid any 1s;'

describe('nginx with the advised cache of one second', () => {
  const cluster = withCluster()
  let proxies
  let eventId
  let player
  let operator
  before(async () => {
    assert.equal(advised.length, 2, 'docs/operations.md has both parts')
    const start = async (name, more) => {
      const edit = (text, home) => {
        const [path, location] = advised
        const kept = replaced(path, /\/var\/cache\/nginx\/touchline/, `${home}/cache`)
        const told = replaced(location, /^( *)proxy_cache touchline;$/m, `$&\n${TOLD}\n${more}`)
        const inHttp = replaced(text, /^http \{$/m, `http {\n${kept}`)
        return replaced(inHttp, /^ *location \/ \{$/m, `${told}\n$&`)
      }
      const proxy = await Proxy.start('nginx', cluster.nodes.map(({ port }) => port), cluster.folder, { name, edit })
      cluster.proxies.push(proxy)
      return proxy
    }
    proxies = [await start('advised', ''), await start('all', FOR_ALL)]
    eventId = await cluster.event()
    operator = { authorization: `Bearer ${cluster.token}` }
    const { token } = await cluster.nodes[0].signIn('ann@example.com', 'phone')
    player = { authorization: `Bearer ${token}` }
  })

  /** Repeats a request until the answer is as wanted. */
  const until = async (url, options, wanted, what) => {
    let answer
    const look = async () => {
      do answer = await ask(cluster, url, options)
      while (!wanted(answer))
      return answer
    }
    return within(look(), () => `${what} from ${url}: ${answer?.status} ${JSON.stringify(answer?.headers)} ${answer?.text}`, DEADLINE)
  }
  const isHit = ({ headers }) => headers['x-cache'] === 'HIT'

  for (const n of [0, 1]) {
    describe(n === 0 ? 'as it is advised' : 'with a second for every answer', () => {
      const url = (path) => proxies[n].url + path

      test('guests share the answer to a call that is the same for all', async () => {
        for (const path of ['/api/events', `/api/events/${eventId}`, `/api/events/${eventId}/updates`, '/api/leaderboard', '/api/openapi.json']) {
          const shared = await until(url(path), {}, isHit, 'a shared answer')
          assert.deepEqual([shared.status, shared.headers['cache-control']], [200, 'public, max-age=1'], path)
        }
      })

      test('an update is seen a second later, and who has the answer is told so', async (t) => {
        const scorer = new Scorer(cluster, eventId, 0)
        t.after(() => scorer.close())
        const path = url(`/api/events/${eventId}`)
        await until(path, {}, isHit, 'a shared answer')
        const { seq } = await scorer.score({ n: Math.random() })
        const fresh = await until(path, {}, ({ text }) => JSON.parse(text).seq === seq, 'the update')
        const headers = { 'if-none-match': fresh.headers.etag }
        await until(path, { headers }, ({ status, text }) => status === 304 && text === '', 'nothing new')
      })

      test("an operator's statistics and a person's account are told to nobody else", async () => {
        for (const [path, headers] of [[`/api/events/${eventId}/stats`, operator], ['/api/me', player]]) {
          for (let again = 0; again < 5; again += 1) {
            const own = await ask(cluster, url(path), { headers })
            assert.deepEqual([own.status, own.headers['x-cache']], [200, 'MISS'], path)
            const foreign = await ask(cluster, url(path))
            assert.deepEqual([foreign.status, isHit(foreign)], [401, false], path)
          }
        }
      })

      test("a player's own place is told to the player alone, whoever asked before", async () => {
        for (const path of ['/api/leaderboard', `/api/events/${eventId}/leaderboard`]) {
          for (let again = 0; again < 5; again += 1) {
            const own = await ask(cluster, url(path), { headers: player })
            assert.deepEqual([own.status, 'you' in JSON.parse(own.text), isHit(own)], [200, true, false], path)
            const shared = await until(url(path), {}, isHit, 'a shared answer')
            assert.deepEqual([shared.status, 'you' in JSON.parse(shared.text)], [200, false], path)
          }
        }
      })

      test('a page is told what its own origin may read, and not what another may', async () => {
        const origin = proxies[n].url
        const own = await until(url('/api/events'), { headers: { origin } }, isHit, 'a shared answer')
        assert.equal(own.headers['access-control-allow-origin'], origin)
        const foreign = await until(url('/api/events'), { headers: { origin: 'https://a.example' } }, isHit, 'a shared answer')
        assert.equal(foreign.headers['access-control-allow-origin'], undefined)
      })
    })
  }
})
