import { run } from '../../run.js'
import { type PrintArguments, playRun } from '../play-run.js'

export interface RunArguments extends PrintArguments {
  readonly set?: readonly string[]
  readonly seed?: number
  readonly out?: string
  readonly checkpointEvery?: number
}

/** `cotwin run`: returns the exit code. */
export async function runCommand(
  path: string,
  { set = [], seed, out, checkpointEvery, ...print }: RunArguments,
): Promise<number> {
  const overrides = [
    ...set,
    ...(checkpointEvery === undefined ? [] : [`checkpoint.everyRounds=${checkpointEvery}`]),
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
