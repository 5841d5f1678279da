// The virtual environments of Python that tests need, made where they are not there yet.

import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const here = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const MINUTES = 60_000

/** The environment in a folder of tests: where its `tools` are, and how to `prepare` it: anew when the requirements have changed. */
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

/** Where the Python clients are. */
export const folder = join(here, 'python')

const { tools, prepare } = virtualEnvironment(here, join(folder, 'requirements.txt'))
export { prepare }

/** The interpreter that has what these need. */
export const interpreter = join(tools, 'python')
