import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { trainingFiles } from '../../results/training-results.js'
import { resume } from '../../run.js'
import { type PrintArguments, playRun } from '../play-run.js'
import { trainCommand } from './train.js'

/** `cotwin resume`, of a run or a training: returns the exit code. */
export const resumeCommand = (directory: string, print: PrintArguments): Promise<number> =>
  existsSync(join(directory, trainingFiles.identity))
    ? trainCommand(undefined, { resume: directory, ...print })
    : playRun((options) => resume(directory, options), print)
