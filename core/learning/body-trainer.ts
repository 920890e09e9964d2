import Type from 'typebox'
import { float32, statePart } from '../plugin/state-part.js'
import type { OptimiserState } from '../tensor/index.js'
import type { HeadStore } from './head-store.js'
import type { HeadCorrection, LocalResult, LocalTrainer } from './local-trainer.js'
import { type Precision, roundTo } from './precision.js'
import type { Step } from './steps.js'
import type { LearningTask } from './task.js'
import type { Correction } from './trained-part.js'

/** A body that is to be trained: whose, on what, and from which weights. */
export interface BodyTraining {
  readonly contributor: number
  readonly steps: readonly Step[]
  readonly start: Float32Array
  /** How a whole model is written on its way to its client, and what changed of it on the way back; as they are where absent. */
  readonly precision?: Precision
}

/** Weights, or a change of them, as they arrive when they are sent. */
const arriving = (weights: Float32Array, precision: Precision): Float32Array =>
  roundTo(precision, weights.slice(), Math.max(1, weights.length))

/** Trains bodies one after the other, each with its optimiser, and heads as the protocol has it. */
export class BodyTrainer {
  readonly #task: LearningTask
  readonly #heads: HeadStore
  readonly #training: LocalTrainer
  /** Of each edge server that has trained: what its optimiser carries on. */
  readonly #optimisers = new Map<number, OptimiserState>()

  constructor(task: LearningTask, heads: HeadStore, training: LocalTrainer) {
    this.#task = task
    this.#heads = heads
    this.#training = training
  }

  async train(
    { precision, ...training }: BodyTraining,
    bodyCorrection: Correction | undefined,
    headCorrection: HeadCorrection,
  ): Promise<LocalResult> {
    if (!precision) return this.#train(training, bodyCorrection, headCorrection)
    const start = arriving(training.start, precision)
    const result = await this.#train({ ...training, start }, bodyCorrection, headCorrection)
    // Its server knows what it set out from.
    const change = arriving(
      result.weights.map((weight, i) => weight - start[i]),
      precision,
    )
    return { ...result, weights: start.map((weight, i) => weight + change[i]) }
  }

  async #train(
    { contributor, steps, start }: BodyTraining,
    bodyCorrection: Correction | undefined,
    headCorrection: HeadCorrection,
  ): Promise<LocalResult> {
    const { protocol, trainsHeads } = this.#task
    const keepsOptimiser = protocol.bodies !== 'client'
    const { body } = this.#training
    body.load(start, keepsOptimiser ? this.#optimisers.get(contributor) : undefined, bodyCorrection)
    const result =
      protocol.heads === 'handed on' && trainsHeads
        ? await this.#trainHandingOn(steps, start)
        : await this.#training.train(steps, headCorrection)
    if (keepsOptimiser) this.#optimisers.set(contributor, body.optimiserState())
    return result
  }

  /** One head for all: whoever's turn it is takes it over from the last. */
  async #trainHandingOn(steps: readonly Step[], start: Float32Array): Promise<LocalResult> {
    let lossSum = 0
    let samples = 0
    let weights = start
    for (const step of steps) {
      const result = await this.#training.train([step], () => undefined)
      lossSum += result.lossSum
      samples += result.samples
      weights = result.weights
      const [{ client }] = step
      const [head, state] = [this.#heads.weights(client), this.#heads.optimiser(client)]
      for (let next = 0; next < this.#task.parts.length; next++) this.#heads.set(next, head, state)
    }
    return { weights, steps: steps.length, lossSum, samples }
  }

  readonly state = statePart({
    values: Type.Object({
      servers: Type.Array(Type.Object({ server: Type.Integer(), steps: Type.Integer({ minimum: 0 }) })),
    }),
    arrays: ({ servers }) => Object.fromEntries(servers.map(({ server }) => [String(server), float32()])),
    save: () => ({
      values: { servers: [...this.#optimisers].map(([server, { steps }]) => ({ server, steps })) },
      arrays: Object.fromEntries([...this.#optimisers].map(([server, { slots }]) => [String(server), slots])),
    }),
    restore: ({ values: { servers }, arrays }) => {
      this.#optimisers.clear()
      for (const { server, steps } of servers)
        this.#optimisers.set(server, { steps, slots: arrays[String(server)] })
    },
  })
}
