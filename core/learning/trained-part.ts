import type { LocalTraining } from '../plugin/learning-contracts.js'
import type { Tensor, TensorOperations } from '../plugin/model-contracts.js'
import type { FusedOptimiser, OptimiserOptions, OptimiserState } from '../tensor/index.js'
import { applyPart, type ModelPart } from './cut.js'

type Variable = ReturnType<TensorOperations['tf']['variable']>

/** Changes a local gradient in place, given the weights before the step; both flat, of all parameters. */
export interface Correction {
  readonly local: LocalTraining
  correct(gradient: Float32Array, weights: Float32Array, local: LocalTraining): void
}

/**
 * A part of a model in tensors, with its optimiser: whoever trains at the moment loads weights and state into it.
 *
 * There are as many as train at once, not as many as there are clients.
 */
export class TrainedPart {
  readonly part: ModelPart
  readonly #operations: TensorOperations
  readonly #all: readonly Variable[]
  /** Those that training changes. */
  readonly variables: readonly Variable[]
  readonly #optimiser: FusedOptimiser
  readonly #learningRate: number
  #correction: Correction | undefined

  constructor(operations: TensorOperations, part: ModelPart, optimiser: OptimiserOptions) {
    this.part = part
    this.#operations = operations
    const { tf } = operations
    this.#all = part.parameters.map(({ shape, fixed }) => {
      const zeros = tf.zeros([...shape])
      const variable = tf.variable(zeros, !fixed)
      zeros.dispose()
      return variable
    })
    this.variables = this.#all.filter((_, i) => !part.parameters[i].fixed)
    this.#optimiser = operations.createOptimiser(optimiser)
    this.#learningRate = optimiser.learningRate
  }

  get learningRate(): number {
    return this.#learningRate
  }

  /** Takes over weights and, unless training begins afresh, the state of their optimiser. */
  load(weights: Float32Array, state?: OptimiserState, correction?: Correction): void {
    this.#operations.assignFlat([...this.#all], weights)
    this.#optimiser.setState([...this.variables], state)
    this.#correction = correction
  }

  /** A copy of all weights, flat. */
  weights(): Float32Array {
    return this.#operations.toFlat([...this.#all])
  }

  optimiserState(): OptimiserState {
    return this.#optimiser.stateOf([...this.variables])
  }

  apply(x: Tensor): Tensor {
    return applyPart(this.part, this.#operations, x, this.#all)
  }

  /** One step of the optimiser; gradients by the name of their variable. */
  step(gradients: Readonly<Record<string, Tensor>>): void {
    const own = this.variables.map((variable) => ({ name: variable.name, tensor: gradients[variable.name] }))
    if (!this.#correction) {
      this.#optimiser.applyGradients(own)
      return
    }
    const { tf, toFlat, fromFlat } = this.#operations
    const { correct, local } = this.#correction
    const zeros = this.#all.map((variable) => (variable.trainable ? undefined : tf.zerosLike(variable)))
    const flat = toFlat(this.#all.map(({ name }, i) => zeros[i] ?? gradients[name]))
    correct(flat, this.weights(), local)
    const corrected = fromFlat(
      flat,
      this.#all.map(({ shape }) => shape),
    )
    const named = this.#all.map(({ name, trainable }, i) => ({ name, trainable, tensor: corrected[i] }))
    this.#optimiser.applyGradients(named.filter(({ trainable }) => trainable))
    tf.dispose([...corrected, ...zeros.flatMap((zero) => zero ?? [])])
  }

  dispose(): void {
    this.#operations.tf.dispose([...this.#all])
    this.#optimiser.dispose()
  }
}
