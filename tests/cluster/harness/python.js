// A virtual environment of Python with the tools that check what is shipped; made anew when the requirements change.

import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const here = join(dirname(fileURLToPath(import.meta.url)), '..')
const environment = join(here, '.venv')
const requirements = join(here, 'deploy/requirements.txt')

/** Where the tools are. */
export const tools = join(environment, 'bin')

export async function preparePython() {
  const stamp = join(environment, 'requirements.txt')
  const wanted = await readFile(requirements, 'utf8')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return
  await rm(environment, { recursive: true, force: true })
  await mkdir(environment, { recursive: true })
  await run('python3', ['-m', 'venv', environment])
  await run(join(tools, 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements], { timeout: 300_000 })
  await cp(requirements, stamp)
}
