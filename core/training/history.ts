import Type from 'typebox'
import { noArrays, statePart } from '../plugin/state-part.js'
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

const stepSchema = Type.Object({
  episode: Type.Number(),
  rounds: Type.Number(),
  updates: Type.Number(),
  exploration: Type.Number(),
  loss: Type.Union([Type.Null(), Type.Number()]),
  agentLosses: Type.Unsafe<readonly number[]>(Type.Array(Type.Number())),
  done: Type.Number(),
  validation: Type.Union([
    Type.Null(),
    Type.Object({ cost: Type.Number(), ratio: Type.Number(), geometricRatio: Type.Number() }),
  ]),
  best: Type.Boolean(),
  seconds: Type.Number(),
})

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

  readonly state = statePart({
    values: Type.Object({ steps: Type.Array(stepSchema) }),
    arrays: noArrays,
    save: () => ({ values: { steps: this.steps }, arrays: {} }),
    restore: ({ values: { steps } }) => {
      this.steps.length = 0
      for (const step of steps) this.steps.push(step)
    },
  })
}
