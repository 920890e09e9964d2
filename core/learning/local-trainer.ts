import type { Tensor } from '../plugin/model-contracts.js'
import { averagedOf, lossOfAveraged } from './averaged-gradients.js'
import { sizeOf } from './cut.js'
import type { HeadStore } from './head-store.js'
import { transmit } from './precision.js'
import type { ClientBatch, Step } from './steps.js'
import type { LearningTask } from './task.js'
import { type Correction, TrainedPart } from './trained-part.js'

/** What training a body for a round came to. */
export interface LocalResult {
  readonly weights: Float32Array
  readonly steps: number
  /** Sum over samples of their loss before the step they were in. */
  readonly lossSum: number
  readonly samples: number
}

/** What a client's head is asked to do in its steps. */
export type HeadCorrection = (client: number) => Correction | undefined

/**
 * Stage I: trains one body on the batches of its clients, and the heads of these clients with it.
 *
 * Tensors are those of one body and of as many heads as meet in one step; whatever else there is lies in flat arrays.
 */
export class LocalTrainer {
  readonly #task: LearningTask
  readonly #body: TrainedPart
  /** Of each structure, as many as were ever trained at once. */
  readonly #heads: TrainedPart[][]
  readonly #store: HeadStore
  /** Clients whose heads are in tensors at the moment. */
  readonly #loaded = new Map<number, TrainedPart>()
  #rows = new Float32Array(0)

  constructor(task: LearningTask, store: HeadStore) {
    this.#task = task
    this.#store = store
    this.#body = new TrainedPart(task.operations, task.model.body, task.settings.optimiser)
    this.#heads = task.headParts.map(() => [])
  }

  /** The tensors of the body, for whoever loads weights into them first. */
  get body(): TrainedPart {
    return this.#body
  }

  /** Runs samples through a head of this structure, whose weights are loaded first. */
  headOf(structure: number, place = 0): TrainedPart {
    const own = this.#heads[structure]
    const { operations, headParts, headOptimiser } = this.#task
    while (own.length <= place) own.push(new TrainedPart(operations, headParts[structure], headOptimiser))
    return own[place]
  }

  /** Goes through the steps from what the body was loaded with. */
  async train(steps: readonly Step[], headCorrection: HeadCorrection): Promise<LocalResult> {
    let lossSum = 0
    let samples = 0
    for (const step of steps) {
      const count = step.reduce((sum, { indices }) => sum + indices.length, 0)
      const rows = await this.#read(step, count)
      const loss = this.#task.trainsHeads
        ? this.#trainWithHeads(step, rows, headCorrection)
        : this.#trainBody(step, rows, count)
      lossSum += loss * count
      samples += count
    }
    for (const client of [...this.#loaded.keys()]) this.#putBack(client)
    return { weights: this.#body.weights(), steps: steps.length, lossSum, samples }
  }

  async #read(step: Step, count: number): Promise<Float32Array> {
    const { trainRows } = this.#task
    if (this.#rows.length < count * trainRows.length) this.#rows = new Float32Array(count * trainRows.length)
    let at = 0
    for (const { client, indices } of step) {
      await trainRows.read(indices, client, this.#rows, at)
      at += indices.length
    }
    return this.#rows.subarray(0, count * trainRows.length)
  }

  #labels(step: Step, count: number): Tensor {
    const { labels } = this.#task.dataset.train
    const own = new Int32Array(count)
    let at = 0
    for (const { indices } of step) for (const index of indices) own[at++] = labels[index]
    return this.#task.operations.tf.tensor1d(own, 'int32')
  }

  #trainBody(step: Step, rows: Float32Array, count: number): number {
    const { operations, trainRows } = this.#task
    const { tf } = operations
    return tf.tidy(() => {
      const x = tf.tensor(rows, [count, ...trainRows.shape])
      const labels = this.#labels(step, count)
      const { value, grads } = tf.variableGrads(() => this.#loss(step, x, labels), [...this.#body.variables])
      this.#body.step(grads)
      return value.dataSync()[0]
    })
  }

  /**
   * One step of the body on the union of its clients' batches (eq. 1), and of each client's head on its own (eq. 2).
   *
   * All of it is one computation whose tape crosses the wire twice. The loss of the union is a mean over it, that of
   * a client one over its own batch: hence the scale of the gradients that a client is sent.
   */
  #trainWithHeads(step: Step, rows: Float32Array, headCorrection: HeadCorrection): number {
    const { operations, trainRows, settings, model } = this.#task
    const { body } = model
    const { tf } = operations
    const heads = this.#loadHeads(step, headCorrection)
    const count = step.reduce((sum, { indices }) => sum + indices.length, 0)
    const loss = tf.tidy(() => {
      const labels = this.#labels(step, count)
      let at = 0
      const batches = step.map(({ indices }) => {
        const own = rows.subarray(at * trainRows.length, (at + indices.length) * trainRows.length)
        at += indices.length
        return tf.tensor(own, [indices.length, ...trainRows.shape])
      })
      const { value, grads } = tf.variableGrads(() => {
        const activations = batches.map((x, i) => {
          const { indices, precision = settings.precision } = step[i]
          const { length } = indices
          // As rows: to put higher ranks together and take them apart again is far slower.
          const sent = tf.reshape(heads[i].apply(x), [length, sizeOf(body.inputShape)])
          return transmit(operations, sent, precision, count / length)
        })
        const received = activations.length === 1 ? activations[0] : tf.concat(activations, 0)
        const features = tf.reshape(received, [count, ...body.inputShape])
        return this.#loss(step, features, labels)
      }, [...this.#body.variables, ...heads.flatMap(({ variables }) => variables)])
      this.#body.step(grads)
      for (const head of heads) head.step(grads)
      return value.dataSync()[0]
    })
    return loss
  }

  /** The mean loss of what the body makes of a step's features. */
  #loss(step: Step, features: Tensor, labels: Tensor) {
    const { operations } = this.#task
    const apply = (x: Tensor) => this.#body.apply(x)
    return averagedOf(step) > 0
      ? lossOfAveraged(operations, apply, features, labels, step)
      : operations.softmaxCrossEntropy(apply(features), labels)
  }

  /** The heads of a step's clients; those that the last step left in their tensors stay there. */
  #loadHeads(step: Step, headCorrection: HeadCorrection): TrainedPart[] {
    const clients = new Set(step.map(({ client }) => client))
    for (const client of this.#loaded.keys()) if (!clients.has(client)) this.#putBack(client)
    const busy = new Set(this.#loaded.values())
    return step.map(({ client }: ClientBatch) => {
      const loaded = this.#loaded.get(client)
      if (loaded) return loaded
      const structure = this.#task.structureOf[client]
      let place = 0
      while (busy.has(this.headOf(structure, place))) place++
      const head = this.headOf(structure, place)
      head.load(this.#store.weights(client), this.#store.optimiser(client), headCorrection(client))
      this.#loaded.set(client, head)
      busy.add(head)
      return head
    })
  }

  /** Puts a client's head back among the flat ones. */
  #putBack(client: number): void {
    const head = this.#loaded.get(client)
    if (!head) return
    this.#store.set(client, head.weights(), head.optimiserState())
    this.#loaded.delete(client)
  }

  dispose(): void {
    this.#body.dispose()
    for (const head of this.#heads.flat()) head.dispose()
  }
}
