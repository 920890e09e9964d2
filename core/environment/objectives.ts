import { thrownBy, UserError } from '../errors.js'
import type { NetworkParameters, Prices } from '../network/round-network.js'
import { createPlugin } from '../plugin/create-plugin.js'
import { type Objective, violationOfTerms } from '../plugin/objective-contract.js'
import type { PluginContext } from '../plugin/plugin-context.js'
import type { PluginRegistry } from '../plugin/registry.js'
import type { Scenario } from '../scenario/scenario.js'

/** An objective under the name that errors call it by. */
export interface NamedObjective {
  readonly name: string
  readonly objective: Objective
  /** Not one of cotwin's own: what it throws is its author's to mend. */
  readonly outside?: boolean
}

/** What an objective answers; what an outside one throws is a `UserError` that names it and the moment. */
export function asked<T>({ name, outside }: NamedObjective, moment: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw outside ? thrownBy(`objective "${name}"`, error, `threw in ${moment}`) : error
  }
}

/** What rounds are weighed by. */
export type Weighing = Pick<NetworkParameters, 'weights' | 'prices'>

/** The plugins of `objective.terms`, for the world of one scheduler, whom `scope` names; `builtIn` tells cotwin's own from outside ones. */
export async function createObjectives(
  { objective: { terms } }: Scenario,
  scope: string,
  context: PluginContext,
  builtIn?: PluginRegistry,
): Promise<NamedObjective[]> {
  const objectives: NamedObjective[] = []
  for (const [i, reference] of terms.entries()) {
    const objective = await createPlugin('objective', reference, `${scope}/objective/${i}`, context)
    const { plugin } = reference
    const outside = builtIn?.find('objective', plugin) !== context.registry.get('objective', plugin)
    objectives.push({ name: reference.label, objective, outside })
  }
  return objectives
}

/** The network's constants, weighed as the scenario's objective weighs a first round. */
export async function weighedAtFirst(scenario: Scenario, context: PluginContext): Promise<NetworkParameters> {
  const objectives = await createObjectives(scenario, 'first-round', context)
  return { ...context.network, ...weighingOf(objectives, context.network) }
}

/** The weights and prices of a network's own, with what objectives add as they stand; a `UserError` names one whose terms are none. */
export function weighingOf(objectives: readonly NamedObjective[], own: NetworkParameters): Weighing {
  let { weights, prices } = own
  for (const named of objectives) {
    const { name, objective } = named
    const terms = asked(named, 'terms()', () => objective.terms())
    const violation = violationOfTerms(terms, own.clients)
    if (violation !== undefined) throw new UserError(`objective "${name}": ${violation}`)
    const { latency = 0, energy = 0, clientEnergy, unserved, sample } = terms
    weights = { latency: weights.latency + latency, energy: weights.energy + energy }
    prices = added(prices, {
      ...(clientEnergy && { energy: clientEnergy }),
      ...(unserved && { unserved }),
      ...(sample && { sample }),
    })
  }
  return { weights, ...(prices && { prices }) }
}

function added(prices: Prices = {}, more: Prices): Prices | undefined {
  const sum = (a: Float64Array | undefined, b: Float64Array | undefined) =>
    // Nothing costs nothing: with queues that are empty all is as without them.
    !b?.some((price) => price > 0) ? a : a ? a.map((price, client) => price + b[client]) : b
  const [unserved, sample, energy] = [
    sum(prices.unserved, more.unserved),
    sum(prices.sample, more.sample),
    sum(prices.energy, more.energy),
  ]
  if (!unserved && !sample && !energy) return undefined
  return { ...(unserved && { unserved }), ...(sample && { sample }), ...(energy && { energy }) }
}
