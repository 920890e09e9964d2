import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../errors.js'
import { trainingFiles } from '../../results/training-results.js'
import { resume } from '../../run.js'
import type { ResumeArguments } from '../options.js'
import { playRun } from '../play-run.js'
import { trainCommand } from './train.js'

/** `cotwin resume`, of a run or a training: returns the exit code. */
export async function resumeCommand(
  directory: string,
  { decisionLimit, ...print }: ResumeArguments,
): Promise<number> {
  if (!existsSync(join(directory, trainingFiles.identity))) {
    const limit = decisionLimit !== undefined && { decisionLimitSeconds: decisionLimit }
    return playRun((options) => resume(directory, { ...options, ...limit }), print)
  }
  const { report, ...printed } = print
  const ofRuns = [
    ...(decisionLimit === undefined ? [] : ['--decision-limit']),
    ...(report === false ? ['--no-report'] : []),
  ]
  if (ofRuns.length === 0) return trainCommand(undefined, { resume: directory, ...printed })
  const message = `is a training; ${ofRuns.join(' and ')} ${ofRuns.length === 1 ? 'is' : 'are'} for runs`
  throw new UserError({ message, place: { file: directory } })
}
