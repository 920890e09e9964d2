import { run } from '../../run.js'
import type { RunArguments } from '../options.js'
import { playRun } from '../play-run.js'

/** The setting over a scenario's that `--decision-limit` stands for. */
export const decisionLimitOverride = (seconds: number | undefined): string[] =>
  seconds === undefined ? [] : [`decisionLimitSeconds=${seconds}`]

/** `cotwin run`: returns the exit code. */
export async function runCommand(
  path: string,
  { set = [], seed, out, checkpointEvery, decisionLimit, ...print }: RunArguments,
): Promise<number> {
  const overrides = [
    ...set,
    ...(checkpointEvery === undefined ? [] : [`checkpoint.everyRounds=${checkpointEvery}`]),
    ...decisionLimitOverride(decisionLimit),
  ]
  return playRun(
    (options) =>
      run(path, {
        ...options,
        overrides,
        ...(seed !== undefined && { seed }),
        ...(out !== undefined && { out }),
      }),
    print,
  )
}
