import { builtInPlugins } from '../../../plugins/index.js'
import { UserError } from '../../errors.js'
import { type Answer, answerOf } from '../../instance/answer.js'
import { explicitAssignment } from '../../instance/explicit-assignment.js'
import { readInstance, readInstanceAndAssignment } from '../../instance/read-instance.js'
import { schedule } from '../../instance/schedule.js'
import { readInput } from '../input.js'
import { note, printJson } from '../streams.js'

export interface EvaluateArguments {
  readonly scheduler?: string
  readonly options?: string
  readonly seed?: number
}

/** `cotwin evaluate`: returns the exit code. */
export async function evaluateCommand(
  instancePath: string,
  assignmentPath: string | undefined,
  { scheduler, ...options }: EvaluateArguments,
): Promise<number> {
  if ((assignmentPath === undefined) === (scheduler === undefined))
    throw new UserError('expected an assignment or --scheduler, and not both')
  if (instancePath === '-' && assignmentPath === '-')
    throw new UserError('instance and assignment cannot both come from standard input')
  const answer =
    scheduler === undefined
      ? await evaluate(instancePath, assignmentPath as string)
      : await evaluateScheduler(instancePath, scheduler, options)
  for (const { client, message } of answer.violations ?? []) note(`client ${client}: ${message}`)
  printJson(answer)
  return 0
}

async function evaluate(instancePath: string, assignmentPath: string): Promise<Answer> {
  const { network, assignment } = readInstanceAndAssignment(
    await readInput(instancePath),
    await readInput(assignmentPath),
  )
  return answerOf(network, assignment)
}

async function evaluateScheduler(
  instancePath: string,
  scheduler: string,
  options: Omit<EvaluateArguments, 'scheduler'>,
): Promise<Answer> {
  const network = readInstance(await readInput(instancePath))
  const assignment = await schedule(network, scheduler, { ...options, registry: builtInPlugins })
  return { ...answerOf(network, assignment), assignment: explicitAssignment(assignment, network.channels) }
}
