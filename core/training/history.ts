import type { SavedState } from '../plugin/saved-state.js'
import type { TrainingProgress } from '../plugin/training-contracts.js'
import type { Validation } from '../results/training-results.js'

/** One step of a training. */
export interface TrainingStep extends Omit<TrainingProgress, 'agentLosses'> {
  readonly agentLosses: readonly number[]
  readonly validation: Validation | null
  /** Whether its weights were the best so far. */
  readonly best: boolean
  /** Wall clock since the training began, s, validation and pauses left out. */
  readonly seconds: number
}

/** The steps of one scheduler's training so far. */
export class TrainingHistory {
  readonly steps: TrainingStep[] = []

  /** The last step whose weights were kept. */
  get best(): (TrainingStep & { readonly validation: Validation }) | undefined {
    return this.steps.findLast(({ best }) => best) as never
  }

  get lastValidation(): Validation | null {
    return this.steps.findLast(({ validation }) => validation !== null)?.validation ?? null
  }

  /** Validations since the best one. */
  get worseInARow(): number {
    const from = this.steps.findLastIndex(({ best }) => best)
    return this.steps.slice(from + 1).filter(({ validation }) => validation !== null).length
  }

  save(): SavedState {
    return { arrays: {}, values: { steps: this.steps } }
  }

  restore({ values }: SavedState): void {
    this.steps.length = 0
    for (const step of values.steps as TrainingStep[]) this.steps.push(step)
  }
}
