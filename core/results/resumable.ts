import { join } from 'node:path'
import { type Problem, UserError } from '../errors.js'
import type { Manifest, RunIdentity } from './manifest.js'
import { type Provenance, provenance } from './provenance.js'
import { runFiles } from './run-directory.js'

/** Throws a `UserError` where a run cannot be resumed, whatever its checkpoints hold. */
export function checkResumable(
  begun: Manifest,
  runDirectory: string,
  warn: (problem: Problem) => void,
): void {
  const { status } = begun
  const place = { file: runDirectory }
  if (status === 'finished') {
    throw new UserError({
      message: 'is finished; expected a run that was killed, interrupted or failed',
      place,
    })
  }
  checkPrograms(begun, runDirectory, warn)
}

/** What a run or training says of the programs it was begun with; `programs` is missing in older ones. */
export type BegunWith = Pick<Provenance, 'cotwin' | 'node' | 'cpu'> &
  Partial<Pick<Provenance, 'programs' | 'tensor'>>

/**
 * Throws a `UserError` where a run or training was begun with other programs than are here now; warns of another Node or
 * processor, whose figures may differ in their last digits.
 */
export function checkPrograms(
  { cotwin, programs, node, cpu, tensor }: BegunWith,
  directory: string,
  warn: (problem: Problem) => void,
): void {
  const place = { file: directory }
  const here = provenance()
  const expected = `expected the same, or run its ${runFiles.scenario} again`
  if (cotwin !== here.cotwin) {
    const message = `was begun with cotwin ${cotwin}, and this is ${here.cotwin}; ${expected}`
    throw new UserError({ message, place })
  }
  if (programs !== undefined && programs !== here.programs) {
    const message = `was begun with another build of cotwin ${cotwin}, or other versions of the packages that it uses; ${expected}`
    throw new UserError({ message, place })
  }
  const differing = [
    ...(node === here.node ? [] : [`with Node ${node}, and this is ${here.node}`]),
    ...(tensor === undefined || tensor === here.tensor
      ? []
      : [`with tensors on ${tensor}, and they are on ${here.tensor} now`]),
    ...(cpu.model === here.cpu.model ? [] : [`on ${cpu.model}, and this is ${here.cpu.model}`]),
  ]
  for (const what of differing) {
    warn({ message: `was begun ${what}: figures may differ in their last digits`, place })
  }
}

type MadeFrom = Pick<RunIdentity, 'resolvedHash' | 'scenarioFileHash' | 'sources' | 'computedWith'>

/** Throws a `UserError` that names every file and plugin which is not what a run or training was begun with. */
export function checkSame(begun: MadeFrom, now: MadeFrom, runDirectory: string): void {
  const problems: Problem[] = []
  const expected = 'expected it as it was, or a new run'
  const differs = (what: 'resolvedHash' | 'scenarioFileHash') =>
    begun[what] !== undefined && begun[what] !== now[what]
  if (differs('resolvedHash') || differs('scenarioFileHash')) {
    const place = { file: join(runDirectory, runFiles.scenario) }
    problems.push({ message: `has changed since the run began; ${expected}`, place })
  }
  const what = { plugin: 'this plugin, or what it imports,', data: 'this data file' }
  for (const role of ['plugin', 'data'] as const) {
    const before = begun.sources.filter((source) => source.role === role)
    const after = now.sources.filter((source) => source.role === role)
    for (const [i, { path, sha256 }] of after.entries()) {
      if (before[i]?.sha256 === sha256) continue
      problems.push({
        message: `${what[role]} has changed since the run began; ${expected}`,
        place: { file: path },
      })
    }
  }
  for (const [label, versions] of Object.entries(begun.computedWith ?? {}))
    for (const [name, version] of Object.entries(versions)) {
      const found = now.computedWith?.[label]?.[name]
      if (found === version) continue
      const message = `${label} was begun with ${name} ${version}, and here is ${found ?? 'none'}; ${expected}`
      problems.push({ message, place: { file: runDirectory } })
    }
  if (problems.length > 0) throw new UserError(problems)
}
