import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { makeDirectories } from '../files/make-directory.js'
import { isValid } from '../files/schema-violation.js'
import { jsonText, writeTextFile } from '../files/write-file.js'

/** The folder of a campaign that says which cells and trainings have failed, and why. */
const FAILURES = 'failures'

const failureSchema = Type.Object({
  address: Type.String(),
  host: Type.String(),
  problems: Type.Array(Type.String()),
  stack: Type.Optional(Type.String()),
  /** Whether trying again may help. */
  again: Type.Boolean(),
})

/** Why a cell or training did not come to its end. */
export type CampaignFailure = Readonly<Static<typeof failureSchema>>

export function writeFailure(directory: string, failure: CampaignFailure): void {
  try {
    makeDirectories(join(directory, FAILURES))
    writeTextFile(pathOf(directory, failure.address), jsonText(failure))
  } catch {
    // On a full disk: the worker says it itself.
  }
}

/** Forgets a failure: it went well since. */
export const removeFailure = (directory: string, address: string): void =>
  rmSync(pathOf(directory, address), { force: true })

export function readFailures(directory: string): CampaignFailure[] {
  return namesIn(join(directory, FAILURES)).flatMap((name) => {
    try {
      const failure: unknown = JSON.parse(readFileSync(join(directory, FAILURES, name), 'utf8'))
      return isFailure(failure) ? [failure] : []
    } catch {
      return []
    }
  })
}

/** Whether a value is a failure, as another host may have sent it. */
export const isFailure = (value: unknown): value is CampaignFailure => isValid(failureSchema, value)

const pathOf = (directory: string, address: string): string => join(directory, FAILURES, `${address}.json`)

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^[0-9a-f]{24}\.json$/.test(name))
  } catch {
    return []
  }
}
