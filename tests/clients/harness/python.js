// The virtual environment of the Python clients, made where it is not there yet.

import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const here = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const environment = join(here, '.venv')
const requirements = join(here, 'python/requirements.txt')
const MINUTES = 60_000

/** Where the Python programs are. */
export const folder = join(here, 'python')

/** The interpreter that has what these need. */
export const interpreter = join(environment, 'bin/python')

/** The environment is made anew when the requirements have changed. */
export async function prepare() {
  const stamp = join(environment, 'requirements.txt')
  const wanted = await readFile(requirements, 'utf8')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return
  await rm(environment, { recursive: true, force: true })
  await mkdir(environment, { recursive: true })
  await run('python3', ['-m', 'venv', environment])
  await run(join(environment, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements], { timeout: 5 * MINUTES })
  await cp(requirements, stamp)
}
