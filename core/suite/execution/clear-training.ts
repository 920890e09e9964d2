import { existsSync, readdirSync, rmSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { UserError } from '../../errors.js'
import { isClaim } from '../../files/lock.js'
import { writtenFiles } from '../../files/publish.js'
import { isUnfinished } from '../../files/unfinished.js'
import {
  agentLossesTable,
  trainingFiles,
  trainingTable,
  trainingTimesTable,
} from '../../results/training-results.js'

/**
 * Removes what is left of a training that cannot be gone on with.
 *
 * A `UserError` names what somebody else has put there, and then nothing is removed.
 */
export function clearTraining(directory: string, weights: string): void {
  if (!existsSync(directory)) return
  const tables = [trainingTable, agentLossesTable, trainingTimesTable].map(({ name }) => `${name}.parquet`)
  const { scenario, identity, summary, checkpoints } = trainingFiles
  const ours = new Set([
    ...[scenario, identity, summary, basename(weights)],
    ...tables.flatMap((table) => [table, `${table}.partial`]),
    ...writtenFiles(directory),
  ])
  const others = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep))
    .filter((steps) => {
      const name = steps.at(-1)!
      const ofCheckpoints = steps[0] === checkpoints && name.endsWith('.safetensors')
      return !(ours.has(steps.join('/')) || ofCheckpoints || isClaim(name) || steps.some(isUnfinished))
    })
    .map((steps) => join(directory, ...steps))
  if (others.length > 0)
    throw new UserError(
      others.map((file) => ({
        message:
          'cotwin did not write this, and the training that is kept beside it has to begin again; move it away',
        place: { file },
      })),
    )
  rmSync(directory, { recursive: true, force: true })
}
