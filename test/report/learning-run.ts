import type { LearnedModel, LearningData } from '../../core/report/learning-data.js'
import type { ReportData } from '../../core/report/report-data.js'
import { syntheticRun } from './synthetic-run.js'

interface LearningRun {
  readonly rounds: number
  readonly classes?: number
  readonly clients?: number
  /** Whether some heads are shared under noise. */
  readonly shares?: boolean
}

/** A run whose clients learn, with a reference; the last scheduler's clients train only in the first half. */
export function learningRun({ rounds, classes = 4, clients = 16, shares = false }: LearningRun): ReportData {
  const data = syntheticRun({ rounds, clients })
  const labels = data.schedulers.map(({ label }) => label)
  const learning: LearningData = {
    models: [
      ...labels.map((label, i) => model(label, 'collaborative', rounds, 1 + i / 10, i === labels.length - 1)),
      model('centralized', 'centralized', rounds, 0.8, false),
    ],
    partition: Array.from({ length: clients * classes }, (_, i) => ({
      client: Math.floor(i / classes),
      class: i % classes,
      className: `class ${i % classes}`,
      samples: (i * 7) % 40,
    })),
    confusion: [...labels, 'centralized'].flatMap((scheduler) =>
      Array.from({ length: classes * classes }, (_, i) => ({
        scheduler,
        class: Math.floor(i / classes),
        className: `class ${Math.floor(i / classes)}`,
        predicted: i % classes,
        samples: Math.floor(i / classes) === i % classes ? 30 : 5,
      })),
    ),
    privacy: shares
      ? labels.flatMap((scheduler) =>
          [1, rounds].flatMap((round) =>
            [0, 1].map((client) => ({
              scheduler,
              round,
              client,
              epsilon: Math.sqrt(round) + client,
              releases: round,
            })),
          ),
        )
      : [],
    unaggregated: [],
  }
  return { ...data, learning }
}

function model(label: string, protocol: string, rounds: number, level: number, quits: boolean): LearnedModel {
  const per = (value: (i: number) => number) => Float64Array.from({ length: rounds }, (_, i) => value(i))
  const reference = protocol === 'centralized'
  return {
    label,
    protocol,
    round: per((i) => i + 1),
    loss: per((i) => (quits && i > rounds / 2 ? Number.NaN : level / (1 + i / 10))),
    testLoss: per((i) => (i % 2 === 0 ? Number.NaN : level / (1 + i / 12))),
    accuracy: per((i) => (i % 2 === 0 ? Number.NaN : 1 - 0.7 / (1 + i / 10))),
    clients: per(() => 16),
    samples: per(() => 2048),
    epoch: per((i) => (i + 1) / 25),
    time: per((i) => (reference ? Number.NaN : 1000 * level * (i + 1))),
    energy: per((i) => (reference ? Number.NaN : 1300 * level * (i + 1))),
  }
}
