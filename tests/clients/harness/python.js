// The Python virtual environments that tests need, created on demand.

import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const here = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const MINUTES = 60_000

/** The environment in a folder of tests: the path of its `tools`, and `prepare`, which recreates it if the requirements changed. */
export function virtualEnvironment(home, requirements) {
  const environment = join(home, '.venv')
  const tools = join(environment, 'bin')
  async function prepare() {
    const stamp = join(environment, 'requirements.txt')
    const wanted = await readFile(requirements, 'utf8')
    if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return
    await rm(environment, { recursive: true, force: true })
    await mkdir(environment, { recursive: true })
    await run('python3', ['-m', 'venv', environment])
    await run(join(tools, 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements], { timeout: 5 * MINUTES })
    await cp(requirements, stamp)
  }
  return { tools, prepare }
}

/** The folder of the Python clients. */
export const folder = join(here, 'python')

const { tools, prepare } = virtualEnvironment(here, join(folder, 'requirements.txt'))
export { prepare }

/** The interpreter with the clients' requirements. */
export const interpreter = join(tools, 'python')
