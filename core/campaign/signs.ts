import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { cpus, hostname } from 'node:os'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { makeDirectories } from '../files/make-directory.js'
import { isValid } from '../files/schema-violation.js'
import { jsonText, writeTextFile } from '../files/write-file.js'

/** The folder of a campaign in which its workers say that they are there. */
const WORKERS = 'workers'
/** How often a worker says so, ms. */
export const SIGN_EVERY_MS = 2000
/** A worker that has said nothing for so long is held to have ended, ms. */
const SILENT_AFTER_MS = 60_000

const signSchema = Type.Object({
  worker: Type.String(),
  host: Type.String(),
  cpu: Type.String(),
  node: Type.String(),
  pid: Type.Integer(),
  /** Number of its task; absent where it takes cells one by one. */
  task: Type.Optional(Type.Integer()),
  workers: Type.Integer(),
  finished: Type.Integer(),
  failed: Type.Integer(),
  /** What its finished cells took, s of one thread, and what was expected of them. */
  seconds: Type.Number(),
  expected: Type.Number(),
  inHand: Type.Array(Type.Object({ address: Type.String(), played: Type.Integer(), rounds: Type.Integer() })),
})

/** What a worker says of itself while it works. */
export type WorkerSign = Readonly<Static<typeof signSchema>>

/** Who this worker is, told from all others. */
export const ownSign = (): Pick<WorkerSign, 'worker' | 'host' | 'cpu' | 'node' | 'pid'> => ({
  worker: `${hostname().replace(/[^\w.-]/g, '-')}-${process.pid}-${randomBytes(4).toString('hex')}`,
  host: hostname(),
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  node: process.versions.node,
  pid: process.pid,
})

/** Says what a worker is at; a full disk is told of by those who have something to keep. */
export function writeSign(directory: string, sign: WorkerSign): void {
  try {
    makeDirectories(join(directory, WORKERS))
    writeTextFile(pathOf(directory, sign.worker), jsonText(sign))
  } catch {
    // It is no result.
  }
}

export const removeSign = (directory: string, worker: string): void =>
  rmSync(pathOf(directory, worker), { force: true })

/** The workers that have said within the last minute that they are there. */
export function readSigns(directory: string): WorkerSign[] {
  return namesIn(join(directory, WORKERS)).flatMap((name) => {
    const path = join(directory, WORKERS, name)
    try {
      const silent = performance.timeOrigin + performance.now() - statSync(path).mtimeMs
      const sign: unknown = JSON.parse(readFileSync(path, 'utf8'))
      return silent < SILENT_AFTER_MS && isWorkerSign(sign) ? [sign] : []
    } catch {
      // It has just ended.
      return []
    }
  })
}

/** Whether a value is a worker's sign, as another host may have sent it. */
export const isWorkerSign = (value: unknown): value is WorkerSign => isValid(signSchema, value)

const pathOf = (directory: string, worker: string): string => join(directory, WORKERS, `${worker}.json`)

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch {
    return []
  }
}
