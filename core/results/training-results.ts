import Type, { type Static } from 'typebox'
import { readSealedJson } from '../files/sealed-json.js'
import { double, integer, missing, table, text } from '../observe/table.js'
import { type Frozen, figure, restored } from './json-numbers.js'

/** The files of a training directory, beside its tables. */
export const trainingFiles = {
  scenario: 'scenario.yaml',
  identity: 'training.json',
  summary: 'summary.json',
  checkpoints: 'checkpoints',
} as const

const scheduler = text('scheduler', "the scheduler's label")
const rounds = integer('rounds', 'rounds of experience so far')
const known = <const N extends string>(name: N, description: string) => missing(double(name, '', description))

/** One row a step of about a second; the same for the same scenario and seed, byte for byte. */
export const trainingTable = table('training', 'how each training went', [
  scheduler,
  integer('episode', 'episodes of the twin begun so far'),
  rounds,
  integer('updates', 'updates so far'),
  known('exploration', 'share of random actions'),
  known('loss', 'mean loss since the row before; null where there was no update'),
  known('cost', 'mean cost of the validation rounds, without exploration; null where it was not asked'),
  known('ratio', 'that over the mean cost of swap matching in the same rounds'),
  known('geometricRatio', 'geometric mean of the ratios of the single rounds'),
  integer('best', '1 where the weights were the best so far and kept'),
])

/** One row a step and agent, of schedulers that have several. */
export const agentLossesTable = table(
  'agent-losses',
  'mean loss of each agent since the row before (Fig. 9)',
  [
    scheduler,
    rounds,
    integer('agent', 'agent, from 0'),
    known('loss', 'mean squared error of its mini-batches'),
  ],
)

/** Wall-clock times: the only table that differs between two trainings of the same scenario and seed. */
export const trainingTimesTable = table('training-times', 'how long each training had taken, wall clock', [
  scheduler,
  rounds,
  double('seconds', 's', 'since it began, validation and pauses left out'),
])

/** How well a policy does on the validation rounds. */
const validation = {
  /** Mean cost. */
  cost: figure(Number.POSITIVE_INFINITY),
  /** That over the mean cost of swap matching from a random start. */
  ratio: figure(Number.POSITIVE_INFINITY),
  /** Geometric mean of the ratios of the single rounds. */
  geometricRatio: figure(Number.POSITIVE_INFINITY),
}

/** What one scheduler's training came to. */
const trainedSchema = Type.Object({
  label: Type.String(),
  plugin: Type.String(),
  tier: Type.String(),
  /** File of the best weights. */
  weights: Type.String(),
  /** How it ended: to its end, as validation got no better, or stopped by the user; `running` where it has not. */
  ended: Type.Enum(['finished', 'patience', 'interrupted', 'running']),
  episodes: Type.Integer(),
  rounds: Type.Integer(),
  updates: Type.Integer(),
  /** Wall clock, s, validation and pauses left out. */
  seconds: Type.Number(),
  /** Of the best weights, and the rounds of experience they were kept after. */
  best: Type.Object({ ...validation, rounds: Type.Integer() }),
  /** Of the last weights. */
  last: Type.Object(validation),
})

/** `summary.json` of a training directory, and what `cotwin train --json` prints; figures that are not finite are null there. */
export const trainingSummarySchema = Type.Object({
  trainingDirectory: Type.String(),
  scenario: Type.String(),
  scenarioHash: Type.String(),
  seed: Type.Number(),
  criterion: Type.Enum(['mean', 'geometric-mean']),
  validationRounds: Type.Integer(),
  /** Mean cost of swap matching on the validation rounds. */
  referenceCost: figure(Number.POSITIVE_INFINITY),
  schedulers: Type.Array(trainedSchema),
  /** When it ended (ISO 8601, UTC), by which version and on what. */
  made: Type.Object({
    endedAt: Type.String(),
    cotwin: Type.String(),
    node: Type.String(),
    processor: Type.String(),
  }),
})

/** What a training came to. */
export type TrainingSummary = Frozen<Static<typeof trainingSummarySchema>>

/** What one scheduler's training came to. */
export type TrainedScheduler = TrainingSummary['schedulers'][number]

/** How well a policy does on the validation rounds. */
export type Validation = TrainedScheduler['last']

/** Reads a training's summary; a `UserError` names a file that is missing, damaged or something else. */
export const readTrainingSummary = (path: string): TrainingSummary =>
  restored(trainingSummarySchema, readSealedJson(path, trainingSummarySchema))
