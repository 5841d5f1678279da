// An evening at the club, for the screenshots: live matches, a crowd that watches and reacts, players with points (some
// held), and operators.

import { io } from 'socket.io-client'
import { DEADLINE } from '../../clients/harness/deadline.js'
import { chess, cricket, football, rowing } from './matches.js'
import { Person } from './person.js'
import { Player } from './player.js'

const HOUR = 3_600_000
const actions = [{ name: 'call', points: 5, minMs: 50, cooldownMs: 0, dailyCap: 500 }]
/** Settings that hold a player's third action and all later ones. */
export const settings = { INTEGRITY_EXACT_COUNT: '3', INTEGRITY_EXACT_WITHIN: '10s', MESSAGE_RATE: '50/1s', REACTION_RATE: '50/1s' }

const players = [
  ['Imran Sethi', 2], ['Louisa Brandt', 2], ['Tom Okoro', 1], ['Maya Lindqvist', 2], ['Jonas Weber', 5], ['Priya Nair', 1], ['Sam Whitlock', 4],
]
const words = [
  ['Imran Sethi', 'What a catch at deep square leg!'],
  ['Maya Lindqvist', 'Desai is new to this pitch, watch the slower ball'],
  ['Tom Okoro', '65 from 45. Game on.'],
]
const GUESTS = 9

export class Evening {
  ids = {}
  #sockets = []
  #players = []

  static async open(stage) {
    const evening = new Evening()
    const { ids } = evening
    for (const match of [cricket, football, chess, rowing]) ids[match.sport] = await stage.play({ ...match, actions })
    ids.next = await stage.scorer.event({
      sport: 'cricket', title: 'Lakeside v Fairfield', status: 'scheduled', startsAt: Math.ceil(Date.now() / HOUR + 25) * HOUR,
    })
    const over = await stage.play({ ...football, title: 'Croatia v Morocco, third place 2022', updates: [] })
    await stage.scorer.status(over, 'ended')
    await evening.#crowd(stage)
    const { server } = stage
    const boss = await server.signIn('joan.hill@club.example', 'the club’s laptop', 'Joan Hill')
    for (const role of ['admin', 'scorer', 'reviewer']) await stage.scorer.ask('role:grant', { email: boss.user.email, role })
    for (const [email, role] of [['ravi@club.example', 'scorer'], ['edith@club.example', 'scorer'], ['oscar@club.example', 'reviewer']]) {
      await stage.scorer.ask('role:grant', { email, role })
    }
    for (const email of ['ravi@club.example', 'edith@club.example']) await stage.scorer.ask('event:assign', { eventId: ids.cricket, email })
    evening.boss = await Person.with(boss)
    return evening
  }

  async #crowd({ server }) {
    const { cricket: eventId } = this.ids
    const byName = new Map()
    for (const [index, [name, times]] of players.entries()) {
      const player = await Player.of(server, `player${index}@club.example`, name)
      byName.set(name, player)
      this.#players.push(player)
      for (let time = 0; time < times; time += 1) await player.earn(eventId, 'call')
    }
    for (const [name, text] of words) await byName.get(name).ask('message', { eventId, text })
    for (let guest = 0; guest < GUESTS; guest += 1) {
      const socket = io(server.url, { transports: [guest % 3 === 0 ? 'polling' : 'websocket'], forceNew: true })
      this.#sockets.push(socket)
      await socket.timeout(DEADLINE).emitWithAck('join', { eventId, id: `guest-${guest}` })
    }
  }

  /** Makes some of the crowd react. */
  async react() {
    const { cricket: eventId } = this.ids
    for (const [index, socket] of this.#sockets.entries()) {
      for (const emoji of ['👏', '🔥', '😮'].slice(0, 1 + (index % 3))) {
        await socket.timeout(DEADLINE).emitWithAck('reaction', { eventId, emoji })
      }
    }
  }

  async close() {
    for (const socket of this.#sockets) socket.close()
    for (const player of this.#players) player.close()
    await this.boss?.close()
  }
}
