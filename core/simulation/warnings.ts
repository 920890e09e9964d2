import type { Environment } from '../environment/environment.js'
import type { NamedObjective } from '../environment/objectives.js'
import type { Problem } from '../errors.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { LoadedScenario } from '../scenario/load.js'
import { backgroundNote } from './background-note.js'
import { unseenBySearches } from './beyond-slots.js'
import type { NamedScheduler } from './scheduler-run-settings.js'

/** What is told once, before a run: where its figures are not what they may be taken for. */
export async function warningsOf(
  loaded: LoadedScenario,
  environment: Environment,
  network: NetworkParameters,
  schedulers: readonly NamedScheduler[],
  objectives: readonly NamedObjective[],
): Promise<Problem[]> {
  const { plugin } = loaded.scenario.network.propagation
  return [
    ...environment
      .outsideValidity()
      .map((what) => loaded.problemAt('network.propagation', `${plugin} is used for ${what}`)),
    ...(await backgroundNote(loaded, environment)),
    ...unseenBySearches(loaded, network, schedulers, objectives),
    ...caveatsOf(loaded, schedulers),
    ...idleDecisions(loaded, schedulers),
  ]
}

/** Variables that are opened and that nobody decides, and allocators of which nothing is opened. */
function idleDecisions(
  { scenario: { decisions }, problemAt }: LoadedScenario,
  schedulers: readonly NamedScheduler[],
): Problem[] {
  const decided = new Set(
    schedulers.flatMap(({ decides, allocators }) => [
      ...decides,
      ...allocators.flatMap((allocator) => allocator.decides),
    ]),
  )
  const names = Object.keys(decisions) as (keyof typeof decisions)[]
  const idle = names
    .filter((name) => decisions[name] !== null && !decided.has(name))
    .map((name) => problemAt(`decisions.${name}`, 'no scheduler or allocator decides it'))
  const useless = schedulers.flatMap(({ allocators, opened }, i) =>
    allocators.flatMap(({ name, decides }, j) =>
      decides.includes('slot') || decides.some((variable) => opened.has(variable))
        ? []
        : [
            problemAt(
              `schedulers.${i}.allocate.${j}`,
              `${name} decides ${decides.join(', ')}, of which the scenario opens nothing`,
            ),
          ],
    ),
  )
  return [...idle, ...useless]
}

/** Where schedulers have learned on other networks than the scenario's. */
function caveatsOf(
  { scenario, problemAt }: LoadedScenario,
  schedulers: readonly NamedScheduler[],
): Problem[] {
  const { gains, propagation, servers, area } = scenario.network
  const scene = { gainsFrom: (gains ?? propagation).plugin, servers: servers.count, area }
  return schedulers.flatMap(({ label, scheduler }, i) => {
    const caveat = scheduler.caveat?.({ ...scene, label })
    return caveat === undefined ? [] : [problemAt(`schedulers.${i}`, caveat)]
  })
}
