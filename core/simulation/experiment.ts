import { setImmediate } from 'node:timers/promises'
import { createEnvironment } from '../environment/create.js'
import type { Environment } from '../environment/environment.js'
import { offerOf } from '../environment/offer.js'
import { budgetsOf } from '../environment/parameters.js'
import { RunBus } from '../observe/events.js'
import { createPlugin } from '../plugin/container.js'
import type { PluginRegistry } from '../plugin/registry.js'
import { tierOf } from '../plugin/tier-of.js'
import type { LoadedScenario } from '../scenario/load.js'
import type { Scenario } from '../scenario/scenario.js'
import { decisionDelayOf } from './decision-delay.js'
import { createDynamics } from './dynamics/create.js'
import { Lane, type LaneScheduler } from './lane.js'

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
  const offer = offerOf(loaded)
  const { streams, network: parameters } = offer

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
