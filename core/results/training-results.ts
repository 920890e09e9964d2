import Type from 'typebox'
import { double, integer, missing, scheduler, type Table } from './columns.js'

/** The files of a training directory, beside its tables. */
export const trainingFiles = {
  scenario: 'scenario.yaml',
  identity: 'training.json',
  summary: 'summary.json',
  checkpoints: 'checkpoints',
} as const

const rounds = integer('rounds', 'rounds of experience so far')
const figure = (name: string, description: string) => missing(double(name, '', description))

/** One row a step of about a second; the same for the same scenario and seed, byte for byte. */
export const trainingTable: Table = {
  name: 'training',
  description: 'how each training went',
  columns: [
    scheduler,
    integer('episode', 'episodes of the twin begun so far'),
    rounds,
    integer('updates', 'updates so far'),
    figure('exploration', 'share of random actions'),
    figure('loss', 'mean loss since the row before; null where there was no update'),
    figure('cost', 'mean cost of the validation rounds, without exploration; null where it was not asked'),
    figure('ratio', 'that over the mean cost of swap matching in the same rounds'),
    figure('geometricRatio', 'geometric mean of the ratios of the single rounds'),
    integer('best', '1 where the weights were the best so far and kept'),
  ],
}

/** One row a step and agent, of schedulers that have several. */
export const agentLossesTable: Table = {
  name: 'agent-losses',
  description: 'mean loss of each agent since the row before (Fig. 9)',
  columns: [
    scheduler,
    rounds,
    integer('agent', 'agent, from 0'),
    figure('loss', 'mean squared error of its mini-batches'),
  ],
}

/** Wall-clock times: the only table that differs between two trainings of the same scenario and seed. */
export const trainingTimesTable: Table = {
  name: 'training-times',
  description: 'how long each training had taken, wall clock',
  columns: [scheduler, rounds, double('seconds', 's', 'since it began, validation and pauses left out')],
}

/** How well a policy does on the validation rounds. */
export interface Validation {
  /** Mean cost. */
  readonly cost: number
  /** That over the mean cost of swap matching from a random start. */
  readonly ratio: number
  /** Geometric mean of the ratios of the single rounds. */
  readonly geometricRatio: number
}

/** What one scheduler's training came to. */
export interface TrainedScheduler {
  readonly label: string
  readonly plugin: string
  readonly tier: string
  /** File of the best weights. */
  readonly weights: string
  /** How it ended: to its end, as validation got no better, or stopped by the user; `running` where it has not. */
  readonly ended: 'finished' | 'patience' | 'interrupted' | 'running'
  readonly episodes: number
  readonly rounds: number
  readonly updates: number
  /** Wall clock, s, validation and pauses left out. */
  readonly seconds: number
  /** Of the best weights, and the rounds of experience they were kept after. */
  readonly best: Validation & { readonly rounds: number }
  /** Of the last weights. */
  readonly last: Validation
}

/** `summary.json` of a training directory, and what `cotwin train --json` prints. */
export interface TrainingSummary {
  readonly trainingDirectory: string
  readonly scenario: string
  readonly scenarioHash: string
  readonly seed: number
  readonly criterion: 'mean' | 'geometric-mean'
  readonly validationRounds: number
  /** Mean cost of swap matching on the validation rounds. */
  readonly referenceCost: number
  readonly schedulers: readonly TrainedScheduler[]
  /** When it ended (ISO 8601, UTC), by which version and on what; absent in those of before it was told. */
  readonly made?: {
    readonly endedAt: string
    readonly cotwin: string
    readonly node: string
    readonly processor: string
  }
}

/** For reading it: it is sealed, so that what is there is as it was written. */
export const trainingSummarySchema = Type.Unsafe<TrainingSummary>({ type: 'object' })
