// A login on another device: the first device is notified and disconnected, and its client does not reconnect.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { eachCell, opener } from './harness/cells.js'
import { Client } from './harness/clients.js'
import { within } from './harness/deadline.js'

const settings = { OTP_RESEND: '1ms', OTP_PER_ADDRESS: '1000/1h', OTP_PER_IP: '100000/1h' }

eachCell(({ version, mode, ground }) => {
  const open = opener(ground, { version, mode })

  test('the replaced device is told, disconnected, and refused for good', async (t) => {
    const { server } = ground
    const email = `${randomUUID()}@example.org`
    const phone = await server.signIn(email, 'phone')
    const client = await open(t, { credentials: { token: phone.token }, reconnection: true })
    const eventId = await ground.feed.event()
    const joined = await client.ask('join', { eventId, id: 'somebody else' })
    assert.equal(joined.viewerId, phone.user.id)
    const laptop = await server.signIn(email, 'laptop')
    assert.equal(laptop.replaced, true)

    const [replaced] = await client.message('session:replaced')
    assert.deepEqual(replaced.device, { name: 'laptop' })
    assert.ok(Math.abs(Date.now() - replaced.at) < 60_000, String(replaced.at))
    await client.until(() => client.all('disconnect').length > 0, 'the disconnection')
    assert.deepEqual(client.all('disconnect'), [['io server disconnect']])
    // The client does not reconnect on its own; a manual attempt is refused.
    assert.equal(client.all('connect').length, 1)
    const again = new Client(server.url, { version, mode, credentials: { token: phone.token }, reconnection: true })
    t.after(() => again.close())
    assert.equal(await within(again.refused, 'the refusal'), 'session_replaced')
    assert.equal(again.socket.connected, false)

    const other = await open(t, { credentials: { token: laptop.token } })
    assert.equal((await other.ask('join', { eventId })).viewerId, phone.user.id)
  })

  test('a client whose session ends comes back with its new token', async (t) => {
    const email = `${randomUUID()}@example.org`
    const first = await ground.server.signIn(email, 'phone')
    const client = await open(t, { credentials: { token: first.token } })
    const second = await ground.server.signIn(email, 'phone')
    assert.equal(second.replaced, false)
    await client.until(() => client.all('disconnect').length > 0, 'the end of the connection')
    assert.deepEqual(client.all('session:replaced'), [])
    const again = await open(t, { credentials: { token: second.token } })
    assert.ok((await again.ask('heartbeat')).ok)
  })
}, settings)
