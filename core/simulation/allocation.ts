import { thrownBy, UserError } from '../errors.js'
import { findViolations } from '../network/assignment.js'
import {
  clientFields,
  type Decision,
  type DecisionVariable,
  decisionFields,
  ownCopyOf,
  settled,
  variablesOf,
} from '../network/decision.js'
import { findDecisionFlaws } from '../network/decision-flaws.js'
import { limitsOf } from '../network/decision-limits.js'
import type { RoundNetwork } from '../network/round-network.js'
import type { AllocationContext, Allocator } from '../plugin/allocator-contract.js'

/** An allocator under the name that errors call it by. */
export interface NamedAllocator {
  readonly name: string
  readonly allocator: Allocator
  /** Other slots only where it names them. */
  readonly decides: readonly DecisionVariable[]
  /** Not one of cotwin's own: what it throws is its author's to mend. */
  readonly outside?: boolean
}

/**
 * A decision with what it leaves open filled in by one allocator after the other, and the rest as the network has it.
 *
 * Each is told what of its variables is `opened`; all where that is absent. Each gets a copy. A `UserError` names an allocator that changes what was decided, or what it is not to decide, or that
 * refuses the round, after `whose` it is; whether the outcome is to be had is for the caller to see (`findDecisionFlaws`).
 */
export async function allocated(
  context: AllocationContext,
  decision: Decision,
  allocators: readonly NamedAllocator[],
  { opened, whose }: { readonly opened?: ReadonlySet<DecisionVariable>; readonly whose?: string } = {},
): Promise<Decision> {
  let current = decision
  for (const { name, allocator, decides, outside = false } of allocators) {
    const who = `${whose === undefined ? '' : `${whose}, `}allocator "${name}"`
    const open = opened && new Set(decides.filter((variable) => opened.has(variable)))
    const own = open ? { ...context, limits: limitsOf(context.network, open) } : context
    let next: Decision
    try {
      next = returnedFrom(await allocator.allocate(own, ownCopyOf(current)))
    } catch (error) {
      // Which of several, in which round, is nothing that an allocator knows.
      if (error instanceof UserError) throw toldBy(who, error)
      throw outside ? thrownBy(who, error) : error
    }
    refuseWrong(who, next, context.network)
    for (const variable of variablesOf(next)) {
      if (current[decisionFields[variable]] !== undefined) continue
      if (!decides.includes(variable))
        throw new UserError(`${who}: it decides ${variable}, which it does not declare in decides`)
      if (opened && !opened.has(variable))
        throw new UserError(
          `${who}: it decides ${variable}, which the scenario does not open; expected decisions.${variable}`,
        )
    }
    const moved = next.assignment.findIndex((slot, client) => slot !== current.assignment[client])
    if (!decides.includes('slot') && moved >= 0)
      throw new UserError(`${who}, client ${moved}: it changed the client's slot`)
    refuseChanges(who, current, next)
    current = next
  }
  return settled(context.network, current)
}

const toldBy = (who: string, { problems }: UserError): UserError =>
  new UserError(problems.map((problem) => ({ ...problem, message: `${who}: ${problem.message}` })))

/** What an allocator returned, as a decision of one's own whose parts are as yet unchecked. */
function returnedFrom(found: unknown): Decision {
  const returned = found as Partial<Decision> | null | undefined
  if (typeof returned !== 'object' || !(returned?.assignment instanceof Int32Array))
    throw new UserError('allocate() has to return a decision, with its assignment as an Int32Array')
  return ownCopyOf(returned as Decision)
}

/** Slots that there are not, and what is filled in out of its limits. */
function refuseWrong(who: string, next: Decision, network: RoundNetwork): void {
  const of = (client: number) => (client < 0 ? '' : `, client ${client}`)
  const broken = findViolations(next.assignment, network, undefined, next.turn).find(
    ({ kind }) => kind !== 'C5',
  )
  if (broken) throw new UserError(`${who}${of(broken.client)}: ${broken.message}`)
  const [flaw] = findDecisionFlaws(next, network, { open: true })
  if (flaw) throw new UserError(`${who}${of(flaw.client)}: ${flaw.field}: ${flaw.message}`)
}

/** What was decided stays: numbers of those that take part, grants, the deadline. */
function refuseChanges(who: string, before: Decision, after: Decision): void {
  const refuse = (of: string, field: string) => {
    throw new UserError(`${who}${of}: it changed ${field}, which was decided`)
  }
  for (const field of clientFields) {
    const client = before[field]?.findIndex(
      (value, n) => before.assignment[n] >= 0 && !Number.isNaN(value) && after[field]?.[n] !== value,
    )
    if (client !== undefined && client >= 0) refuse(`, client ${client}`, field)
  }
  if (before.deadlineSeconds !== undefined && after.deadlineSeconds !== before.deadlineSeconds)
    refuse('', 'deadlineSeconds')
  for (const part of ['first', 'slot', 'share', 'powerW'] as const) {
    const own = before.grants?.[part]
    const others = after.grants?.[part]
    if (own && (own.length !== others?.length || own.some((value, i) => value !== others[i])))
      refuse('', `grants.${part}`)
  }
}
