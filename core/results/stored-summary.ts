import Type, { type Static } from 'typebox'
import type { Distribution, LearningSummary, Summary } from './summary.js'

const figure = Type.Union([Type.Number(), Type.Null()])
const figures = Type.Object({ mean: figure, std: figure, q10: figure, median: figure, q90: figure })

/** Infinity in JSON, where null means something else. */
const INFINITE = 'Infinity'

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
      completed: Type.Integer(),
      unfinished: Type.Integer(),
      violations: Type.Integer(),
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
})

/** The summary that was stored, with NaN for null. */
export function summaryOf({ learning, ...stored }: Static<typeof storedSummarySchema>): Summary {
  return {
    ...stored,
    ...(learning && {
      learning: learning.map((model) => ({
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
    schedulers: stored.schedulers.map((scheduler) => ({
      ...scheduler,
      cost: distributionOf(scheduler.cost),
      time: distributionOf(scheduler.time),
      energy: distributionOf(scheduler.energy),
      decisionSeconds: distributionOf(scheduler.decisionSeconds),
    })),
  }
}

const distributionOf = ({ mean, std, q10, median, q90 }: Static<typeof figures>): Distribution => ({
  mean: mean ?? Number.NaN,
  std: std ?? Number.NaN,
  q10: q10 ?? Number.NaN,
  median: median ?? Number.NaN,
  q90: q90 ?? Number.NaN,
})
