import Type, { type Static } from 'typebox'
import type { Distribution } from '../statistics/descriptive.js'
import type { LearningSummary, Summary } from './summary.js'

const figure = Type.Union([Type.Number(), Type.Null()])
const estimate = Type.Object({ value: figure, low: figure, high: figure })
const figures = Type.Object({ mean: figure, std: figure, q10: figure, median: figure, q90: figure })

/** Infinity in JSON, where null means something else. */
const INFINITE = 'Infinity'

/** Neighbours that ε is of: one client's contribution to each release is there or is zero. */
const ADJACENCY = 'zero-out'

/** `summary.json` as it is stored: figures that are not finite are null, but ε says that it is infinite. */
export const storedSummarySchema = Type.Object({
  runDirectory: Type.String(),
  rounds: Type.Integer(),
  seed: Type.Number(),
  schedulers: Type.Array(
    Type.Object({
      label: Type.String(),
      plugin: Type.String(),
      tier: Type.String(),
      rounds: Type.Integer(),
      cost: figures,
      time: figures,
      energy: figures,
      decisionSeconds: figures,
      quit: Type.Integer(),
      satOut: Type.Integer(),
      /** Of before it was told: those that came to their end and those that did not. */
      served: Type.Optional(Type.Integer()),
      completed: Type.Integer(),
      unfinished: Type.Integer(),
      violations: Type.Integer(),
      ended: Type.Optional(
        Type.Object({
          reason: Type.Enum(['latency-budget', 'endless-round', 'everyone-quit', 'everyone-gone']),
          time: figure,
          message: Type.String(),
        }),
      ),
      against: Type.Optional(
        Type.Object({
          baseline: Type.String(),
          rounds: Type.Integer(),
          ratio: estimate,
          difference: estimate,
          won: figure,
          comparable: Type.Boolean(),
        }),
      ),
    }),
  ),
  learning: Type.Optional(
    Type.Array(
      Type.Object({
        label: Type.String(),
        protocol: Type.String(),
        loss: figure,
        testLoss: figure,
        accuracy: figure,
        bestAccuracy: figure,
        epochs: Type.Number(),
        samples: Type.Integer(),
        diverged: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
        unaggregated: Type.Optional(
          Type.Union([
            Type.Null(),
            Type.Object({ rounds: Type.Integer(), first: Type.Integer(), reason: Type.String() }),
          ]),
        ),
        epsilon: Type.Union([figure, Type.Literal(INFINITE)]),
        adjacency: Type.Optional(Type.Union([Type.Null(), Type.Literal(ADJACENCY)])),
      }),
    ),
  ),
})

/** A summary as JSON has it, in `summary.json` and printed. */
export const storedSummary = ({ learning, ...summary }: Summary) => ({
  ...summary,
  ...(learning && { learning: learning.map(storedLearning) }),
})

const storedLearning = ({ epsilon, ...model }: LearningSummary) => ({
  ...model,
  epsilon: epsilon === Number.POSITIVE_INFINITY ? INFINITE : epsilon,
  adjacency: epsilon === null ? null : ADJACENCY,
})

/** The summary that was stored, with NaN for null. */
export function summaryOf({ learning, ...stored }: Static<typeof storedSummarySchema>): Summary {
  return {
    ...stored,
    ...(learning && {
      learning: learning.map(({ adjacency: _, ...model }) => ({
        ...model,
        loss: model.loss ?? Number.NaN,
        testLoss: model.testLoss ?? Number.NaN,
        accuracy: model.accuracy ?? Number.NaN,
        bestAccuracy: model.bestAccuracy ?? Number.NaN,
        diverged: model.diverged ?? null,
        unaggregated: model.unaggregated ?? null,
        epsilon: model.epsilon === INFINITE ? Number.POSITIVE_INFINITY : model.epsilon,
      })),
    }),
    schedulers: stored.schedulers.map(({ against, ...scheduler }) => ({
      ...scheduler,
      served: scheduler.served ?? scheduler.completed + scheduler.unfinished,
      ...(against && {
        against: {
          ...against,
          ratio: estimateOf(against.ratio),
          difference: estimateOf(against.difference),
          won: against.won ?? Number.NaN,
        },
      }),
      cost: distributionOf(scheduler.cost),
      time: distributionOf(scheduler.time),
      energy: distributionOf(scheduler.energy),
      decisionSeconds: distributionOf(scheduler.decisionSeconds),
    })),
  }
}

const estimateOf = ({ value, low, high }: Static<typeof estimate>) => ({
  value: value ?? Number.NaN,
  low: low ?? Number.NaN,
  high: high ?? Number.NaN,
})

const distributionOf = ({ mean, std, q10, median, q90 }: Static<typeof figures>): Distribution => ({
  mean: mean ?? Number.NaN,
  std: std ?? Number.NaN,
  q10: q10 ?? Number.NaN,
  median: median ?? Number.NaN,
  q90: q90 ?? Number.NaN,
})
