import { tierOf } from '../plugin/tiers.js'
import { provenance } from '../results/provenance.js'
import type { TrainedScheduler, TrainingSummary } from '../results/training-results.js'
import type { LoadedScenario } from '../scenario/load.js'
import { openTrainingEnvironment } from '../twin/training-environment.js'
import type { TrainingDirectory, TrainingIdentity } from './directory.js'
import type { TrainingHistory } from './history.js'
import { networkOf } from './network-of.js'
import { referenceCosts } from './reference.js'
import { type EndedTraining, referenceOf, type TrainingListeners, trainOne } from './train-one.js'
import { meanOf } from './validation.js'
import { writeTrainingTables } from './write-tables.js'

/** Trains the schedulers of a training one after the other, and writes what came of it. */
export async function trainAll(
  files: TrainingDirectory,
  loaded: LoadedScenario,
  identity: TrainingIdentity,
  listeners: TrainingListeners,
): Promise<TrainingSummary> {
  const { scenario } = loaded
  const network = await networkOf(loaded)
  const { validation } = await openTrainingEnvironment(loaded, identity.labels[0]!, network)
  const reference = await referenceCosts(loaded, validation)
  const histories = new Map<string, TrainingHistory>()
  const trained: TrainedScheduler[] = []
  for (const label of identity.labels) {
    const training = await trainOne({ files, loaded, label, network, reference }, listeners)
    const { history, ended } = training
    if (history.steps.length > 0) {
      histories.set(label, history)
      trained.push(trainedScheduler(files, loaded, label, training))
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
  return summary
}

function trainedScheduler(
  files: TrainingDirectory,
  loaded: LoadedScenario,
  label: string,
  { ended, history }: EndedTraining,
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
