import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../errors.js'
import { fileError } from '../files/system-error.js'
import type { Starter } from './starter.js'

/** What was written and what was there already, as file names. */
export interface WrittenStarter {
  readonly written: readonly string[]
  readonly kept: readonly string[]
}

/** Writes a new plugin into a folder; nothing that is there is ever changed. */
export function writeStarter(directory: string, { own, project }: Starter): WrittenStarter {
  const taken = Object.keys(own).filter((name) => existsSync(join(directory, name)))
  if (taken.length > 0)
    throw new UserError(
      taken.map((name) => ({
        message: 'is there already and stays as it is; choose another name or --directory',
        place: { file: join(directory, name) },
      })),
    )
  try {
    const kept = Object.keys(project).filter((name) => existsSync(join(directory, name)))
    const written = Object.entries({ ...own, ...project }).filter(([name]) => !kept.includes(name))
    // Should someone else be writing the same, theirs stays.
    for (const [name, text] of written) writeFileSync(join(directory, name), text, { flag: 'wx' })
    return { written: written.map(([name]) => name), kept }
  } catch (error) {
    throw fileError(directory, 'cannot be written to', error)
  }
}
