import type { RandomStream } from '../kernel/random-stream.js'

/** Samples with their labels, in a fixed order. */
export interface Samples {
  readonly count: number
  /** The class of each sample, from 0, length `count`. */
  readonly labels: Int32Array
  /**
   * Writes the samples of these indices into `into`, batch×sampleShape, row-major.
   *
   * The same index always gives the same sample, whichever were read before, so that a set larger than memory can be
   * generated or read as it is asked for.
   */
  read(indices: Int32Array, into: Float32Array): void | Promise<void>
  /** Whether reading a sample again takes hardly longer than copying it: then none is kept for the rounds to come. */
  readonly quick?: boolean
}

/** A task to learn: samples to train on and to test with. */
export interface Dataset {
  /** Shape of one sample, e.g. `[10, 16, 16, 1]` for ten frames of an image. */
  readonly sampleShape: readonly number[]
  readonly classes: number
  /** What the classes are called, where they have names; length `classes`. */
  readonly classNames?: readonly string[]
  readonly train: Samples
  readonly test: Samples
}

/** Who holds which samples. */
export interface Partition {
  /**
   * The indices of the samples of each client, N lists, together no sample twice.
   *
   * Throws a `UserError` where the samples do not suffice.
   */
  split(task: {
    readonly labels: Int32Array
    readonly classes: number
    readonly clients: number
    readonly random: RandomStream
  }): Int32Array[]
}

/** What one contributor trained in a round: an edge server its body, or a client its head or whole model. */
export interface ModelUpdate {
  /** Index of the contributor. */
  readonly contributor: number
  /** Its weights after training, flat. */
  readonly weights: Float32Array
  /** Samples it trained on. */
  readonly samples: number
  /** Optimiser steps it took. */
  readonly steps: number
  /** Aggregations since it got the weights it started from; 0 when synchronous. */
  readonly staleness: number
  /** The weights it started from, flat; where left out, those that `aggregate` is given. */
  readonly start?: Float32Array
}

/** What is known of an update before it has been trained. */
export type ExpectedUpdate = Omit<ModelUpdate, 'weights' | 'start'>

/** An aggregation to which updates come one at a time. */
export interface RunningAggregation {
  /** Takes the next update in; its weights are not changed later. */
  add(update: ModelUpdate): void
  /** The next weights, once all that were expected have come. */
  end(): Float32Array
}

/** What a contributor's local training is told and may be corrected by. */
export interface LocalTraining {
  readonly contributor: number
  /** How many contributors there are, those that take no part in this round included. */
  readonly contributors: number
  /** The weights it started the round from, flat. */
  readonly start: Float32Array
  readonly learningRate: number
}

/** What contributors take their steps with, as a scenario says it. */
export interface LocalOptimiser {
  /** `sgd` steps along the gradient alone. */
  readonly kind: 'sgd' | 'momentum' | 'rmsprop' | 'adam' | 'adamw'
  readonly learningRate: number
  readonly momentum?: number
}

/** A fold of updates into new weights. */
export interface Aggregator {
  /**
   * The next weights, given the present ones and what contributors, one or more, made of those they started from.
   *
   * Leaves its arguments as they are. Throws a `UserError` where the updates do not suffice: the weights then stay as
   * they are for this round, and the run says so.
   */
  aggregate(start: Float32Array, updates: readonly ModelUpdate[]): Float32Array
  /**
   * The same with updates that come one at a time, in the order of `expected`, which is that in which `aggregate` would get
   * them: what `end` returns is what `aggregate` would, to the bit.
   *
   * Absent where all updates are needed at once. Where it is there, no more of a round than a few updates is ever kept,
   * however many contributors it has; not asked of one that is asynchronous or has `localEnd`.
   */
  begin?(start: Float32Array, expected: readonly ExpectedUpdate[]): RunningAggregation
  /**
   * Why its formula does not hold for contributors with this optimiser, and what was expected; undefined where it does.
   *
   * Absent where it holds for all.
   */
  violationOfOptimiser?(optimiser: LocalOptimiser): string | undefined
  /** Updates that `aggregate` takes at least, where one does not do: with fewer contributors than that nothing is run. */
  readonly leastUpdates?: number
  /** Adds to a local gradient in place before each step, e.g. a proximal term; `weights` are those before the step. */
  correct?(gradient: Float32Array, weights: Float32Array, local: LocalTraining): void
  /** Told when a contributor ends its local training, before `aggregate`, e.g. to renew its control variate. */
  localEnd?(update: ModelUpdate, local: LocalTraining): void
  /**
   * How many updates it waits for when asynchronous: `aggregate` is then called as soon as so many have arrived, in the
   * order of their simulated times. Absent where it waits for all.
   */
  readonly bufferSize?: number
  /** Everything it carries from round to round, by name. */
  save?(): Record<string, Float32Array>
  /** Takes back what `save` gave. */
  restore?(state: Readonly<Record<string, Float32Array>>): void
}
