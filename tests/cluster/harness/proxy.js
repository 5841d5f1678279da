// nginx and HAProxy as processes, with the files in deploy/. Only machine-specific parts are replaced: ports, nodes, the
// certificate's folder, and the folder for nginx's temporary files.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { within } from '../../clients/harness/deadline.js'

const run = promisify(execFile)
const deploy = resolve(dirname(fileURLToPath(import.meta.url)), '../../../deploy')

const KINDS = {
  nginx: {
    file: 'nginx.conf',
    adapt: (text, folder) => {
      const kept = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`)
      const logging = replaced(text, /\/var\/log\/nginx/g, folder)
      // If started as root, the workers run as another user, who cannot enter the test's folder.
      const user = process.getuid() === 0 ? 'user root;\n' : ''
      return replaced(logging, /^http \{$/m, `${user}pid ${folder}/nginx.pid;\nhttp {\n${kept.join('\n')}`)
    },
    program: ['/usr/sbin/nginx', 'nginx'],
    words: (file, folder) => ['-p', folder, '-e', 'stderr', '-c', file, '-g', 'daemon off;'],
    check: (file, folder) => ['-p', folder, '-e', 'stderr', '-t', '-c', file],
  },
  haproxy: {
    file: 'haproxy.cfg',
    adapt: (text) => text,
    program: ['/usr/sbin/haproxy', 'haproxy'],
    words: (file) => ['-db', '-f', file],
    check: (file) => ['-c', '-f', file],
  },
}

export class Proxy {
  #process
  #exit
  #log = []

  /**
   * Starts `kind` in front of `nodes` (ports), with the certificate in `folder`. `edit(text, home)` changes the shipped
   * file as an operator would; `name` distinguishes several proxies of one kind.
   */
  static async start(kind, nodes, folder, { name = kind, edit = (text) => text } = {}) {
    const proxy = new Proxy()
    proxy.kind = kind
    const home = join(folder, name)
    await mkdir(home)
    proxy.port = await freePort()
    proxy.url = `https://127.0.0.1:${proxy.port}`
    proxy.plainPort = await freePort()
    const { file, adapt } = KINDS[kind]
    const ports = { 80: proxy.plainPort, 443: proxy.port }
    proxy.file = join(home, file)
    proxy.home = home
    const shipped = edit(await readFile(join(deploy, file), 'utf8'), home)
    await writeFile(proxy.file, adapt(located(shipped, ports, nodes, folder), home))
    await proxy.#run()
    return proxy
  }

  /** Checks the file with the program; throws its output if it is invalid. */
  async check() {
    await run(await program(this.kind), KINDS[this.kind].check(this.file, this.home))
  }

  async #run() {
    const child = spawn(await program(this.kind), KINDS[this.kind].words(this.file, this.home), { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = child
    this.#exit = once(child, 'exit')
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.#log.push(text)
      })
    }
    const ended = this.#exit.then(() => {
      throw new Error(`${this.kind} ended:\n${this.log()}`)
    })
    ended.catch(() => {})
    const enough = new AbortController()
    try {
      await within(Promise.race([accepts(this.port, enough.signal), ended]), () => `${this.kind} to listen:\n${this.log()}`)
    } finally {
      enough.abort()
    }
  }

  log() {
    return this.#log.join('')
  }

  /** The content of all logs. */
  async everyLog() {
    const files = this.kind === 'nginx' ? ['access.log', 'error.log'] : []
    const texts = await Promise.all(files.map((file) => readFile(join(this.home, file), 'utf8')))
    return [this.log(), ...texts].join('\n')
  }

  /** Waits until the request log is as wanted, and returns it. */
  async requests(wanted) {
    const read = () => (this.kind === 'nginx' ? readFile(join(this.home, 'access.log'), 'utf8') : this.log())
    const look = async () => {
      for (;;) {
        const text = await read()
        if (wanted(text)) return text
        await new Promise((done) => setImmediate(done))
      }
    }
    return within(look(), `a line in the log of ${this.kind}`)
  }

  async stop() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    this.#process.kill('SIGTERM')
    await within(this.#exit, `the end of ${this.kind}`)
  }

  /** Restarts the proxy, so that it forgets its clients. */
  async restart() {
    await this.stop()
    await this.#run()
  }
}

/** The shipped file with this machine's ports, nodes and folder. */
function located(text, ports, nodes, folder) {
  let here = replaced(text, /\/etc\/touchline\/tls/g, folder)
  here = replaced(here, /(listen|bind) (?:\*?:)?80\b/, `$1 127.0.0.1:${ports[80]}`)
  here = replaced(here, /(listen|bind) (?:\*?:)?443\b/, `$1 127.0.0.1:${ports[443]}`)
  const line = /^( *server) (?:node1 )?node1:3000(.*)\n *server (?:node2 )?node2:3000.*$/gm
  return replaced(here, line, (whole, server, rest) => {
    const named = /node1 node1:/.test(whole)
    return nodes.map((port, n) => `${server} ${named ? `node${n + 1} ` : ''}127.0.0.1:${port}${rest}`).join('\n')
  })
}

export function replaced(text, pattern, by) {
  assert.match(text, new RegExp(pattern, pattern.flags.replace('g', '')))
  return text.replace(pattern, by)
}

/** Finds the program. Debian installs both outside an ordinary user's PATH. */
async function program(kind) {
  const [usual, name] = KINDS[kind].program
  return run(usual, ['-v']).then(() => usual, () => name)
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Resolves once a port accepts connections, unless the signal aborts. */
function accepts(port, signal) {
  return new Promise((done) => {
    const attempt = () => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => {
        socket.destroy()
        done()
      })
      socket.once('error', () => !signal.aborted && setTimeout(attempt, 20))
    }
    attempt()
  })
}
