import { join } from 'node:path'
import { type Problem, UserError } from '../errors.js'
import type { Manifest, RunIdentity } from './manifest.js'
import { provenance } from './provenance.js'
import { runFiles } from './run-directory.js'

/** Throws a `UserError` where a run cannot be resumed, whatever its checkpoints hold. */
export function checkResumable(
  { status, cotwin, node }: Manifest,
  runDirectory: string,
  warn: (problem: Problem) => void,
): void {
  const place = { file: runDirectory }
  if (status === 'finished') {
    throw new UserError({
      message: 'is finished; expected a run that was killed, interrupted or failed',
      place,
    })
  }
  const here = provenance()
  if (cotwin !== here.cotwin) {
    const message = `was begun with cotwin ${cotwin}, and this is ${here.cotwin}; expected the same, or run its ${runFiles.scenario} again`
    throw new UserError({ message, place })
  }
  if (node !== here.node) {
    const message = `was begun with Node ${node}, and this is ${here.node}: figures may differ in their last digits`
    warn({ message, place })
  }
}

/** Throws a `UserError` that names every file which is not what the run was begun with. */
export function checkSame(
  begun: Manifest,
  now: Pick<RunIdentity, 'resolvedHash' | 'scenarioFileHash' | 'sources'>,
  runDirectory: string,
): void {
  const problems: Problem[] = []
  const expected = 'expected it as it was, or a new run'
  const differs = (what: 'resolvedHash' | 'scenarioFileHash') =>
    begun[what] !== undefined && begun[what] !== now[what]
  if (differs('resolvedHash') || differs('scenarioFileHash')) {
    const place = { file: join(runDirectory, runFiles.scenario) }
    problems.push({ message: `has changed since the run began; ${expected}`, place })
  }
  for (const role of ['plugin', 'data'] as const) {
    const before = begun.sources.filter((source) => source.role === role)
    const after = now.sources.filter((source) => source.role === role)
    for (const [i, { path, sha256 }] of after.entries()) {
      if (before[i]?.sha256 === sha256) continue
      problems.push({
        message: `this ${role} file has changed since the run began; ${expected}`,
        place: { file: path },
      })
    }
  }
  if (problems.length > 0) throw new UserError(problems)
}
