import { join, resolve } from 'node:path'
import { pluginContextOf } from './environment/plugin-context.js'
import { type Problem, UserError } from './errors.js'
import { hashOf, hashOfFiles } from './files/hash.js'
import { nearestName } from './nearest.js'
import type { NetworkParameters } from './network/round-network.js'
import type { Scheduler } from './plugin/contracts.js'
import { createPlugin } from './plugin/create-plugin.js'
import type { PluginRegistry } from './plugin/registry.js'
import { copyOf, partOf, type SavedState, saveParts } from './plugin/saved-state.js'
import { isWholeState } from './plugin/state-file.js'
import { tierOf } from './plugin/tiers.js'
import { provenance } from './results/provenance.js'
import { checkPrograms, checkSame } from './results/resumable.js'
import { createRunDirectory, type RunDirectory, reopenRunDirectory } from './results/run-directory.js'
import type { TrainedScheduler, TrainingSummary } from './results/training-results.js'
import { type LoadedScenario, loadScenario } from './scenario/load.js'
import type { Scenario } from './scenario/scenario.js'
import { scenarioIn, sourcesOf } from './sources.js'
import { TrainingDirectory, type TrainingIdentity } from './training/directory.js'
import { TrainingHistory, type TrainingStep } from './training/history.js'
import { networkOf } from './training/network-of.js'
import { referenceCosts } from './training/reference.js'
import { trainScheduler } from './training/train-scheduler.js'
import { meanOf } from './training/validation.js'
import { writeTrainingTables } from './training/write-tables.js'
import { openTrainingEnvironment } from './twin/training-environment.js'

/** What new and resumed trainings have in common. */
export interface TrainOptions {
  /** The built-in plugins. */
  readonly plugins: PluginRegistry
  /** Keeps what there is after the step in hand, and returns. */
  readonly signal?: AbortSignal
  /** Told of what went wrong and did not keep the training from going on. */
  readonly onWarning?: (problem: Problem) => void
  /** Hears what is going to be trained, and where, before anything is computed. */
  readonly onStart?: (training: { scenario: Scenario; labels: readonly string[]; directory: string }) => void
  /** Hears of every step of every scheduler. */
  readonly onStep?: (label: string, step: TrainingStep, history: TrainingHistory) => void
}

/** How a training begins. */
export interface NewTrainingOptions extends TrainOptions {
  /** Settings over the scenario's, `a.b=c`. */
  readonly overrides?: readonly string[]
  readonly seed?: number
  /** Labels of the schedulers to train, in place of all that learn. */
  readonly schedulers?: readonly string[]
  /** The training directory itself, in place of a new one under `trainings/`. */
  readonly out?: string
}

/** What a training came to. */
export interface TrainingResult {
  readonly summary: TrainingSummary
  readonly interrupted: boolean
  /** Path of `report.html`. */
  readonly report: string
}

/** Trains the schedulers of a scenario that learn, one after the other, in the twin of its network. */
export async function train(path: string, options: NewTrainingOptions): Promise<TrainingResult> {
  const loaded = await loadScenario(path, {
    registry: options.plugins,
    overrides: options.overrides ?? [],
    ...(options.seed !== undefined && { seed: options.seed }),
  })
  const labels = await labelsOf(loaded, options.schedulers ?? [])
  const { scenario } = loaded
  const { out } = options
  // Everything that takes time comes before the directory: a kill leaves nothing or what can be resumed.
  const sources = sourcesOf(untrained(loaded, labels))
  const made = provenance()
  const directory = createRunDirectory('trainings', scenario.name, loaded.hash, {
    ...(out !== undefined && { out, scenario: scenarioIn(loaded, out) }),
  })
  try {
    directory.writeScenario(scenarioIn(loaded, directory.path))
    const files = new TrainingDirectory(directory.path)
    const identity = {
      scenario: scenario.name,
      scenarioHash: hashOf(loaded.seenFrom(resolve(directory.path))),
      scenarioFileHash: hashOfFiles(files.scenario),
      seed: scenario.seed,
      labels,
      sources,
      ...made,
    }
    files.writeIdentity(identity)
    // Trained from the copy, as when it is resumed: paths in it are part of what it says.
    const copy = await loadScenario(files.scenario, { registry: options.plugins })
    return await trainAll(files, copy, identity, renewing(directory, options))
  } finally {
    directory.close()
  }
}

/** Goes on with a training that was interrupted or killed; it ends as if it had never been. */
export async function resumeTraining(path: string, options: TrainOptions): Promise<TrainingResult> {
  const files = new TrainingDirectory(path)
  const identity = files.readIdentity()
  if (hashOfFiles(files.scenario) !== identity.scenarioFileHash) {
    const message = 'is damaged, or was changed since the training began; expected it as it was'
    throw new UserError({ message, place: { file: files.scenario } })
  }
  const loaded = await loadScenario(files.scenario, { registry: options.plugins })
  if (loaded.hash !== identity.scenarioHash) {
    const message = `is not the scenario that the training began with: its hash is ${loaded.hash.slice(0, 12)}, expected ${identity.scenarioHash.slice(0, 12)}`
    throw new UserError({ message, place: { file: files.scenario } })
  }
  const warn = (problem: Problem) => options.onWarning?.(problem)
  checkPrograms(identity, path, warn)
  const { sources, labels } = identity
  checkSame({ sources }, { sources: sourcesOf(untrained(loaded, labels)) }, path)
  const directory = reopenRunDirectory(path, warn)
  try {
    return await trainAll(files, loaded, identity, renewing(directory, options))
  } finally {
    directory.close()
  }
}

/** The same, saying to other machines after every step that the training goes on. */
const renewing = (directory: RunDirectory, options: TrainOptions): TrainOptions => ({
  ...options,
  onStep(label, step, history) {
    directory.renewLock()
    options.onStep?.(label, step, history)
  },
})

async function trainAll(
  files: TrainingDirectory,
  loaded: LoadedScenario,
  identity: TrainingIdentity,
  options: TrainOptions,
): Promise<TrainingResult> {
  const histories = new Map<string, TrainingHistory>()
  const trained: TrainedScheduler[] = []
  const { scenario } = loaded
  options.onStart?.({ scenario, labels: identity.labels, directory: files.path })
  const network = await networkOf(loaded)
  const { validation } = await openTrainingEnvironment(loaded, identity.labels[0], network)
  const reference = await referenceCosts(loaded, validation)
  for (const label of identity.labels) {
    const history = new TrainingHistory()
    const ended = await trainOne(files, loaded, network, label, reference, history, options)
    if (history.steps.length > 0) {
      histories.set(label, history)
      trained.push(trainedScheduler(files, loaded, label, ended, history))
    }
    if (ended === 'interrupted') break
  }
  writeTrainingTables(files.path, histories)
  const { cotwin, node, cpu } = provenance()
  const summary: TrainingSummary = {
    trainingDirectory: files.path,
    scenario: identity.scenario,
    scenarioHash: identity.scenarioHash,
    seed: scenario.seed,
    criterion: scenario.training.criterion,
    validationRounds: validation.length,
    referenceCost: meanOf(reference),
    schedulers: trained,
    made: { endedAt: new Date().toISOString(), cotwin, node, processor: cpu.model },
  }
  files.writeSummary(summary)
  const { writeTrainingReport } = await import('./report/training/index.js')
  await writeTrainingReport(files.path)
  const interrupted = trained.some(({ ended }) => ended === 'interrupted')
  return { summary, interrupted, report: join(files.path, 'report.html') }
}

/** One scheduler's training, from its last checkpoint if there is one. */
async function trainOne(
  files: TrainingDirectory,
  loaded: LoadedScenario,
  network: NetworkParameters,
  label: string,
  reference: Float64Array,
  history: TrainingHistory,
  { signal, onStep, onWarning = () => {} }: TrainOptions,
): Promise<TrainedScheduler['ended']> {
  const checkpoint = files.readCheckpoint(label, onWarning)
  if (checkpoint) history.restore({ arrays: {}, values: checkpoint.values.history as SavedState['values'] })
  let best = checkpoint && partOf(checkpoint, 'best')
  const weights = files.weightsOf(label)
  if (best && history.best && !isWholeState(weights)) {
    onWarning({ message: 'is missing or damaged: it is written again', place: { file: weights } })
    files.writeWeights(label, best, originOf(loaded, label, history.best))
  }
  const done = checkpoint?.values.ended as TrainedScheduler['ended'] | undefined
  if (done) return done
  const scheduler = await createLearner(loaded, label)
  const environment = await openTrainingEnvironment(loaded, label, network)
  const trainer = await scheduler.train!(environment)
  try {
    if (checkpoint) await trainer.restore(partOf(checkpoint, 'trainer')!)
    const stateWith = (trainerState?: SavedState, more: object = {}): SavedState => {
      const { arrays, values } = saveParts({
        trainer: trainerState && { save: () => trainerState },
        best: best && { save: () => best! },
      })
      return { arrays, values: { ...values, history: history.save().values, ...more } }
    }
    const ended = await trainScheduler({
      trainer,
      settings: loaded.scenario.training,
      reference,
      history,
      keep: (policy, step) => {
        best = copyOf(policy)
        files.writeWeights(label, policy, originOf(loaded, label, step))
      },
      checkpoint: (trainerState) => files.writeCheckpoint(label, stateWith(trainerState)),
      onStep: (step) => onStep?.(label, step, history),
      ...(signal && { signal }),
    })
    // What has ended is not resumed: its history is all that is left to know.
    if (ended !== 'interrupted') files.writeEnd(label, stateWith(undefined, { ended }))
    return ended
  } finally {
    trainer.dispose()
  }
}

/** The schedulers to train, all where none is asked for; a `UserError` where there is none, or one does not learn. */
async function labelsOf(loaded: LoadedScenario, wanted: readonly string[]): Promise<string[]> {
  const all = loaded.scenario.schedulers.map(({ label }) => label)
  for (const label of wanted) {
    if (all.includes(label)) continue
    const suggestion = nearestName(label, all)
    throw new UserError({
      message: `the scenario has no scheduler "${label}"; it has ${all.join(', ')}`,
      ...(suggestion && { suggestion }),
    })
  }
  const learning: string[] = []
  for (const label of wanted.length > 0 ? wanted : all) {
    if ((await createLearner(loaded, label)).train) learning.push(label)
    else if (wanted.length > 0)
      throw new UserError(loaded.problemAt('schedulers', `${label} does not learn; ${expectation}`))
  }
  if (learning.length > 0) return learning
  throw new UserError(loaded.problemAt('schedulers', `none of ${all.join(', ')} learns; ${expectation}`))
}

const expectation = 'expected a scheduler that can be trained, e.g. d3qn'

function referenceOf({ scenario }: LoadedScenario, label: string): Scenario['schedulers'][number] {
  return scenario.schedulers.find((scheduler) => scheduler.label === label)!
}

/** What is trained from: weights that the schedulers to be trained may be given are what is about to be made. */
const untrained = (loaded: LoadedScenario, labels: readonly string[]): LoadedScenario => ({
  ...loaded,
  scenario: {
    ...loaded.scenario,
    schedulers: loaded.scenario.schedulers.map((scheduler) =>
      labels.includes(scheduler.label) ? withoutWeights(scheduler) : scheduler,
    ),
  },
})

function withoutWeights(scheduler: Scenario['schedulers'][number]): Scenario['schedulers'][number] {
  const { weights: _, ...options } = scheduler.options
  return { ...scheduler, options }
}

/** The scheduler as it is before training: weights that it may be given are what is about to be made. */
async function createLearner(loaded: LoadedScenario, label: string): Promise<Scheduler> {
  const reference = withoutWeights(referenceOf(loaded, label))
  return createPlugin('scheduler', reference, `scheduler/${label}`, pluginContextOf(loaded))
}

/** What a file of weights says of itself. */
function originOf(loaded: LoadedScenario, label: string, step: TrainingStep): Record<string, string> {
  const { scenario, hash } = loaded
  const { plugin, options } = referenceOf(loaded, label)
  const { clients, servers, channels } = scenario.network
  return {
    plugin,
    label,
    options: JSON.stringify(options),
    scenario: scenario.name,
    scenarioHash: hash,
    seed: String(scenario.seed),
    sizes: JSON.stringify({ clients: clients.count, servers: servers.count, channels: channels.count }),
    rounds: String(step.rounds),
    updates: String(step.updates),
    validation: JSON.stringify(step.validation),
  }
}

function trainedScheduler(
  files: TrainingDirectory,
  loaded: LoadedScenario,
  label: string,
  ended: TrainedScheduler['ended'],
  history: TrainingHistory,
): TrainedScheduler {
  const { plugin, options } = referenceOf(loaded, label)
  const last = history.steps.at(-1)!
  const best = history.best!
  return {
    label,
    plugin,
    tier: tierOf(loaded.registry.get('scheduler', plugin), options),
    weights: files.weightsOf(label),
    ended,
    episodes: last.episode,
    rounds: last.rounds,
    updates: last.updates,
    seconds: last.seconds,
    best: { ...best.validation, rounds: best.rounds },
    last: history.lastValidation!,
  }
}
