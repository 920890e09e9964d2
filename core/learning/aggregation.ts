import Type from 'typebox'
import { UserError } from '../errors.js'
import type { Aggregator, ExpectedUpdate, LocalTraining, ModelUpdate } from '../plugin/learning-contracts.js'
import type { SavedState } from '../plugin/saved-state.js'
import { float32, type StatePart, statePart, wholeOf } from '../plugin/state-part.js'
import type { Correction } from './trained-part.js'

/** An update on its way, with the simulated time at which it arrives. */
export interface ArrivingUpdate extends Omit<ModelUpdate, 'staleness'> {
  readonly arrivesAt: number
  /** How many aggregations there had been when it started; the present number where left out. */
  readonly version?: number
}

/** The same before it has been trained. */
export interface AwaitedUpdate extends Omit<ExpectedUpdate, 'staleness'>, Pick<ModelUpdate, 'start'> {
  readonly arrivesAt: number
  /** How many aggregations there had been when it started; the present number where left out. */
  readonly version?: number
}

/** A round whose updates are trained one after another. */
export interface UpdatesOfRound {
  /** In which order they are to be trained, by their places among those awaited. */
  readonly order: readonly number[]
  /** Takes in the next one of these. */
  add(weights: Float32Array): void
  /** Puts them together; returns those that could not be, which are lost. */
  end(): Unaggregated[]
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

  /** Updates that are put together at once; undefined where all are waited for. */
  get bufferSize(): number | undefined {
    return this.#aggregator.bufferSize
  }

  /** Whether the aggregator has to hear of each contributor's training, e.g. to keep its control variate. */
  get hearsContributors(): boolean {
    return this.#aggregator.localEnd !== undefined
  }

  /** Other weights from now on, which count as an aggregation. */
  replace(weights: Float32Array): void {
    this.#weights = weights
    this.#version++
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
      .map(({ arrivesAt, ...update }) => ({ arrivesAt, update: { start: present, version, ...update } }))
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

  /** Begins a round: its updates are added up as they come where the aggregator can do that, and else kept until its end. */
  begin(awaited: readonly AwaitedUpdate[]): UpdatesOfRound {
    const { begin, bufferSize, localEnd } = this.#aggregator
    // What started from other weights cannot be added to the rest before all are there.
    const present = awaited.every(({ start = this.#weights }) => start === this.#weights)
    if (!begin || !present || bufferSize !== undefined || localEnd || awaited.length === 0) {
      const updates: ArrivingUpdate[] = []
      return {
        order: [...awaited.keys()],
        add: (weights) => void updates.push({ ...awaited[updates.length], weights }),
        end: () => this.aggregate(updates),
      }
    }
    const start = this.#weights
    const order = [...awaited.keys()].sort((a, b) => awaited[a].arrivesAt - awaited[b].arrivesAt)
    const expected = order.map((i) => {
      const { arrivesAt: _, version: __, ...update } = awaited[i]
      return { ...update, staleness: 0 }
    })
    const running = begin.call(this.#aggregator, start, expected)
    let next = 0
    return {
      order,
      add: (weights) => running.add({ ...expected[next++], weights, start }),
      end: () => this.#renew(order.length, () => running.end()),
    }
  }

  #fold(updates: readonly WaitingUpdate[]): Unaggregated[] {
    const arrived = updates.map((update) => ({
      ...withoutVersion(update),
      staleness: this.#version - update.version,
    }))
    return this.#renew(updates.length, () => this.#aggregator.aggregate(this.#weights, arrived))
  }

  #renew(updates: number, next: () => Float32Array): Unaggregated[] {
    try {
      this.#weights = next()
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return [{ updates, reason: error.problems.map(({ message }) => message).join('; ') }]
    }
    this.#version++
    return []
  }

  readonly state = wholeOf(() => ({ weights: this.#ownState, aggregator: aggregatorState(this.#aggregator) }))

  readonly #ownState = statePart({
    values: Type.Object({
      version: count,
      waiting: Type.Array(
        Type.Object({ contributor: count, samples: Type.Number(), steps: Type.Number(), version: count }),
      ),
    }),
    arrays: ({ waiting }) => {
      const { length } = this.#weights
      const each = waiting.flatMap((_, i) => [`waiting/${i}/weights`, `waiting/${i}/start`])
      return Object.fromEntries(['weights', ...each].map((name) => [name, float32(length)]))
    },
    save: () => {
      const arrays: Record<string, Float32Array> = { weights: this.#weights }
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
      return { values: { version: this.#version, waiting }, arrays }
    },
    restore: ({ values: { version, waiting }, arrays }) => {
      this.#weights = arrays.weights
      this.#version = version
      this.#waiting = waiting.map((update, i) => ({
        ...update,
        weights: arrays[`waiting/${i}/weights`],
        start: arrays[`waiting/${i}/start`],
      }))
    },
  })
}

const count = Type.Integer({ minimum: 0 })

/** What an aggregator carries from round to round: arrays under names of its own; undefined where it carries nothing. */
function aggregatorState(aggregator: Aggregator): StatePart | undefined {
  if (!aggregator.save || !aggregator.restore) return undefined
  const others = ({ arrays }: SavedState) =>
    Object.entries(arrays).find(([, array]) => !(array instanceof Float32Array))
  return {
    save: () => ({ values: {}, arrays: aggregator.save?.() ?? {} }),
    violation(state) {
      const other = others(state)
      return other && `array ${other[0]}: expected a Float32Array, found a ${other[1].constructor.name}`
    },
    restore: ({ arrays }) => aggregator.restore?.(arrays as Readonly<Record<string, Float32Array>>),
  }
}

function withoutVersion({ version: _, ...update }: WaitingUpdate): Omit<WaitingUpdate, 'version'> {
  return update
}
