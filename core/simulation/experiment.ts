import { dirname, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Problem, UserError } from '../errors.js'
import { RandomStreams } from '../kernel/index.js'
import { RunBus } from '../observe/events.js'
import { createPlugin, type Offer } from '../plugin/container.js'
import type { Placement } from '../plugin/contracts.js'
import type { PluginRegistry } from '../plugin/registry.js'
import { tierOf } from '../plugin/tier-of.js'
import type { LoadedScenario } from '../scenario/load.js'
import type { Scenario } from '../scenario/scenario.js'
import { decisionDelayOf } from './decision-delay.js'
import { createDynamics } from './dynamics/create.js'
import { Environment } from './environment.js'
import { Lane, type LaneScheduler } from './lane.js'
import { budgetsOf, networkParameters } from './parameters.js'

/** A scenario wired up and ready to run once. */
export interface Experiment {
  readonly scenario: Scenario
  /** In the scenario's order. */
  readonly schedulers: readonly LaneScheduler[]
  /** Subscribe before the run. */
  readonly bus: RunBus
  /** Plays the rounds; when the signal aborts, the round in hand is finished and no more are begun. */
  run(signal?: AbortSignal): Promise<RunEnd>
}

/** How a run came to its end. */
export interface RunEnd {
  /** Rounds completed. */
  readonly rounds: number
  readonly interrupted: boolean
}

/**
 * Wires a scenario's plugins, draws its constants, and gives each scheduler a lane of its own.
 *
 * `builtIn` tells cotwin's plugins from outside ones. Throws a `UserError` where plugins and scenario do not fit.
 */
export async function compile(loaded: LoadedScenario, builtIn: PluginRegistry): Promise<Experiment> {
  const { scenario, registry } = loaded
  const streams = new RandomStreams(scenario.seed)
  const parameters = networkParameters(scenario, streams)
  const files = { resolve: (path: string) => resolve(dirname(loaded.file), path) }
  const offer: Offer = { registry, streams, network: parameters, files }

  const environment = await createEnvironment(loaded, offer)
  const bus = new RunBus()
  const schedulers: LaneScheduler[] = []
  for (const reference of scenario.schedulers) {
    const plugin = registry.get('scheduler', reference.plugin)
    schedulers.push({
      label: reference.label,
      plugin: reference.plugin,
      tier: tierOf(plugin, reference.options),
      outside: builtIn.find('scheduler', reference.plugin) !== plugin,
      scheduler: await createPlugin('scheduler', reference, `scheduler/${reference.label}`, offer),
    })
  }
  const settings = {
    parameters,
    budgets: budgetsOf(scenario, streams),
    dynamics: await createDynamics(scenario, offer),
    decisionDelay: decisionDelayOf(scenario),
    boundsHold:
      scenario.dynamics === 'static' &&
      scenario.decisionTime === 'ignore' &&
      scenario.constraints.onViolation === 'error',
    coherenceSeconds: scenario.network.coherenceTimeSeconds ?? Infinity,
    otherCoherenceSeconds: scenario.record.coherenceTimesSeconds,
    onViolation: scenario.constraints.onViolation,
  }
  // By label, so that tables do not depend on the order in the file.
  const lanes = [...schedulers]
    .sort((a, b) => (a.label < b.label ? -1 : 1))
    .map((scheduler) => new Lane(scheduler, environment, settings, bus))
  const run = async (signal?: AbortSignal) => {
    try {
      return await playRounds(environment, lanes, bus, scenario.rounds, signal)
    } finally {
      tellWalk(environment, lanes, bus)
    }
  }
  return { scenario, schedulers, bus, run }
}

async function playRounds(
  environment: Environment,
  lanes: readonly Lane[],
  bus: RunBus,
  rounds: number,
  signal?: AbortSignal,
): Promise<RunEnd> {
  for (let round = 1; round <= rounds; round++) {
    // Lets signals and timers through; rounds themselves never wait for anything.
    await setImmediate()
    if (signal?.aborted) return { rounds: round - 1, interrupted: true }
    const playing = lanes.filter((lane) => !lane.ended)
    if (playing.length === 0) return { rounds: round - 1, interrupted: false }
    bus.emit('round:start', { round, ...environment.positions(round) })
    for (const lane of playing) await lane.play(round)
    bus.emit('round:end', { round })
  }
  return { rounds, interrupted: false }
}

/** Points a client's walk is told in. */
const pointsOfWalk = 400

/** Tells where clients that move went, as far as every scheduler's clock got that went on at all. */
function tellWalk(environment: Environment, lanes: readonly Lane[], bus: RunBus): void {
  const walk = environment.walk()
  const until = Math.min(...lanes.map(({ now }) => now).filter((now) => now > 0))
  if (!walk || until === Infinity) return
  const times = Array.from({ length: pointsOfWalk }, (_, i) => (i * until) / (pointsOfWalk - 1))
  bus.emit('walked', { times, positions: times.map((time) => walk.positionsAt(time)) })
}

async function createEnvironment(loaded: LoadedScenario, offer: Offer): Promise<Environment> {
  const { scenario } = loaded
  const { network, episodes } = scenario
  const gains = network.gains && (await createPlugin('gains', network.gains, 'gains', offer))
  const available = gains?.rounds ?? Number.POSITIVE_INFINITY
  if (available < scenario.rounds) {
    const message = `network.gains gives ${available} rounds; the scenario asks for ${scenario.rounds}`
    throw new UserError(message)
  }
  const placement = async (node: 'clients' | 'servers') => {
    const created = await createPlugin('placement', network[node].placement, `placement/${node}`, offer)
    checkCapacity(created, node, scenario)
    return created
  }
  const { mobility: moving } = network.clients
  const mobility = moving && (await createPlugin('mobility', moving, 'mobility', offer))
  const propagation = await createPlugin('propagation', network.propagation, 'propagation', offer)
  const fading = await createPlugin('fading', network.fading, 'fading', offer)
  if (mobility && propagation.ignoresPositions) {
    const message = `the gains of ${network.propagation.plugin} are the same wherever clients are; expected another, or clients.mobility: null`
    throw new UserError(loaded.problemAt('network.propagation', message))
  }
  if (!fading.age && asksForAging(scenario)) {
    const message = `the fading of ${network.fading.plugin} does not age; expected one that does, or decisionTime: ignore`
    throw new UserError(loaded.problemAt('network.fading', message))
  }
  const environment = new Environment(
    offer.network,
    {
      area: network.area,
      clientPlacement: await placement('clients'),
      serverPlacement: await placement('servers'),
      positions: network.clients.positions,
      episodeRounds: episodes.rounds,
      propagation,
      fading,
      minimumDistanceM: network.minimumDistanceM,
      reciprocal: network.reciprocal,
      ...(mobility && { mobility }),
      ...(gains && { gains }),
    },
    offer.streams,
  )
  try {
    environment.walk()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const at = ({ message, place }: Problem) =>
      place ? { message, place } : loaded.problemAt('network.clients.placement', message)
    throw new UserError(error.problems.map(at), { cause: error })
  }
  return environment
}

const asksForAging = ({ network, decisionTime, record }: Scenario): boolean =>
  decisionTime !== 'ignore' &&
  network.gains === null &&
  (network.coherenceTimeSeconds !== null || record.coherenceTimesSeconds.length > 0)

function checkCapacity(placement: Placement, node: 'clients' | 'servers', { network }: Scenario): void {
  const { count, placement: reference } = network[node]
  if (placement.capacity === undefined || placement.capacity >= count) return
  throw new UserError(
    `network.${node}.placement: ${reference.plugin} places at most ${placement.capacity}, found ${node}.count ${count}`,
  )
}
