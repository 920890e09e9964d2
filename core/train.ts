import { join, resolve } from 'node:path'
import { type Problem, UserError } from './errors.js'
import { hashOf, hashOfFiles } from './files/hash.js'
import { nearestName } from './nearest.js'
import type { PluginRegistry } from './plugin/registry.js'
import { provenance } from './results/provenance.js'
import { checkPrograms, checkSame } from './results/resumable.js'
import { createRunDirectory, type RunDirectory, reopenRunDirectory } from './results/run-directory.js'
import type { TrainingSummary } from './results/training-results.js'
import { type LoadedScenario, loadScenario } from './scenario/load.js'
import type { Scenario } from './scenario/scenario.js'
import { scenarioIn, sourcesOf } from './sources.js'
import { TrainingDirectory, type TrainingIdentity } from './training/directory.js'
import { trainAll } from './training/train-all.js'
import { createLearner, type TrainingListeners, withoutWeights } from './training/train-one.js'

/** What new and resumed trainings have in common. */
export interface TrainOptions extends TrainingListeners {
  /** The built-in plugins. */
  readonly plugins: PluginRegistry
  /** Hears what is going to be trained, and where, before anything is computed. */
  readonly onStart?: (training: { scenario: Scenario; labels: readonly string[]; directory: string }) => void
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
  refuseJobs(loaded)
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
    return await trainAndReport(files, copy, identity, renewing(directory, options))
  } finally {
    directory.close()
  }
}

/** A scheduler is trained in networks of one load, by one objective: a `UserError` where a scenario has several tasks. */
function refuseJobs({ scenario, problemAt }: LoadedScenario): void {
  if (scenario.jobs.length === 0) return
  throw new UserError(
    problemAt(
      'jobs',
      'schedulers train in networks with the load and the objective of one task; expected none: train on the scenario without them, whose weights ' +
        'its schedulers take under jobs as well',
    ),
  )
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
    return await trainAndReport(files, loaded, identity, renewing(directory, options))
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

async function trainAndReport(
  files: TrainingDirectory,
  loaded: LoadedScenario,
  identity: TrainingIdentity,
  options: TrainOptions,
): Promise<TrainingResult> {
  options.onStart?.({ scenario: loaded.scenario, labels: identity.labels, directory: files.path })
  const summary = await trainAll(files, loaded, identity, options)
  const { writeTrainingReport } = await import('./report/training/index.js')
  await writeTrainingReport(files.path)
  const interrupted = summary.schedulers.some(({ ended }) => ended === 'interrupted')
  return { summary, interrupted, report: join(files.path, 'report.html') }
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
