import { resume } from '../../run.js'
import { type PrintArguments, playRun } from '../play-run.js'

/** `cotwin resume`: returns the exit code. */
export const resumeCommand = (runDirectory: string, print: PrintArguments): Promise<number> =>
  playRun((options) => resume(runDirectory, options), print)
