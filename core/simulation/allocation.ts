import { UserError } from '../errors.js'
import { type Decision, type DecisionVariable, realFields, settled } from '../network/decision.js'
import { findDecisionFlaws } from '../network/decision-flaws.js'
import { limitsOf } from '../network/decision-limits.js'
import type { AllocationContext, Allocator } from '../plugin/allocator-contract.js'

/** An allocator under the name that errors call it by. */
export interface NamedAllocator {
  readonly name: string
  readonly allocator: Allocator
  /** Other slots only where it names them. */
  readonly decides: readonly DecisionVariable[]
}

/**
 * A decision with what it leaves open filled in by one allocator after the other, and the rest as the network has it.
 *
 * Each is told what of its variables is `opened`; all where that is absent. Each gets a copy. A `UserError` names an allocator that changes what was decided, or what it is not to decide; whether the outcome is to be had is
 * for the caller to see (`findDecisionFlaws`).
 */
export async function allocated(
  context: AllocationContext,
  decision: Decision,
  allocators: readonly NamedAllocator[],
  opened?: ReadonlySet<DecisionVariable>,
): Promise<Decision> {
  let current = decision
  for (const { name, allocator, decides } of allocators) {
    const who = `allocator "${name}", round ${context.round}`
    const open = opened && new Set(decides.filter((variable) => opened.has(variable)))
    const own = open ? { ...context, limits: limitsOf(context.network, open) } : context
    const found: unknown = await allocator.allocate(own, copyOf(current))
    if (typeof found !== 'object' || found === null || !('assignment' in found))
      throw new UserError(`${who}: allocate() has to return a decision, with its assignment`)
    const next = found as Decision
    const [flaw] = findDecisionFlaws(next, context.network, { open: true })
    if (flaw)
      throw new UserError(
        `${who}${flaw.client < 0 ? '' : `, client ${flaw.client}`}: ${flaw.field}: ${flaw.message}`,
      )
    const moved = next.assignment.findIndex((slot, client) => slot !== current.assignment[client])
    if (!decides.includes('slot') && moved >= 0)
      throw new UserError(`${who}, client ${moved}: it changed the client's slot`)
    if (moved < 0) refuseChanges(who, current, next)
    current = next
  }
  return settled(context.network, current)
}

function refuseChanges(who: string, before: Decision, after: Decision): void {
  for (const field of realFields) {
    const client = before[field]?.findIndex(
      (value, n) => before.assignment[n] >= 0 && !Number.isNaN(value) && after[field]?.[n] !== value,
    )
    if (client === undefined || client < 0) continue
    throw new UserError(`${who}, client ${client}: it changed ${field}, which was decided`)
  }
}

/** A copy: whatever an allocator does to what it gets, the decision stays. */
function copyOf(decision: Decision): Decision {
  const entries = Object.entries(decision) as [keyof Decision, unknown][]
  return Object.fromEntries(
    entries.map(([key, value]) => [key, structuredClone(value)]),
  ) as unknown as Decision
}
