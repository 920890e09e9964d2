import { setImmediate } from 'node:timers/promises'
import { createEnvironment } from '../environment/create.js'
import type { Environment } from '../environment/environment.js'
import { offerOf } from '../environment/offer.js'
import { budgetsOf } from '../environment/parameters.js'
import { UserError } from '../errors.js'
import type { SampleLoad } from '../network/round-network.js'
import { RunBus } from '../observe/events.js'
import { createPlugin, type Offer } from '../plugin/container.js'
import { HeldStreams } from '../plugin/held-streams.js'
import type { PluginRegistry } from '../plugin/registry.js'
import { type Checkpointable, type Parts, restoreParts, saveParts } from '../plugin/saved-state.js'
import { tierOf } from '../plugin/tier-of.js'
import type { LoadedScenario } from '../scenario/load.js'
import type { Scenario } from '../scenario/scenario.js'
import { smallestOf } from '../statistics/extremes.js'
import { decisionDelayOf } from './decision-delay.js'
import { createDynamics } from './dynamics/create.js'
import { Lane } from './lane.js'
import type { LaneScheduler, LaneSettings } from './lane-settings.js'
import { createLearning } from './learning.js'
import { twinSettings } from './twin.js'

/**
 * A scenario wired up and ready to run once.
 *
 * Between rounds it can be saved; restored into one that has not run, it goes on with the round behind.
 */
export interface Experiment extends Checkpointable {
  readonly scenario: Scenario
  /** In the scenario's order. */
  readonly schedulers: readonly LaneScheduler[]
  /** What a sample weighs: as the scenario says, or as what is learned does. */
  readonly load: SampleLoad
  /** Subscribe before the run. */
  readonly bus: RunBus
  /** Rounds completed so far. */
  readonly rounds: number
  /** Plays the rounds that are left; when the signal aborts, the round in hand is finished and no more are begun. */
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
  const { scenario } = loaded
  const held = new HeldStreams()
  const constants = { ...offerOf(loaded), held }
  const learning = await createLearning(loaded, constants)
  const offer = { ...constants, network: learning?.network ?? constants.network }

  const environment = await createEnvironment(loaded, offer)
  const bus = new RunBus()
  const schedulers = await createSchedulers(loaded, builtIn, offer)
  const settings = await laneSettings(loaded, environment, offer)
  // By label, so that tables do not depend on the order in the file.
  const sorted = [...schedulers].sort((a, b) => (a.label < b.label ? -1 : 1))
  const lanes: Lane[] = []
  for (const scheduler of sorted)
    lanes.push(
      new Lane(scheduler, environment, settings, bus, await learning?.createFor(scheduler.label, bus)),
    )
  const references = [...((await learning?.references(bus)) ?? [])]
  let rounds = 0
  const counter: Checkpointable = {
    save: () => ({ values: { rounds }, arrays: {} }),
    restore: ({ values }) => {
      rounds = values.rounds as number
    },
  }
  // Streams last: whatever the others draw as they are restored is undone.
  const parts: Parts = {
    counter,
    ...Object.fromEntries(lanes.map((lane) => [`scheduler ${lane.scheduler.label}`, lane])),
    ...Object.fromEntries(references.map(([label, model]) => [`reference ${label}`, model])),
    streams: held,
  }

  /** Whether it was interrupted. */
  const playRounds = async (signal?: AbortSignal): Promise<boolean> => {
    while (rounds < scenario.rounds) {
      // Lets signals and timers through; rounds themselves never wait for anything.
      await setImmediate()
      const playing = lanes.filter((lane) => !lane.ended)
      if (playing.length === 0) return false
      if (signal?.aborted) return true
      const round = rounds + 1
      bus.emit('round:start', { round, ...environment.positions(round) })
      for (const lane of playing) await lane.play(round)
      for (const [, model] of references) await model.roundOfAll(round)
      rounds = round
      bus.emit('round:end', { round })
    }
    return false
  }
  return {
    scenario,
    schedulers,
    load: offer.network.load,
    bus,
    get rounds() {
      return rounds
    },
    async run(signal) {
      try {
        if (rounds === 0) learning?.tellPartition(bus)
        const interrupted = await playRounds(signal)
        if (interrupted) bus.emit('interrupted', { rounds })
        for (const lane of lanes) await lane.tellConfusion()
        for (const [, model] of references) await model.tellConfusion()
        return { rounds, interrupted }
      } finally {
        tellWalk(environment, lanes, bus)
      }
    },
    save: () => saveParts(parts),
    restore: (state) => restoreParts(parts, state),
  }
}

/** In the scenario's order. */
async function createSchedulers(
  { scenario, registry, problemAt }: LoadedScenario,
  builtIn: PluginRegistry,
  offer: Offer,
): Promise<LaneScheduler[]> {
  const schedulers: LaneScheduler[] = []
  for (const reference of scenario.schedulers) {
    const plugin = registry.get('scheduler', reference.plugin)
    const scheduler = await createPlugin('scheduler', reference, `scheduler/${reference.label}`, offer)
    if (scheduler.untrained !== undefined)
      throw new UserError(problemAt(`schedulers.${schedulers.length}`, scheduler.untrained))
    schedulers.push({
      label: reference.label,
      plugin: reference.plugin,
      tier: tierOf(plugin, reference.options),
      outside: builtIn.find('scheduler', reference.plugin) !== plugin,
      scheduler,
    })
  }
  return schedulers
}

async function laneSettings(
  loaded: LoadedScenario,
  environment: Environment,
  offer: Offer,
): Promise<LaneSettings> {
  const { scenario } = loaded
  return {
    parameters: offer.network,
    budgets: budgetsOf(scenario, offer.streams),
    dynamics: await createDynamics(scenario, offer),
    decisionDelay: decisionDelayOf(scenario),
    decisionLimitSeconds: scenario.decisionLimitSeconds,
    boundsHold:
      scenario.dynamics === 'static' &&
      scenario.decisionTime === 'ignore' &&
      scenario.constraints.onViolation === 'error' &&
      scenario.twin === 'perfect',
    coherenceSeconds: scenario.network.coherenceTimeSeconds ?? Infinity,
    otherCoherenceSeconds: scenario.record.coherenceTimesSeconds,
    onViolation: scenario.constraints.onViolation,
    twin: twinSettings(loaded, environment, offer),
  }
}

/** Points a client's walk is told in. */
const POINTS_OF_WALK = 400

/** Tells where clients that move went, as far as every scheduler's clock got that went on at all. */
function tellWalk(environment: Environment, lanes: readonly Lane[], bus: RunBus): void {
  const walk = environment.walk()
  const until = smallestOf(lanes.map(({ now }) => now).filter((now) => now > 0))
  if (!walk || until === Infinity) return
  const times = Array.from({ length: POINTS_OF_WALK }, (_, i) => (i * until) / (POINTS_OF_WALK - 1))
  bus.emit('walked', { times, positions: times.map((time) => walk.positionsAt(time)) })
}
