import Type from 'typebox'
import { type Frozen, figure, restored, stored, unbounded } from './json-numbers.js'

const distribution = Type.Object({
  mean: figure(),
  std: figure(),
  q10: figure(),
  median: figure(),
  q90: figure(),
})

/** A figure with its 95 % interval. */
const estimate = Type.Object({ value: figure(), low: figure(), high: figure() })

/** Neighbours that ε is of: one client's contribution to each release is there or is zero. */
export const ADJACENCY = 'zero-out'

/** A scheduler's costs against the baseline's, over the rounds that both took part in. */
const againstSchema = Type.Object({
  baseline: Type.String(),
  rounds: Type.Integer(),
  /** Mean cost over the baseline's. */
  ratio: estimate,
  difference: estimate,
  /** Share of those rounds that were cheaper with no fewer clients that finished. */
  won: figure(),
  /** Whether as many clients were served in those rounds, and finished: costs of fewer clients do not compare. */
  comparable: Type.Boolean(),
})

const schedulerSchema = Type.Object({
  /** Of a job with its label behind. */
  label: Type.String(),
  /** Whose rows these are, where several jobs share the network. */
  job: Type.Optional(Type.String()),
  plugin: Type.String(),
  tier: Type.String(),
  /** Rounds it took part in; fewer than asked for where the latency budget was spent. */
  rounds: Type.Integer(),
  cost: distribution,
  time: distribution,
  energy: distribution,
  /** J spent while waiting for the slowest, no part of `energy`; absent where waiting took none. */
  waitingEnergy: Type.Optional(distribution),
  /** J that edge servers spent, and bodies on the backhaul, no part of `energy`; absent where that was nothing. */
  serverEnergy: Type.Optional(distribution),
  backhaulEnergy: Type.Optional(distribution),
  decisionSeconds: distribution,
  /** Clients that spent their energy budget. */
  quit: Type.Integer(),
  /** Client-rounds in which an active client was given no slot. */
  satOut: Type.Integer(),
  /** Client-rounds in which a client was given a slot. */
  served: Type.Integer(),
  /** Client-rounds that came to their end. */
  completed: Type.Integer(),
  /** Client-rounds that broke off: the client left, or the deadline came. */
  unfinished: Type.Integer(),
  /** Clients that shared a slot (C5), over all rounds. */
  violations: Type.Integer(),
  /** Why it ended before the rounds asked for; absent where it did not, and where only the run was stopped. */
  ended: Type.Optional(
    Type.Object({
      reason: Type.Enum(['latency-budget', 'endless-round', 'everyone-quit', 'everyone-gone']),
      time: Type.Union([Type.Number(), Type.Null()]),
      message: Type.String(),
    }),
  ),
  /** Absent for the baseline itself, and for a scheduler that shares no round with it. */
  against: Type.Optional(againstSchema),
})

/** NaN where a model was never trained or tested, or is made of numbers no more. */
const learningSchema = Type.Object({
  /** The scheduler whose clients learned it, or the reference. */
  label: Type.String(),
  protocol: Type.String(),
  /** Mean cross entropy over the samples of the last round that anybody trained in. */
  loss: figure(),
  /** Of the last test. */
  testLoss: figure(),
  accuracy: figure(),
  /** The highest accuracy of all tests. */
  bestAccuracy: figure(),
  /** The round in which it diverged, and with which its learning ended; null where it did not. */
  diverged: Type.Union([Type.Integer(), Type.Null()]),
  /** Times through the training set. */
  epochs: Type.Number(),
  samples: Type.Integer(),
  /** Rounds of which an aggregator could not put the updates together, with the first and why; null where there are none. */
  unaggregated: Type.Union([
    Type.Null(),
    Type.Object({ rounds: Type.Integer(), first: Type.Integer(), reason: Type.String() }),
  ]),
  /** The largest ε that a client has spent, infinite where nothing bounds it; null where none is accounted for. */
  epsilon: unbounded(),
  /** What neighbours ε is of; null where there is none. */
  adjacency: Type.Union([Type.Null(), Type.Literal(ADJACENCY)]),
})

/** `summary.json`, and what `cotwin run --json` prints; figures that are not finite are null there. */
export const summarySchema = Type.Object({
  runDirectory: Type.String(),
  /** Rounds completed. */
  rounds: Type.Integer(),
  seed: Type.Number(),
  /** In the scenario's order. */
  schedulers: Type.Array(schedulerSchema),
  /** Absent where nothing was learned. */
  learning: Type.Optional(Type.Array(learningSchema)),
})

/** What a run came to. */
export type Summary = Frozen<Type.Static<typeof summarySchema>>

/** What a scheduler came to in a run. */
export type SchedulerSummary = Summary['schedulers'][number]

/** A scheduler's costs against the baseline's, over the rounds that both took part in. */
export type SummaryAgainst = NonNullable<SchedulerSummary['against']>

/** What a model came to. */
export type LearningSummary = NonNullable<Summary['learning']>[number]

/** A summary as JSON has it, in `summary.json` and printed. */
export const storedSummary = (summary: Summary): object => stored(summarySchema, summary)

/** The summary that was stored. */
export const restoredSummary = (summary: Type.Static<typeof summarySchema>): Summary =>
  restored(summarySchema, summary)
