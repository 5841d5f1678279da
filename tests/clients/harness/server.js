// The real server as a child process with its own database, and the tokens and calls that a test needs.

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
/** New in each run and shared by all nodes: the server refuses secrets that are in the repository. */
const secret = randomBytes(32).toString('hex')

export class Server {
  /** Logged errors and panics, and lines dated 1970, which no server can have written. */
  alarms = []
  #env
  #process
  #program
  #exit
  #log = []
  #lines = []
  #database

  /** Starts a server on a new database of `kind`. `settings` are additional environment variables; `program` is the binary. */
  static async start(kind, settings = {}, program = binary) {
    return Server.startOn(await createDatabase(kind), settings, program)
  }

  /** Starts a server on an existing database `{url, drop}`, which several nodes may share. */
  static async startOn(database, settings = {}, program = binary) {
    if (!existsSync(program)) throw new Error(`${program} does not exist; build it, or set TOUCHLINE_BIN`)
    const server = new Server()
    server.#program = program
    server.#database = database
    // Pass only what a program needs, without the settings of the person who runs the tests.
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
      throw new Error(`the server exited (${code ?? signal}) before it listened:\n${this.log()}`)
    })
    ended.catch(() => {})
    const [, url, port] = await within(
      Promise.race([ready, ended]),
      () => `the line that says that the server listens; its log:\n${this.log()}`,
      )
    this.url = url
    this.port = Number(port)
  }

  /** The server's last log lines. */
  log() {
    return this.#log.join('\n')
  }

  /** Creates a service token for a new account with `role`. A scorer is assigned to `events`. */
  async token(role, events = []) {
    this.tokens = (this.tokens ?? 0) + 1
    const name = `${role}-${this.tokens}`
    const assigned = events.flatMap((id) => ['--event', id])
    const words = ['token', 'create', '--email', `${name}@example.com`, '--role', role, '--name', name]
    const { stdout } = await run(binary, [...words, ...assigned], { env: this.#env })
    return stdout.trim()
  }

  /** The parsed answer to `GET path`. */
  async get(path) {
    const answer = await fetch(this.url + path, { signal: AbortSignal.timeout(DEADLINE) })
    return answer.json()
  }

  /** The parsed answer to `POST path`. */
  async post(path, body) {
    const answer = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(DEADLINE),
    })
    return answer.json()
  }

  /** Signs `email` in on `device` with the code in the server's output: `{token, user, replaced}`. */
  async signIn(email, device, name = 'Ann') {
    const { challengeId } = await this.post('/api/auth/signup', { email, name })
    const code = await this.code(email)
    const signedIn = await this.post('/api/auth/verify', { challengeId, code, device: { id: device, name: device } })
    if (!signedIn.ok) throw new Error(`sign-in failed: ${JSON.stringify(signedIn)}`)
    return signedIn
  }

  /** Waits for a code for `email` in the server's output. Returns each code once. */
  code(email) {
    const shown = new RegExp(`To: {3}${email} *│\\n│ Code: (\\d{8})`)
    return within(this.#logged(shown), () => `the code; the log:\n${this.log()}`)
  }

  /** Waits for a match of `pattern` in the log that was not returned before. */
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

  /** The value of a counter or gauge in `/metrics`, named with its labels. */
  async metric(series) {
    const answer = await fetch(`${this.url}/metrics`, { signal: AbortSignal.timeout(DEADLINE) })
    const line = (await answer.text()).split('\n').find((line) => line.startsWith(`${series} `))
    if (!line) throw new Error(`there is no metric ${series}`)
    return Number(line.slice(series.length))
  }

  /** The event in the database: `{event, epoch, seq, snapshot, …}`. */
  event(eventId) {
    return this.get(`/api/events/${encodeURIComponent(eventId)}`)
  }

  /** The number of open sockets of the process: its connections and a few internal ones. */
  async sockets() {
    const folder = `/proc/${this.pid}/fd`
    // A file may close between `readdir` and `readlink`.
    const kinds = (await readdir(folder)).map((name) => readlink(`${folder}/${name}`).catch(() => ''))
    return (await Promise.all(kinds)).filter((kind) => kind.startsWith('socket:')).length
  }

  /** Resident memory of the process, in MB. */
  async memory() {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8')
    return Number(status.match(/^VmRSS:\s+(\d+) kB$/m)[1]) / 1024
  }

  /** Stops the server and returns its exit: `{code, signal, ms}`. */
  async terminate(signal = 'SIGTERM', ms = DEADLINE) {
    const begun = performance.now()
    this.#process.kill(signal)
    const exit = await within(this.#exit, () => `the server's end after ${signal}; its log:\n${this.log()}`, ms)
    return { ...exit, ms: performance.now() - begun }
  }

  /** Restarts the server on the same port and database. */
  startAgain() {
    return this.#spawn(`127.0.0.1:${this.port}`)
  }

  /** Restarts the server if it has exited. For the cleanup of tests that stop it, which may fail in between. */
  async bringBack() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) await this.startAgain()
  }

  /** Kills the server and deletes its database. */
  async stop() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.terminate('SIGKILL')
    await this.#database.drop()
  }
}
