import { setImmediate } from 'node:timers/promises'
import type { SavedState } from '../plugin/saved-state.js'
import type { Trainer } from '../plugin/training-contracts.js'
import type { TrainedScheduler, Validation } from '../results/training-results.js'
import type { Scenario } from '../scenario/scenario.js'
import type { TrainingHistory, TrainingStep } from './history.js'
import { validationOf } from './validation.js'

/** A training, and who hears of it. */
export interface TrainingSession {
  readonly trainer: Trainer
  readonly settings: Scenario['training']
  /** Costs of the reference scheduler on the validation rounds. */
  readonly reference: Float64Array
  readonly history: TrainingHistory
  /** Called with weights that are the best so far. */
  readonly keep: (policy: SavedState, step: TrainingStep) => void
  /** Called with everything, to go on from. */
  readonly checkpoint: (trainer: SavedState) => void
  readonly onStep: (step: TrainingStep) => void
  /** Ends the training after the step in hand. */
  readonly signal?: AbortSignal
}

/**
 * Trains until the trainer is done, validation gets no better, or the signal aborts; returns which.
 *
 * The history tells what has been done already: with a trainer that was restored, this goes on from there.
 */
export async function trainScheduler(
  session: TrainingSession,
): Promise<Exclude<TrainedScheduler['ended'], 'running'>> {
  const { trainer, settings, history, signal } = session
  let seconds = history.steps.at(-1)?.seconds ?? 0
  let lastCheckpoint = performance.now()
  const record = async (step: Omit<TrainingStep, 'validation' | 'best' | 'seconds'>, validate: boolean) => {
    const validation = validate ? validationOf(await trainer.validate(), session.reference) : null
    const best = validation !== null && isBetter(validation, history.best?.validation, settings.criterion)
    const full = { ...step, validation, best, seconds }
    history.steps.push(full)
    if (best) session.keep(await trainer.policy(), full)
    session.onStep(full)
  }

  if (history.steps.length === 0) {
    const none = { episode: 0, rounds: 0, updates: 0, exploration: Number.NaN, loss: null, agentLosses: [] }
    await record({ ...none, done: 0 }, true)
  }
  for (;;) {
    if ((history.steps.at(-1)?.done ?? 0) >= 1) return 'finished'
    if (settings.patience !== null && history.worseInARow >= settings.patience) return 'patience'
    // Lets signals through.
    await setImmediate()
    if (signal?.aborted) {
      session.checkpoint(await trainer.save())
      return 'interrupted'
    }
    const start = performance.now()
    const { agentLosses = [], ...progress } = await trainer.advance()
    seconds += (performance.now() - start) / 1000
    const due = history.steps.length % settings.validateEvery === 0 || progress.done >= 1
    await record({ ...progress, agentLosses: Array.from(agentLosses) }, due)
    // When checkpoints are made changes no result.
    if (performance.now() - lastCheckpoint >= 1000 * settings.checkpointSeconds) {
      session.checkpoint(await trainer.save())
      lastCheckpoint = performance.now()
    }
  }
}

function isBetter(
  validation: Validation,
  best: Validation | undefined,
  criterion: Scenario['training']['criterion'],
): boolean {
  const figure = criterion === 'mean' ? 'ratio' : 'geometricRatio'
  return best === undefined || validation[figure] < best[figure]
}
