// A separate database for each test: a file for SQLite, a new database on the test server for Postgres.

import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const databases = ['sqlite', 'postgres']

/** `{url, drop}`: `url` is the value for `DATABASE_URL`; `drop` deletes the database. */
export function createDatabase(kind) {
  return kind === 'sqlite' ? createSqlite() : createPostgres()
}

async function createSqlite() {
  const folder = await mkdtemp(join(tmpdir(), 'touchline-clients-'))
  return {
    url: `sqlite://${join(folder, 'touchline.db')}`,
    drop: () => rm(folder, { recursive: true, force: true }),
  }
}

async function createPostgres() {
  const server = process.env.TEST_POSTGRES_URL
  if (!server) {
    throw new Error('TEST_POSTGRES_URL is not set: run this through scripts/with-postgres')
  }
  const name = `clients_${randomUUID().replaceAll('-', '')}`
  const psql = (sql) => run('psql', [server, '-qX', '-v', 'ON_ERROR_STOP=1', '-c', sql])
  await psql(`create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => psql(`drop database ${name} with (force)`) }
}
