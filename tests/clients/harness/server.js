// The real server as a child process, on a database of its own, with the tokens and the feed that a
// test needs.

import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, readdir, readlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createDatabase } from './database.js'
import { DEADLINE, within } from './deadline.js'

const run = promisify(execFile)
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
export const binary = resolve(root, process.env.TOUCHLINE_BIN ?? 'target/debug/touchline')
const LOG_LINES = 40
/** New in each run, and the same for all nodes: the server refuses secrets that stand in the repository. */
const secret = randomBytes(32).toString('hex')

export class Server {
  /** What was logged as an error, or of a panic, or by nobody: in 1970 there was no server. */
  alarms = []
  #env
  #process
  #program
  #exit
  #log = []
  #lines = []
  #database

  /** A running server on a new database of `kind`; `settings` are further environment variables, `program` what is run. */
  static async start(kind, settings = {}, program = binary) {
    return Server.startOn(await createDatabase(kind), settings, program)
  }

  /** A running server on a database that is there, `{url, drop}`: one of several nodes, where others have it too. */
  static async startOn(database, settings = {}, program = binary) {
    if (!existsSync(program)) throw new Error(`there is no ${program}: build it, or set TOUCHLINE_BIN`)
    const server = new Server()
    server.#program = program
    server.#database = database
    // Settings of the person who runs the tests are kept out; only what a program needs goes in.
    const { PATH, HOME, TMPDIR, RUST_LOG } = process.env
    // On a busy machine a slow database is no outage.
    const defaults = { PATH, HOME, TMPDIR, RUST_LOG, SECRET_KEY: secret, DATABASE_TIMEOUT: '30s' }
    server.#env = { ...defaults, ...settings, DATABASE_URL: database.url }
    try {
      await server.#spawn('127.0.0.1:0')
    } catch (error) {
      await database.drop()
      throw error
    }
    return server
  }

  get pid() {
    return this.#process.pid
  }

  async #spawn(address) {
    const child = spawn(this.#program, ['serve'], {
      env: { ...this.#env, BIND_ADDR: address },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process = child
    this.#exit = new Promise((done) => {
      child.once('exit', (code, signal) => done({ code, signal }))
    })
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#log.push(line)
      if (/panicked|\bERROR\b|^1970/.test(line)) this.alarms.push(line)
      if (this.#log.length > LOG_LINES) this.#log.shift()
      for (const waiting of this.#lines.splice(0)) waiting()
    })
    const ready = new Promise((done) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const found = line.match(/^Touchline is listening on (http:\/\/127\.0\.0\.1:(\d+))$/)
        if (found) done(found)
      })
    })
    const ended = this.#exit.then(({ code, signal }) => {
      throw new Error(`the server ended (${code ?? signal}) before it listened:\n${this.log()}`)
    })
    ended.catch(() => {})
    const [, url, port] = await within(
      Promise.race([ready, ended]),
      () => `the line that says that the server listens; its log:\n${this.log()}`,
      )
    this.url = url
    this.port = Number(port)
  }

  /** The last lines that the server logged. */
  log() {
    return this.#log.join('\n')
  }

  /** Prints a service token of a new account with `role`; a scorer is assigned to `events`. */
  async token(role, events = []) {
    this.tokens = (this.tokens ?? 0) + 1
    const name = `${role}-${this.tokens}`
    const assigned = events.flatMap((id) => ['--event', id])
    const words = ['token', 'create', '--email', `${name}@example.com`, '--role', role, '--name', name]
    const { stdout } = await run(binary, [...words, ...assigned], { env: this.#env })
    return stdout.trim()
  }

  /** What `GET path` answers, parsed. */
  async get(path) {
    const answer = await fetch(this.url + path, { signal: AbortSignal.timeout(DEADLINE) })
    return answer.json()
  }

  /** What `POST path` answers, parsed. */
  async post(path, body) {
    const answer = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(DEADLINE),
    })
    return answer.json()
  }

  /** Signs `email` in on `device` by the code that the console shows: `{token, user, replaced}`. */
  async signIn(email, device, name = 'Ann') {
    const { challengeId } = await this.post('/api/auth/signup', { email, name })
    const code = await this.code(email)
    const signedIn = await this.post('/api/auth/verify', { challengeId, code, device: { id: device, name: device } })
    if (!signedIn.ok) throw new Error(`not signed in: ${JSON.stringify(signedIn)}`)
    return signedIn
  }

  /** The code that the console shows for `email`, once it does; each is given once. */
  code(email) {
    const shown = new RegExp(`To: {3}${email} *│\\n│ Code: (\\d{8})`)
    return within(this.#logged(shown), () => `the code; the log:\n${this.log()}`)
  }

  /** What `pattern` finds in the log that was not asked for before, once it is there. */
  async #logged(pattern) {
    for (;;) {
      const found = this.log().match(pattern)
      if (found) {
        this.#log = this.log().replace(pattern, '(a code that was read)').split('\n')
        return found[1]
      }
      await new Promise((line) => this.#lines.push(line))
    }
  }

  /** What `/metrics` says of a counter or gauge, named with its labels. */
  async metric(series) {
    const answer = await fetch(`${this.url}/metrics`, { signal: AbortSignal.timeout(DEADLINE) })
    const line = (await answer.text()).split('\n').find((line) => line.startsWith(`${series} `))
    if (!line) throw new Error(`there is no metric ${series}`)
    return Number(line.slice(series.length))
  }

  /** The event as the database has it, `{event, epoch, seq, snapshot, …}`. */
  event(eventId) {
    return this.get(`/api/events/${encodeURIComponent(eventId)}`)
  }

  /** How many sockets the process has open: its connections, and a few of its own. */
  async sockets() {
    const folder = `/proc/${this.pid}/fd`
    // A file may be closed between being listed and being looked at.
    const kinds = (await readdir(folder)).map((name) => readlink(`${folder}/${name}`).catch(() => ''))
    return (await Promise.all(kinds)).filter((kind) => kind.startsWith('socket:')).length
  }

  /** Resident memory of the process, in MB. */
  async memory() {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8')
    return Number(status.match(/^VmRSS:\s+(\d+) kB$/m)[1]) / 1024
  }

  /** Asks the server to stop; gives its exit `{code, signal, ms}`. */
  async terminate(signal = 'SIGTERM', ms = DEADLINE) {
    const begun = performance.now()
    this.#process.kill(signal)
    const exit = await within(this.#exit, () => `the server's end after ${signal}; its log:\n${this.log()}`, ms)
    return { ...exit, ms: performance.now() - begun }
  }

  /** Starts it again on the same port and database. */
  startAgain() {
    return this.#spawn(`127.0.0.1:${this.port}`)
  }

  /** Starts it again if it has ended: for the end of a test that stops it, which may fail in between. */
  async bringBack() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) await this.startAgain()
  }

  /** Ends the server at once and removes its database. */
  async stop() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.terminate('SIGKILL')
    await this.#database.drop()
  }
}
