import { UserError } from '../errors.js'
import type { Aggregator, LocalTraining, ModelUpdate } from '../plugin/learning-contracts.js'
import type { Correction } from './trained-part.js'

/** An update on its way, with the simulated time at which it arrives. */
export interface ArrivingUpdate extends Omit<ModelUpdate, 'staleness'> {
  readonly arrivesAt: number
}

interface WaitingUpdate extends Omit<ModelUpdate, 'staleness' | 'start'> {
  readonly start: Float32Array
  /** How many aggregations there had been when it started. */
  readonly version: number
}

/** Updates that could not be put together: the weights stayed as they were. */
export interface Unaggregated {
  readonly updates: number
  readonly reason: string
}

/**
 * Weights that an aggregator renews (Stage II): once a round from all updates, or, where it is asynchronous, whenever
 * enough have arrived in the order of simulated time. What has arrived by the end of a round and does not suffice waits.
 */
export class AggregatedWeights {
  readonly #aggregator: Aggregator
  readonly #contributors: number
  readonly #learningRate: number
  #weights: Float32Array
  #version = 0
  #waiting: WaitingUpdate[] = []

  constructor(
    aggregator: Aggregator,
    weights: Float32Array,
    { contributors, learningRate }: { contributors: number; learningRate: number },
  ) {
    this.#aggregator = aggregator
    this.#weights = weights
    this.#contributors = contributors
    this.#learningRate = learningRate
  }

  get weights(): Float32Array {
    return this.#weights
  }

  /** Aggregations so far. */
  get version(): number {
    return this.#version
  }

  #local(contributor: number, start: Float32Array): LocalTraining {
    return { contributor, contributors: this.#contributors, start, learningRate: this.#learningRate }
  }

  /** What the aggregator asks of a contributor's steps, if anything. */
  correctionOf(contributor: number, start = this.#weights): Correction | undefined {
    const aggregator = this.#aggregator
    if (!aggregator.correct) return undefined
    return {
      local: this.#local(contributor, start),
      correct: (gradient, weights, local) => aggregator.correct?.(gradient, weights, local),
    }
  }

  /**
   * Takes in the updates of a round; those that do not say otherwise started from the present weights.
   *
   * Returns those that could not be put together, which are lost.
   */
  aggregate(updates: readonly ArrivingUpdate[]): Unaggregated[] {
    const version = this.#version
    const present = this.#weights
    const arrived = updates
      .map(({ arrivesAt, ...update }) => ({ arrivesAt, update: { start: present, ...update, version } }))
      // By contributor where two arrive at once, as they were given.
      .sort((a, b) => a.arrivesAt - b.arrivesAt)
      .map(({ update }) => update)
    for (const update of arrived)
      this.#aggregator.localEnd?.(
        { ...withoutVersion(update), staleness: 0 },
        this.#local(update.contributor, update.start),
      )
    const { bufferSize } = this.#aggregator
    if (bufferSize === undefined) return arrived.length > 0 ? this.#fold(arrived) : []
    let lost: Unaggregated[] = []
    for (const update of arrived) {
      this.#waiting.push(update)
      if (this.#waiting.length < bufferSize) continue
      lost = lost.concat(this.#fold(this.#waiting))
      this.#waiting = []
    }
    return lost
  }

  #fold(updates: readonly WaitingUpdate[]): Unaggregated[] {
    try {
      this.#weights = this.#aggregator.aggregate(
        this.#weights,
        updates.map((update) => ({ ...withoutVersion(update), staleness: this.#version - update.version })),
      )
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return [{ updates: updates.length, reason: error.problems.map(({ message }) => message).join('; ') }]
    }
    this.#version++
    return []
  }

  save(): { arrays: Record<string, Float32Array>; values: Record<string, unknown> } {
    const arrays: Record<string, Float32Array> = { weights: this.#weights }
    for (const [name, array] of Object.entries(this.#aggregator.save?.() ?? {}))
      arrays[`aggregator/${name}`] = array
    for (const [i, { weights, start }] of this.#waiting.entries()) {
      arrays[`waiting/${i}/weights`] = weights
      arrays[`waiting/${i}/start`] = start
    }
    const waiting = this.#waiting.map(({ contributor, samples, steps, version }) => ({
      contributor,
      samples,
      steps,
      version,
    }))
    return { arrays, values: { version: this.#version, waiting } }
  }

  restore(arrays: Readonly<Record<string, Float32Array>>, values: Readonly<Record<string, unknown>>): void {
    const { version, waiting } = values as {
      version: number
      waiting: { contributor: number; samples: number; steps: number; version: number }[]
    }
    this.#weights = arrays.weights
    this.#version = version
    this.#waiting = waiting.map((update, i) => ({
      ...update,
      weights: arrays[`waiting/${i}/weights`],
      start: arrays[`waiting/${i}/start`],
    }))
    const prefix = 'aggregator/'
    const own = Object.entries(arrays).filter(([name]) => name.startsWith(prefix))
    this.#aggregator.restore?.(
      Object.fromEntries(own.map(([name, array]) => [name.slice(prefix.length), array])),
    )
  }
}

function withoutVersion({ version: _, ...update }: WaitingUpdate): Omit<WaitingUpdate, 'version'> {
  return update
}
