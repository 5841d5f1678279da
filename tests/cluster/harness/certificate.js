// A test certificate for 127.0.0.1, in the files that the load balancers' configurations name.

import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Writes `fullchain.pem`, `privkey.pem` and `touchline.pem` to a folder. Returns the certificate for clients to trust. */
export async function makeCertificate(folder) {
  const [chain, key] = [join(folder, 'fullchain.pem'), join(folder, 'privkey.pem')]
  await run('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=tests', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', chain,
  ])
  const certificate = await readFile(chain, 'utf8')
  await writeFile(join(folder, 'touchline.pem'), certificate + (await readFile(key, 'utf8')), { mode: 0o600 })
  return certificate
}
