import { setImmediate } from 'node:timers/promises'
import Type from 'typebox'
import { createEnvironment } from '../environment/create.js'
import type { Environment } from '../environment/environment.js'
import { createObjectives, type NamedObjective, weighingOf } from '../environment/objectives.js'
import { budgetsOf } from '../environment/parameters.js'
import { pluginContextOf } from '../environment/plugin-context.js'
import { type Problem, UserError } from '../errors.js'
import type { DecisionVariable } from '../network/decision.js'
import type { SampleLoad } from '../network/round-network.js'
import { RunBus, type RunEvents } from '../observe/events.js'
import { createPlugin } from '../plugin/create-plugin.js'
import type { PluginContext } from '../plugin/plugin-context.js'
import type { PluginRegistry } from '../plugin/registry.js'
import { noArrays, type StatePart, type StateParts, statePart, wholeOf } from '../plugin/state-part.js'
import { StreamRegistry } from '../plugin/stream-registry.js'
import { tierOf } from '../plugin/tiers.js'
import type { LoadedScenario } from '../scenario/load.js'
import type { Scenario } from '../scenario/scenario.js'
import { smallestOf } from '../statistics/extremes.js'
import type { NamedAllocator } from './allocation.js'
import { whyNothingIsProved } from './beyond-slots.js'
import type { DecisionRules } from './check-decision.js'
import { decisionDelayOf } from './decision-delay.js'
import { createDraw } from './drawn-clients.js'
import { createDynamics } from './dynamics/create.js'
import { refuseEmptyRanges } from './empty-ranges.js'
import { wireJobs } from './jobs.js'
import { createLearning, type RoundLearning } from './learning.js'
import { refuseThoseWhoCannotBeAsked } from './protocol/able-to-answer.js'
import { ProtocolRun } from './protocol/protocol-run.js'
import { protocolSettings } from './protocol/protocol-settings.js'
import { RunObjective } from './run-objective.js'
import { SchedulerRun } from './scheduler-run.js'
import type { NamedScheduler, SchedulerRunSettings } from './scheduler-run-settings.js'
import { twinSettings } from './twin.js'
import { warningsOf } from './warnings.js'

/**
 * A scenario wired up and ready to run once.
 *
 * Between rounds its state can be saved; an experiment that has not run and is restored from it plays the next round.
 */
export interface Experiment extends StatePart {
  readonly scenario: Scenario
  /** In the scenario's order. */
  readonly schedulers: readonly NamedScheduler[]
  /** What a sample weighs: as the scenario says, or as what is learned does. */
  readonly load: SampleLoad
  /** What a run is to be warned of before it begins. */
  readonly warnings: readonly Problem[]
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
 * Wires a scenario's plugins, draws its constants, and gives each scheduler a schedulerRun of its own.
 *
 * `builtIn` tells cotwin's plugins from outside ones. Throws a `UserError` where plugins and scenario do not fit.
 */
export async function compile(loaded: LoadedScenario, builtIn: PluginRegistry): Promise<Experiment> {
  const { scenario } = loaded
  const streamRegistry = new StreamRegistry()
  const constants = pluginContextOf(loaded, streamRegistry)
  const jobs = await wireJobs(loaded, streamRegistry)
  const learning = jobs.length > 0 ? undefined : await createLearning(loaded, constants)
  const learned = jobs.length > 0 ? jobs.map((job) => job.learning) : [learning]
  // What is not of one job is by the first: what schedulers are created with, and told of before a job asks.
  const [leading] = jobs
  const unweighed = constants.withNetwork(leading?.context.network ?? learning?.network ?? constants.network)
  const first = await createObjectives(scenario, 'first-round', unweighed, builtIn)
  const context =
    first.length === 0
      ? unweighed
      : unweighed.withNetwork({ ...unweighed.network, ...weighingOf(first, unweighed.network) })

  refuseEmptyRanges(loaded, context.network)
  const environment = await createEnvironment(loaded, context)
  const bus = new RunBus()
  const schedulers = await createSchedulers(loaded, builtIn, context, first)
  const warnings = await warningsOf(loaded, environment, context.network, schedulers, first)
  const settings = await schedulerRunSettings(loaded, environment, context)
  // By label, so that tables do not depend on the order in the file.
  const sorted = [...schedulers].sort((a, b) => (a.label < b.label ? -1 : 1))
  const schedulerRuns: (SchedulerRun | ProtocolRun)[] = []
  const processes = await protocolSettings(scenario, settings, context, learning, jobs)
  if (processes) refuseThoseWhoCannotBeAsked(loaded, processes.jobs)
  for (const scheduler of sorted) {
    const models: (RoundLearning | undefined)[] = []
    for (const each of learned) models.push(await each?.createFor(scheduler.label, bus))
    if (processes) {
      schedulerRuns.push(new ProtocolRun(scheduler, environment, processes, bus, models))
      continue
    }
    const objectives = await createObjectives(scenario, `scheduler/${scheduler.label}`, unweighed, builtIn)
    const objective = new RunObjective(objectives, unweighed.network)
    const draw = await createDraw(loaded, context, scheduler.label)
    schedulerRuns.push(new SchedulerRun(scheduler, environment, settings, bus, objective, models[0], draw))
  }
  const references: [string, RoundLearning][] = []
  for (const [i, each] of learned.entries())
    for (const [label, model] of (await each?.references(bus)) ?? [])
      references.push([jobs[i] ? `${label} of ${jobs[i].label}` : label, model])
  let rounds = 0
  const counter = statePart({
    values: Type.Object({ rounds: Type.Integer({ minimum: 0 }) }),
    arrays: noArrays,
    save: () => ({ values: { rounds }, arrays: {} }),
    restore: ({ values }) => {
      rounds = values.rounds
    },
  })
  // Streams last: whatever the others draw as they are restored is undone.
  const parts: StateParts = {
    counter,
    ...Object.fromEntries(
      schedulerRuns.map((schedulerRun) => [`scheduler ${schedulerRun.scheduler.label}`, schedulerRun.state]),
    ),
    ...Object.fromEntries(references.map(([label, model]) => [`reference ${label}`, model.state])),
    streams: streamRegistry.state,
  }

  /** Whether it was interrupted. */
  const playRounds = async (signal?: AbortSignal): Promise<boolean> => {
    let breathed = Number.NEGATIVE_INFINITY
    while (rounds < scenario.rounds) {
      // Lets signals and timers through; rounds themselves never wait for anything. Rows take microseconds, a breath one.
      if (!processes || performance.now() - breathed > BREATH_MS) {
        await setImmediate()
        breathed = performance.now()
      }
      if (schedulerRuns.every((schedulerRun) => schedulerRun.ended)) return false
      if (signal?.aborted) return true
      const round = rounds + 1
      bus.emit('round:start', roundStart(environment, round))
      for (const schedulerRun of schedulerRuns) if (!schedulerRun.ended) await schedulerRun.play(round)
      for (const [, model] of references) await model.roundOfAll(round)
      rounds = round
      bus.emit('round:end', { round })
    }
    return false
  }
  return {
    scenario,
    warnings,
    schedulers,
    load: context.network.load,
    bus,
    get rounds() {
      return rounds
    },
    async run(signal) {
      try {
        if (rounds === 0) for (const each of learned) each?.emitPartition(bus)
        const interrupted = await playRounds(signal)
        if (interrupted) bus.emit('interrupted', { rounds })
        for (const schedulerRun of schedulerRuns) await schedulerRun.emitConfusion()
        for (const [, model] of references) await model.emitConfusion()
        return { rounds, interrupted }
      } finally {
        emitWalk(environment, schedulerRuns, bus)
      }
    },
    ...wholeOf(() => parts),
  }
}

/** Wall-clock time that rows may take from one breath to the next, ms. */
const BREATH_MS = 2

/** The start of a round; where everyone stands is looked up when it is asked for. */
const roundStart = (environment: Environment, round: number): Parameters<RunEvents['round:start']>[0] => ({
  round,
  get clientPositions() {
    return environment.positions(round).clientPositions
  },
  get serverPositions() {
    return environment.positions(round).serverPositions
  },
})

/** In the scenario's order. */
async function createSchedulers(
  { scenario, registry, problemAt }: LoadedScenario,
  builtIn: PluginRegistry,
  context: PluginContext,
  objectives: readonly NamedObjective[],
): Promise<NamedScheduler[]> {
  const schedulers: NamedScheduler[] = []
  const opened = openedBy(scenario)
  for (const reference of scenario.schedulers) {
    const plugin = registry.get('scheduler', reference.plugin)
    const scheduler = await createPlugin('scheduler', reference, `scheduler/${reference.label}`, context)
    const decides = plugin.decides ?? ['slot']
    const allocators = await createAllocators(reference, registry, builtIn, context)
    const unfit =
      scheduler.untrained ??
      whyNothingIsProved(
        { scheduler, decides, allocators: allocators.length },
        scenario,
        context.network,
        objectives,
      )
    if (unfit !== undefined) throw new UserError(problemAt(`schedulers.${schedulers.length}`, unfit))
    schedulers.push({
      label: reference.label,
      plugin: reference.plugin,
      tier: tierOf(plugin, reference.options),
      outside: builtIn.find('scheduler', reference.plugin) !== plugin,
      scheduler,
      decides,
      opened,
      open: new Set(decides.filter((variable) => opened.has(variable))),
      allocators,
    })
  }
  return schedulers
}

/** The allocators beside a scheduler, in their order. */
async function createAllocators(
  { label, allocate = [] }: Scenario['schedulers'][number],
  registry: PluginRegistry,
  builtIn: PluginRegistry,
  context: PluginContext,
): Promise<NamedAllocator[]> {
  const allocators: NamedAllocator[] = []
  for (const reference of allocate) {
    const plugin = registry.get('allocator', reference.plugin)
    const outside = builtIn.find('allocator', reference.plugin) !== plugin
    const scope = `scheduler/${label}/allocator/${reference.plugin}`
    const allocator = await createPlugin('allocator', reference, scope, context)
    allocators.push({ name: reference.label, allocator, decides: plugin.decides ?? [], outside })
  }
  return allocators
}

/** What a scenario lets decisions be. */
function rulesOf(scenario: Scenario): DecisionRules {
  const { onViolation, minimumClients, minimumSamples } = scenario.constraints
  return { onViolation, minimumClients, minimumSamples, opened: openedBy(scenario) }
}

/** Variables beside slots that a scenario opens. */
function openedBy({ decisions }: Scenario): ReadonlySet<DecisionVariable> {
  const names = Object.keys(decisions) as (keyof Scenario['decisions'])[]
  return new Set(names.filter((name) => decisions[name] !== null))
}

async function schedulerRunSettings(
  loaded: LoadedScenario,
  environment: Environment,
  context: PluginContext,
): Promise<SchedulerRunSettings> {
  const { scenario } = loaded
  return {
    parameters: context.network,
    budgets: budgetsOf(scenario, context.streams),
    dynamics: await createDynamics(scenario, context),
    decisionDelay: decisionDelayOf(scenario),
    decisionLimitSeconds: scenario.decisionLimitSeconds,
    boundsHold:
      scenario.dynamics === 'static' &&
      scenario.decisionTime === 'ignore' &&
      scenario.constraints.onViolation === 'error' &&
      scenario.twin === 'perfect',
    coherenceSeconds: scenario.network.coherenceTimeSeconds ?? Infinity,
    otherCoherenceSeconds: scenario.record.coherenceTimesSeconds,
    rules: rulesOf(scenario),
    twin: await twinSettings(loaded, environment, context),
  }
}

/** Points a client's walk is told in. */
const POINTS_OF_WALK = 400

/** Tells where clients that move went, as far as every scheduler's clock got that went on at all. */
function emitWalk(
  environment: Environment,
  schedulerRuns: readonly { readonly now: number }[],
  bus: RunBus,
): void {
  const walk = environment.walk()
  const until = smallestOf(schedulerRuns.map(({ now }) => now).filter((now) => now > 0))
  if (!walk || until === Infinity) return
  const times = Array.from({ length: POINTS_OF_WALK }, (_, i) => (i * until) / (POINTS_OF_WALK - 1))
  bus.emit('walked', { times, positions: times.map((time) => walk.positionsAt(time)) })
}
