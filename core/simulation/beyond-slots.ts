import type { NamedObjective } from '../environment/objectives.js'
import type { Problem } from '../errors.js'
import type { DecisionVariable } from '../network/decision.js'
import { limitsOf } from '../network/decision-limits.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { LoadedScenario } from '../scenario/load.js'
import type { NamedScheduler } from './scheduler-run-settings.js'

/** Why what a scheduler proves (`bound`) would not hold: it knows less than the scenario lets be decided, or charges; undefined where it holds. */
export function whyNothingIsProved(
  {
    scheduler,
    decides,
    allocators,
  }: Pick<NamedScheduler, 'scheduler' | 'decides'> & { readonly allocators: number },
  { decisions }: LoadedScenario['scenario'],
  network: NetworkParameters,
  objectives: readonly NamedObjective[] = [],
): string | undefined {
  if (scheduler.bound === undefined) return undefined
  const proves = `it proves its answer over ${decides.join(', ')} alone`
  if (allocators > 0) return `${proves}, and allocators decide the rest; expected no allocate`
  const names = Object.keys(decisions) as (keyof typeof decisions)[]
  const beside = names.filter((name) => decisions[name] !== null && !decides.includes(name))
  if (beside.length > 0)
    return `${proves}, and the scenario opens ${beside.map((name) => `decisions.${name} (${unprovable[name]})`).join(', ')}; expected them null, or a scheduler that proves nothing`
  const beyond = objectives.find(({ objective }) => objective.cost)
  if (beyond)
    return `${proves} and by what terms weigh, and objective ${beyond.name} charges rounds beyond them`
  const open = new Set(decides.filter((name) => name !== 'slot' && decisions[name] !== null))
  return scheduler.unprovable?.(limitsOf(network, open), network)
}

/** Why a variable is more than columns of clients on a channel can hold, whose costs add up. */
const unprovable: Readonly<Record<Exclude<DecisionVariable, 'slot'>, string>> = {
  grants: 'a client in several slots couples channels',
  power: 'a range of powers',
  serverPower: 'a range of powers',
  clock: 'a range of clocks',
  share: 'shares of a slot are any numbers up to 1 in all',
  edgeShare: 'shares of a server couple all of its clients',
  cut: 'another load for each client',
  payload: 'other bits for each client',
  samples: 'fewer always cost less',
  steps: 'fewer always cost less',
  turn: 'turns couple all clients',
  deadline: 'who is done by then changes who is charged',
}

/** What rounds are charged for and slot searches do not see (`Evaluator`), at its place; they are told once, before the run. */
export function unseenBySearches(
  { scenario, problemAt }: Pick<LoadedScenario, 'scenario' | 'problemAt'>,
  { clients, servers, channels }: NetworkParameters,
  schedulers: readonly NamedScheduler[],
  objectives: readonly NamedObjective[],
): Problem[] {
  const searching = schedulers.filter(({ tier }) => tier === 'twin').map(({ label }) => label)
  const charged = objectives.flatMap(({ name, objective }, i) =>
    objective.cost
      ? [
          problemAt(
            `objective.terms.${i}`,
            `${name} charges rounds beyond its terms, and no scheduler, allocator or evaluator sees what`,
          ),
        ]
      : [],
  )
  const beyond = [...charged, ...unheededJoules(problemAt, schedulers, objectives)]
  if (searching.length === 0) return beyond
  const whom = `rounds are charged for it, and searches that only move and exchange slots do not weigh by it whom to serve, where there are fewer slots than clients (tier twin: ${searching.join(', ')})`
  const priced = whereServingIsPriced(scenario.objective, objectives)
  return [
    ...beyond,
    // Where there is room for all, all are served, and nobody's price is to be weighed.
    ...(priced !== undefined && clients > servers * channels ? [problemAt(priced, whom)] : []),
  ]
}

/** That joules of clients have prices of their own, and by whose decisions they have none. */
function unheededJoules(
  problemAt: LoadedScenario['problemAt'],
  schedulers: readonly NamedScheduler[],
  objectives: readonly NamedObjective[],
): Problem[] {
  const deaf = schedulers.filter(({ scheduler, tier }) => !(scheduler.heedsPrices ?? tier === 'twin'))
  const term = objectives.findIndex(({ objective }) => {
    const { clientEnergy } = objective.terms()
    return clientEnergy && (objective.settle !== undefined || clientEnergy.some((price) => price > 0))
  })
  if (deaf.length === 0 || term < 0) return []
  const labels = deaf.map(({ label }) => label).join(', ')
  const { name } = objectives[term]
  const message = `${name} prices joules client by client; rounds are charged for it, and some decide on slots as if it did not: ${labels}`
  return [problemAt(`objective.terms.${term}`, message)]
}

/** The key that prices clients who are not served; undefined where none does. */
function whereServingIsPriced(
  { unserved, unservedSample }: LoadedScenario['scenario']['objective'],
  objectives: readonly NamedObjective[],
): string | undefined {
  if (unserved > 0) return 'objective.unserved'
  if (unservedSample > 0) return 'objective.unservedSample'
  const term = objectives.findIndex(({ objective }) => {
    const { unserved, sample } = objective.terms()
    return unserved || sample
  })
  return term < 0 ? undefined : `objective.terms.${term}`
}
