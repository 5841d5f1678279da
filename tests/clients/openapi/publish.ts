// A program with the client that openapi-typescript generates: the compiler checks each call against the description.

import createClient, { type Middleware } from 'openapi-fetch'
import type { components, paths } from './api'

type EventSummary = components['schemas']['EventSummary']

/** The answer of a call that succeeds. */
async function done<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call
  if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(error)}`)
  return data as T
}

/** Makes an event, plays it and archives it. Returns what it was answered. */
export async function publish(baseUrl: string, token: string, email: string) {
  const client = createClient<paths>({ baseUrl })
  const signIn: Middleware = {
    onRequest({ request }) {
      request.headers.set('authorization', `Bearer ${token}`)
    },
  }
  client.use(signIn)

  const body = { sport: 'cricket', title: 'A v B', competitors: [{ name: 'A', short: 'AAA' }, { name: 'B' }] }
  const key = { header: { 'Idempotency-Key': crypto.randomUUID() } }
  const created = await done(client.POST('/api/events', { params: key, body }))
  const again = await done(client.POST('/api/events', { params: key, body }))
  const id: string = created.event.eventId
  const path = { id }

  const put = await done(client.PUT('/api/events/{id}', { params: { path }, body: { sport: 'cricket', title: 'A v C' } }))
  const patched = await done(client.PATCH('/api/events/{id}', { params: { path }, body: { venue: 'Harbour Lane', messages: false } }))
  await done(client.PUT('/api/events/{id}/scorers/{email}', { params: { path: { id, email } } }))
  const live = await done(client.PUT('/api/events/{id}/status', { params: { path }, body: { status: 'live' } }))
  const updates = [{ data: { runs: 1 } }, { data: { runs: 2 }, opId: 'second' }]
  await done(client.POST('/api/events/{id}/updates', { params: { path }, body: { data: { runs: 0 } } }))
  const batch = await done(client.POST('/api/events/{id}/updates', { params: { path }, body: { updates } }))
  if (!('results' in batch)) throw new Error('a batch is answered with results')
  const correction = { voids: [3], data: { runs: 1 }, reason: 'One short' }
  const corrected = await done(client.POST('/api/events/{id}/corrections', { params: { path }, body: correction }))
  const message = await done(client.POST('/api/events/{id}/messages', { params: { path }, body: { text: 'Rain' } }))
  await done(client.DELETE('/api/events/{id}/messages/{messageId}', { params: { path: { id, messageId: message.messageId } } }))
  const query = { status: ['live', 'paused'] as const, q: 'a v', limit: 10 }
  const listed: EventSummary[] = (await done(client.GET('/api/events', { params: { query: { ...query, status: [...query.status] } } }))).events
  const state = await done(client.GET('/api/events/{id}', { params: { path } }))
  await done(client.PUT('/api/events/{id}/archive', { params: { path } }))
  await done(client.DELETE('/api/events/{id}/scorers/{email}', { params: { path: { id, email } } }))
  const refused = await client.PATCH('/api/events/{id}', { params: { path: { id: 'nope' } }, body: { title: 'x' } })
  return { created, again, put, patched, live, batch, corrected, listed, state, code: refused.error?.error.code }
}
