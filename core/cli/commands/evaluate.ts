import { builtInPlugins } from '../../../plugins/index.js'
import { UserError } from '../../errors.js'
import { type Answer, answerOf } from '../../instance/answer.js'
import { explicitAssignment } from '../../instance/explicit-assignment.js'
import { readInstance, readInstanceAndAssignment } from '../../instance/read-instance.js'
import { allocate, schedule } from '../../instance/schedule.js'
import type { Assignment } from '../../network/assignment.js'
import { asDecision, type Decision } from '../../network/decision.js'
import type { RoundNetwork } from '../../network/round-network.js'
import { readInput } from '../input.js'
import type { EvaluateArguments } from '../options.js'
import { note, printJson } from '../streams.js'

/** `cotwin evaluate`: returns the exit code. */
export async function evaluateCommand(
  instancePath: string,
  assignmentPath: string | undefined,
  options: EvaluateArguments,
): Promise<number> {
  if ((assignmentPath === undefined) === (options.scheduler === undefined))
    throw new UserError('expected an assignment or --scheduler, and not both')
  if (instancePath === '-' && assignmentPath === '-')
    throw new UserError('instance and assignment cannot both come from standard input')
  if (options.deadline !== undefined && options.allocate === undefined)
    throw new UserError('--deadline is for allocators; expected --allocate beside it')
  const answer = await evaluate(instancePath, assignmentPath, options)
  for (const { client, message } of answer.violations ?? []) note(`client ${client}: ${message}`)
  printJson(answer)
  return 0
}

async function evaluate(
  instancePath: string,
  assignmentPath: string | undefined,
  options: EvaluateArguments,
): Promise<Answer> {
  const names = options.allocate?.split(',').map((name) => name.trim())
  const { network, decided } = await decidedOf(instancePath, assignmentPath, options)
  if (names === undefined) {
    const answer = answerOf(network, decided)
    return assignmentPath === undefined ? withAssignment(answer, decided, network) : answer
  }
  const { seed, deadline } = options
  const decision = await allocate(network, asDecision(decided), names, {
    registry: builtInPlugins,
    ...(seed !== undefined && { seed }),
    ...(deadline !== undefined && { deadlineSeconds: deadline }),
  })
  return withAssignment(answerOf(network, decision), decision, network)
}

const withAssignment = (
  answer: Answer,
  decided: Assignment | Decision,
  { channels }: RoundNetwork,
): Answer => ({
  ...answer,
  assignment: explicitAssignment(decided, channels),
})

/** The instance, and what was decided of it by an assignment or a scheduler. */
async function decidedOf(
  instancePath: string,
  assignmentPath: string | undefined,
  { scheduler, allocate: allocators, options, seed }: EvaluateArguments,
): Promise<{ network: RoundNetwork; decided: Assignment | Decision }> {
  if (assignmentPath !== undefined) {
    const { network, decision } = readInstanceAndAssignment(
      await readInput(instancePath),
      await readInput(assignmentPath),
      builtInPlugins,
      { open: allocators !== undefined },
    )
    return { network, decided: decision }
  }
  const network = readInstance(await readInput(instancePath), builtInPlugins)
  const decided = await schedule(network, scheduler as string, {
    ...(options !== undefined && { options }),
    ...(seed !== undefined && { seed }),
    registry: builtInPlugins,
  })
  return { network, decided }
}
