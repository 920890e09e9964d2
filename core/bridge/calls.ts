import { UserError } from '../errors.js'
import { answerOf, type ClientFigures } from '../instance/answer.js'
import { checkAssignment, checkDecided, decisionOf } from '../instance/explicit-assignment.js'
import { readInstance } from '../instance/read-instance.js'
import type { ExplicitAssignment } from '../instance/schema.js'
import type { PluginRegistry } from '../plugin/registry.js'
import type { Diagnostic } from '../scenario/tree/diagnostic.js'

/** Calls that need no scenario. */
export interface Calls {
  readonly evaluate: {
    readonly method: 'evaluate'
    /** An explicit instance. */
    readonly instance: unknown
    readonly assignments: readonly unknown[]
  }
}

/** What so many assignments of one instance cost, each list by assignment; null as in `cotwin evaluate`. */
export interface EvaluatedBatch {
  readonly cost: readonly number[]
  readonly time: readonly number[]
  readonly energy: readonly number[]
  readonly clients: Readonly<Record<keyof ClientFigures, readonly (readonly (number | null)[])[]>>
}

/** The costs of assignments of one explicit instance; a `UserError` names what is wrong, and in which. */
export function evaluateBatch(
  { method, instance, assignments }: Calls['evaluate'],
  registry: PluginRegistry,
): EvaluatedBatch {
  if (method !== 'evaluate')
    throw new UserError(`there is no call "${String(method)}" before hello; there is evaluate`)
  if (!Array.isArray(assignments)) throw new UserError('assignments: expected a list')
  const text = JSON.stringify(instance) ?? 'null'
  const network = readInstance({ name: 'instance', directory: '.', text }, registry)
  const { clients, servers, channels } = network
  const answers = assignments.map((assignment: unknown, index) => {
    refuse(index, checkAssignment(assignment, { clients, servers, channels }))
    const explicit = assignment as ExplicitAssignment
    refuse(index, checkDecided(explicit, network, false))
    return answerOf(network, decisionOf(explicit, channels))
  })
  const perClient = (name: keyof ClientFigures) =>
    answers.map((answer) => answer.clients.map((client) => client[name]))
  return {
    cost: answers.map(({ cost }) => cost),
    time: answers.map(({ time }) => time),
    energy: answers.map(({ energy }) => energy),
    clients: {
      uplinkRate: perClient('uplinkRate'),
      downlinkRate: perClient('downlinkRate'),
      headTime: perClient('headTime'),
      uplinkTime: perClient('uplinkTime'),
      edgeTime: perClient('edgeTime'),
      downlinkTime: perClient('downlinkTime'),
      time: perClient('time'),
      headEnergy: perClient('headEnergy'),
      uplinkEnergy: perClient('uplinkEnergy'),
      energy: perClient('energy'),
    },
  }
}

/** Throws what is wrong with one of many assignments. */
function refuse(index: number, findings: readonly Diagnostic[]): void {
  if (findings.length > 0)
    throw new UserError(
      findings.map(({ path, message, suggestion }) => ({
        message: `assignment ${index}: ${path.join('.')}: ${message}`,
        ...(suggestion !== undefined && { suggestion }),
      })),
    )
}
