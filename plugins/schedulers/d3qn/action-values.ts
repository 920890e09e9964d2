import type { RandomStream } from '../../../core/plugin/index.js'
import {
  assignFlat,
  dense,
  dueling,
  fanInUniform,
  type TensorEngine,
  toFlat,
} from '../../../core/plugin/tensor.js'

/** A tensor of whichever backend is open. */
export type Tensor = ReturnType<TensorEngine['tf']['zeros']>
/** A tensor that training changes. */
export type Variable = ReturnType<TensorEngine['tf']['variable']>

/** Shape of the dueling networks of all agents. */
export interface NetworkShape {
  /** Networks side by side: one an agent, or 1 where all share theirs. */
  readonly networks: number
  /** Numbers of a state. */
  readonly inputs: number
  /** Neurons of the hidden layers, ReLU. */
  readonly hidden: readonly number[]
  readonly actions: number
}

/** Dueling deep Q-networks side by side (Wang et al., 2016), computed together. */
export class ActionValues {
  readonly shape: NetworkShape
  readonly #tf: TensorEngine['tf']
  /** Weights, then biases, of each layer. */
  readonly variables: readonly Variable[]

  constructor({ tf }: TensorEngine, shape: NetworkShape, random: RandomStream) {
    this.shape = shape
    this.#tf = tf
    const sizes = [shape.inputs, ...shape.hidden, 1 + shape.actions]
    this.variables = tf.tidy(() =>
      sizes.slice(1).flatMap((outputs, layer) => {
        const weights = fanInUniform([shape.networks, sizes[layer], outputs], random)
        return [tf.variable(weights), tf.variable(tf.zeros([shape.networks, outputs]))]
      }),
    )
  }

  /** Q of every action: states networks×B×inputs to networks×B×actions. */
  of(states: Tensor): Tensor {
    const { variables } = this
    let x = states
    for (let i = 0; i < variables.length; i += 2)
      x = dense(x, variables[i], variables[i + 1], i + 2 < variables.length ? 'relu' : 'linear')
    return dueling(x)
  }

  /** Takes over the weights of others of the same shape. */
  copy(others: ActionValues): void {
    // The elements are shared until the optimiser writes to one of both, which then gets its own.
    for (const [i, variable] of this.variables.entries()) variable.assign(others.variables[i])
  }

  save(): Float32Array {
    return toFlat(this.variables as Variable[])
  }

  restore(weights: Float32Array): void {
    assignFlat(this.variables as Variable[], weights)
  }

  dispose(): void {
    this.#tf.dispose([...this.variables])
  }
}
