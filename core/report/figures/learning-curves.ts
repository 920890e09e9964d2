import { smallestOf } from '../../statistics/extremes.js'
import { divergedIn, type LearnedModel, type LearningData } from '../learning-data.js'
import { counted, fixed, rounded } from '../numbers.js'
import type { ReportData } from '../report-data.js'
import { tickLabel } from './axis-ticks.js'
import { curveFigure, markedRows } from './curves.js'
import type { Figure } from './figure.js'
import { binWidth } from './over-rounds.js'
import { schedulerEncoding } from './scheduler-scale.js'
import type { Tooltip } from './specification.js'

interface CurvePoint {
  readonly scheduler: string
  readonly round: number
  readonly epoch: number
  /** s; absent for the reference, which has no clock. */
  readonly time?: number
  /** J */
  readonly energy?: number
  readonly value: number
  readonly marked?: true
}

const axes = [
  { field: 'round', title: 'round', letter: 'a' },
  { field: 'epoch', title: 'epoch (times through the training set)', letter: 'b' },
  { field: 'time', title: 'simulated time (s)', letter: 'c' },
  { field: 'energy', title: 'energy spent (J)', letter: 'd' },
] as const

/** Loss on the samples of the rounds (Fig. 10). */
export function learningLoss(data: ReportData): Figure | undefined {
  const { learning } = data
  if (!learning) return undefined
  const width = binWidth(data.roundsDone)
  const rows = learning.models.flatMap((model, i) => lossPoints(model, width, i))
  const highest = top(rows)
  return curves(data, learning, rows, {
    id: 'fig10-loss',
    title: 'Training loss',
    value: 'loss',
    domain: [0, highest],
    format: ',.4~r',
    caption:
      'Mean cross entropy over the samples of a round, before each step' +
      (width === 1 ? '' : `; each point is the mean over ${width} consecutive rounds`) +
      (rows.some(({ value }) => value > highest) ? '; what is above the axis is cut off' : '') +
      `.${finals(
        learning,
        ({ testLoss }) => lastOf(testLoss),
        (loss) => fixed(loss, 3),
        'test loss at the end',
      )}`,
  })
}

/** Accuracy on the test set (Fig. 11). */
export function learningAccuracy(data: ReportData): Figure | undefined {
  const { learning } = data
  if (!learning) return undefined
  const rows = learning.models.flatMap(accuracyPoints)
  if (rows.length === 0) return undefined
  const lowest = smallestOf(rows.map(({ value }) => value))
  return curves(data, learning, rows, {
    id: 'fig11-accuracy',
    title: 'Test accuracy',
    value: 'accuracy (%)',
    domain: [Math.max(0, Math.floor(lowest / 10) * 10), 100],
    format: ',.4~r',
    caption: `Share of the test set that the model classifies correctly.${finals(
      learning,
      ({ accuracy }) => lastOf(accuracy),
      (accuracy) => `${fixed(100 * accuracy, 1)} %`,
      'at the end',
    )}`,
  })
}

interface CurveStyle {
  readonly id: string
  readonly title: string
  readonly value: string
  readonly domain: readonly [number, number]
  readonly format: string
  readonly caption: string
}

function curves(
  data: ReportData,
  learning: LearningData,
  rows: readonly CurvePoint[],
  style: CurveStyle,
): Figure {
  const encoding = schedulerEncoding({ schedulers: learning.models })
  const labels = new Set(data.schedulers.map(({ label }) => label))
  const references = learning.models.filter(({ label }) => !labels.has(label))
  const y = {
    field: 'value',
    type: 'quantitative',
    title: style.value,
    scale: { domain: [...style.domain], nice: false },
    axis: { tickCount: 5 },
  } as const
  const tooltip: Tooltip = [
    { field: 'scheduler', type: 'nominal', title: 'model of' },
    { field: 'round', type: 'quantitative', format: ',' },
    { field: 'epoch', type: 'quantitative', format: ',.3~r' },
    { field: 'value', type: 'quantitative', title: style.value, format: style.format },
  ]
  return curveFigure({
    id: style.id,
    title: style.title,
    columns: 2,
    caption:
      `${style.caption} ${protocolsOf(learning)}` +
      (references.length > 0
        ? ` The reference (${references.map(({ label }) => label).join(', ')}) learns in every round from all clients’ samples and costs nothing: it is not in (c) and (d).`
        : ''),
    encoding,
    panels: axes.map(({ field, title, letter }) => ({
      title: `(${letter}) over ${title
        .replace(/ \(.*/, 's')
        .replace('times', 'time')
        .replace('spents', 'spent')
        .replace(/^round$/, 'rounds')}`,
      width: 440,
      height: 240,
      data: 'points',
      where: `isValid(datum.${field})`,
      x: {
        field,
        type: 'quantitative',
        title,
        scale: { domain: [0, rounded(reach(rows, field))], nice: false },
        axis: { grid: false, tickCount: 5, labelExpr: tickLabel },
      },
      y,
      tooltip,
      pointsWhere: `datum.value <= ${style.domain[1]}`,
    })),
    datasets: { points: rows },
  })
}

/** Who learns by which protocol; a model that is called by its own needs no more. */
function protocolsOf({ models }: LearningData): string {
  const protocols = [...new Set(models.map(({ protocol }) => protocol))]
  if (protocols.length === 1) return `Protocol: ${protocols[0]}.`
  const told = protocols.map((protocol) => {
    const labels = models.filter((model) => model.protocol === protocol).map(({ label }) => label)
    return labels.join() === protocol ? protocol : `${protocol} (${labels.join(', ')})`
  })
  return `Protocols: ${told.join('; ')}.`
}

const reach = (rows: readonly CurvePoint[], field: (typeof axes)[number]['field']): number => {
  const values = rows.map((row) => row[field] ?? 0)
  return values.reduce((largest, value) => Math.max(largest, value), 0) || 1
}

/** Room for every loss, but for a few at the very start that would flatten all others. */
function top(rows: readonly CurvePoint[]): number {
  const values = rows.map(({ value }) => value).sort((a, b) => a - b)
  const usual = values[Math.floor(0.99 * (values.length - 1))] ?? 1
  const highest = values.at(-1) ?? 1
  return rounded(1.05 * (highest <= 2 * usual ? highest : usual), 3) || 1
}

function lossPoints(model: LearnedModel, width: number, index: number): CurvePoint[] {
  const points: CurvePoint[] = []
  for (let from = 0; from < model.round.length; ) {
    const bin = Math.floor((model.round[from] - 1) / width)
    let to = from
    let sum = 0
    let samples = 0
    for (; to < model.round.length && Math.floor((model.round[to] - 1) / width) === bin; to++) {
      if (!Number.isFinite(model.loss[to])) continue
      sum += model.loss[to] * model.samples[to]
      samples += model.samples[to]
    }
    if (samples > 0) points.push(pointAt(model, to - 1, sum / samples))
    from = to
  }
  return markedRows(points, { index, last: true })
}

function accuracyPoints(model: LearnedModel, index: number): CurvePoint[] {
  const points = Array.from(model.accuracy, (accuracy, i) => ({ accuracy, i })).flatMap(({ accuracy, i }) =>
    Number.isNaN(accuracy) ? [] : [pointAt(model, i, 100 * accuracy)],
  )
  return markedRows(points, { index, last: true })
}

const pointAt = (
  { label, round, epoch, time, energy }: LearnedModel,
  i: number,
  value: number,
): CurvePoint => ({
  scheduler: label,
  round: round[i],
  epoch: rounded(epoch[i]),
  ...(Number.isFinite(time[i]) && { time: rounded(time[i]) }),
  ...(Number.isFinite(energy[i]) && { energy: rounded(energy[i]) }),
  value: rounded(value),
})

const lastOf = (values: Float64Array): number | undefined =>
  values.filter((value) => !Number.isNaN(value)).at(-1)

function finals(
  { models }: LearningData,
  of: (model: LearnedModel) => number | undefined,
  shown: (value: number) => string,
  what: string,
): string {
  const told = models.flatMap((model) => {
    const diverged = divergedIn(model)
    if (diverged !== null) return [`${model.label} none, diverged in round ${fixed(diverged, 0)}`]
    const value = of(model)
    if (value === undefined) return []
    const last = model.epoch.at(-1) ?? 0
    return [
      `${model.label} ${shown(value)} (${fixed(last, 1)} epochs, ${counted(model.round.length, 'round')})`,
    ]
  })
  return told.length === 0 ? '' : ` Of each model, ${what}: ${told.join('; ')}.`
}
