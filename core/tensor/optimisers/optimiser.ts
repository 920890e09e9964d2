import * as tf from '@tensorflow/tfjs-core'
import { currentHeap } from '../kernels/current.js'
import type { KernelHeap } from '../kernels/heap.js'
import { assignFlat, flatLength, toFlat } from '../weights/flat.js'
import type { OptimiserOptions } from './options.js'
import { type UpdateRule, updateRule } from './rules.js'

/** What an optimiser carries from step to step for some variables. */
export interface OptimiserState {
  readonly steps: number
  /** Slot by slot of one variable after the other, flat. */
  readonly slots: Float32Array
}

interface NamedTensor {
  name: string
  tensor: tf.Tensor
}

/**
 * A TensorFlow.js optimiser (`minimize`, `applyGradients`, `model.compile({ optimizer })`) that updates each variable in
 * one pass over memory, in place unless another tensor shares the variable's elements.
 */
export class FusedOptimiser extends tf.Optimizer {
  static readonly className = 'CotwinOptimiser'
  readonly #options: OptimiserOptions
  readonly #rule: UpdateRule
  readonly #slots = new Map<string, tf.Variable[]>()
  learningRate: number

  /** @throws RangeError when the learning rate is not a positive finite number */
  constructor(options: OptimiserOptions) {
    super()
    if (!(options.learningRate > 0 && Number.isFinite(options.learningRate))) {
      throw new RangeError(
        `optimiser ${options.kind}: learningRate must be positive, not ${options.learningRate}`,
      )
    }
    this.#options = options
    this.#rule = updateRule(options)
    this.learningRate = options.learningRate
  }

  static override fromConfig<T extends tf.serialization.Serializable>(
    Class: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new Class(config)
  }

  getConfig(): tf.serialization.ConfigDict {
    return { ...this.#options, learningRate: this.learningRate }
  }

  /** Updates the variables named by these gradients; a variable without a gradient keeps its value. */
  applyGradients(gradients: tf.NamedTensorMap | NamedTensor[]): void {
    const named = Array.isArray(gradients)
      ? gradients.map(({ name, tensor }) => [name, tensor] as const)
      : Object.entries(gradients)
    const step = this.iterations + 1
    for (const [name, gradient] of named) {
      if (gradient == null) continue
      const variable = tf.engine().registeredVariables[name]
      if (variable === undefined)
        throw new Error(`optimiser ${this.#options.kind}: no variable is named ${name}`)
      const heap = currentHeap()
      if (heap === undefined) this.#updateComposed(variable, gradient, step)
      else this.#updateFused(heap, variable, gradient, step)
    }
    this.incrementIterations()
  }

  #updateFused(heap: KernelHeap, variable: tf.Variable, gradient: tf.Tensor, step: number): void {
    const owned = [variable, ...this.#slotsOf(variable)]
    const shared = heap.references(variable) > 1
    // Slots belong to this optimiser alone, unless someone asked for its weights: then they are copied first.
    for (const slot of owned.slice(1)) if (heap.references(slot) > 1) unshare(slot)
    const [parameter, ...slots] = owned.map((tensor) => heap.address(tensor))
    const fresh = shared ? heap.output(variable.shape) : undefined
    this.#rule.fused(heap.kernels, {
      out: fresh === undefined ? parameter! : heap.address(fresh),
      parameter: parameter!,
      gradient: heap.address(gradient),
      slots,
      size: variable.size,
      rate: this.learningRate,
      step,
    })
    if (fresh !== undefined) {
      const value = tf.engine().makeTensorFromTensorInfo(fresh)
      variable.assign(value)
      value.dispose()
    }
  }

  #updateComposed(variable: tf.Variable, gradient: tf.Tensor, step: number): void {
    tf.tidy(() => {
      const slots = this.#slotsOf(variable)
      const next = this.#rule.composed({
        parameter: variable,
        gradient,
        slots,
        rate: this.learningRate,
        step,
      })
      variable.assign(next.parameter)
      for (const [i, slot] of slots.entries()) slot.assign(next.slots[i]!)
    })
  }

  #slotsOf(variable: tf.Variable): tf.Variable[] {
    const known = this.#slots.get(variable.name)
    if (known !== undefined) return known
    const slots = this.#rule.slots.map(() => tf.tidy(() => tf.variable(tf.zeros(variable.shape), false)))
    this.#slots.set(variable.name, slots)
    return slots
  }

  /** The state as named tensors, `variable/slot`, after the step count: enough to go on as if never interrupted. */
  override async getWeights(): Promise<NamedTensor[]> {
    const slots = [...this.#slots].flatMap(([variable, tensors]) =>
      this.#rule.slots.map((slot, i) => ({ name: `${variable}/${slot}`, tensor: tensors[i]! })),
    )
    return [await this.saveIterations(), ...slots]
  }

  /** Takes back moments and step count as `getWeights` gave them. */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    for (const { name, tensor } of await this.extractIterations(weights)) {
      const cut = name.lastIndexOf('/')
      const slot = this.#rule.slots.indexOf(name.slice(cut + 1))
      const variable = tf.engine().registeredVariables[name.slice(0, cut)]
      if (slot < 0 || variable === undefined) {
        throw new Error(
          `optimiser ${this.#options.kind}: state ${name} belongs to no slot of a known variable`,
        )
      }
      this.#slotsOf(variable)[slot]!.assign(tensor)
    }
  }

  /** The state of these variables at once, for one optimiser that serves many models in turn. */
  stateOf(variables: readonly tf.Variable[]): OptimiserState {
    const slots = variables.flatMap((variable) => this.#slotsOf(variable))
    return { steps: this.iterations, slots: toFlat(slots) }
  }

  /**
   * Goes on from a state that `stateOf` gave for the same variables, or afresh.
   *
   * @throws RangeError when the state is one of other variables
   */
  setState(variables: readonly tf.Variable[], state?: OptimiserState): void {
    const slots = variables.flatMap((variable) => this.#slotsOf(variable))
    this.iterations_ = state?.steps ?? 0
    assignFlat(slots, state?.slots ?? new Float32Array(flatLength(slots)))
  }

  override dispose(): void {
    for (const slots of this.#slots.values()) tf.dispose(slots)
    this.#slots.clear()
    super.dispose()
  }
}

tf.serialization.registerClass(FusedOptimiser)

/** Creates an optimiser. */
export function createOptimiser(options: OptimiserOptions): FusedOptimiser {
  return new FusedOptimiser(options)
}

function unshare(variable: tf.Variable): void {
  tf.tidy(() => variable.assign(tf.add(variable, 0)))
}
