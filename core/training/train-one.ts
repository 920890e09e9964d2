import { pluginContextOf } from '../environment/plugin-context.js'
import type { Problem } from '../errors.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { Scheduler } from '../plugin/contracts.js'
import { createPlugin } from '../plugin/create-plugin.js'
import { copyOf } from '../plugin/saved-state.js'
import { isWholeState } from '../plugin/state-file.js'
import type { TrainedScheduler } from '../results/training-results.js'
import type { LoadedScenario } from '../scenario/load.js'
import type { Scenario } from '../scenario/scenario.js'
import { openTrainingEnvironment } from '../twin/training-environment.js'
import { savedTraining, savedTrainingViolation, trainingFrom } from './checkpoint.js'
import type { TrainingDirectory } from './directory.js'
import { TrainingHistory, type TrainingStep } from './history.js'
import { trainScheduler } from './train-scheduler.js'

/** Who hears of a training, and may end it. */
export interface TrainingListeners {
  /** Keeps what there is after the step in hand, and returns. */
  readonly signal?: AbortSignal
  /** Told of what went wrong and did not keep the training from going on. */
  readonly onWarning?: (problem: Problem) => void
  /** Hears of every step of every scheduler. */
  readonly onStep?: (label: string, step: TrainingStep, history: TrainingHistory) => void
}

/** One scheduler to train, and in what. */
export interface SchedulerTraining {
  readonly files: TrainingDirectory
  readonly loaded: LoadedScenario
  readonly label: string
  /** The network's constants, with the load of what is learned. */
  readonly network: NetworkParameters
  /** Costs of the reference scheduler on the validation rounds. */
  readonly reference: Float64Array
}

/** How a training ended, and what it was until then. */
export interface EndedTraining {
  readonly ended: TrainedScheduler['ended']
  readonly history: TrainingHistory
}

/** One scheduler's training, from its last checkpoint if there is one. */
export async function trainOne(
  { files, loaded, label, network, reference }: SchedulerTraining,
  { signal, onStep, onWarning = () => {} }: TrainingListeners,
): Promise<EndedTraining> {
  const history = new TrainingHistory()
  const checkpoint = files.readCheckpoint(label, onWarning, savedTrainingViolation)
  const begun = checkpoint && trainingFrom(checkpoint, history)
  let best = begun?.best
  const weights = files.weightsOf(label)
  if (best && history.best && !isWholeState(weights)) {
    onWarning({ message: 'is missing or damaged: it is written again', place: { file: weights } })
    files.writeWeights(label, best, originOf(loaded, label, history.best))
  }
  if (begun?.ended) return { ended: begun.ended, history }
  const scheduler = await createLearner(loaded, label)
  const environment = await openTrainingEnvironment(loaded, label, network)
  const trainer = await scheduler.train!(environment)
  try {
    if (begun?.trainer) await trainer.restore(begun.trainer)
    const ended = await trainScheduler({
      trainer,
      settings: loaded.scenario.training,
      reference,
      history,
      keep: (policy, step) => {
        best = copyOf(policy)
        files.writeWeights(label, policy, originOf(loaded, label, step))
      },
      checkpoint: (state) => files.writeCheckpoint(label, savedTraining(history, { trainer: state, best })),
      onStep: (step) => onStep?.(label, step, history),
      ...(signal && { signal }),
    })
    // What has ended is not resumed: its history is all that is left to know.
    if (ended !== 'interrupted') files.writeEnd(label, savedTraining(history, { best, ended }))
    return { ended, history }
  } finally {
    trainer.dispose()
  }
}

/** The scheduler as it is before training: weights that it may be given are what is about to be made. */
export async function createLearner(loaded: LoadedScenario, label: string): Promise<Scheduler> {
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

/** The scheduler as the scenario has it. */
export function referenceOf({ scenario }: LoadedScenario, label: string): Scenario['schedulers'][number] {
  return scenario.schedulers.find((scheduler) => scheduler.label === label)!
}

/** The same with weights of its own left out. */
export function withoutWeights(scheduler: Scenario['schedulers'][number]): Scenario['schedulers'][number] {
  const { weights: _, ...options } = scheduler.options
  return { ...scheduler, options }
}
