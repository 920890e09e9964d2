import { power } from '../../kernel/power.js'
import { sorted as ascending, mean, quantile } from '../../statistics/descriptive.js'
import { rounded } from '../numbers.js'
import type { ReportData, SchedulerRounds } from '../report-data.js'
import { curveFigure, markedRows } from './curves.js'
import type { Figure } from './figure.js'
import { type OffScale, offScaleLayer, offScaleNote, offScaleOf } from './off-scale.js'
import {
  axisChannel,
  beyondAxes,
  infiniteRounds,
  panelLetters,
  type Quantity,
  type QuantityAxis,
  quantities,
  quantityAxis,
  withinReach,
} from './quantity.js'
import { schedulerEncoding } from './scheduler-scale.js'

/** Up to this many rounds are drawn one by one. */
const SINGLE_ROUNDS = 120
/** About as many bins as are drawn beyond that. */
const BINS = 50

/**
 * Cost, time and energy over the rounds of the run (Fig. 7).
 *
 * @param seeds How many runs the data holds one upon another; a round then comes as many times, one after another.
 */
export function overRounds(data: ReportData, seeds = 1): Figure {
  const axes = quantities.map((quantity) => quantityAxis(data, quantity))
  const width = binWidth(data.roundsDone)
  const banded = width > 1 || seeds > 1
  const ofSeeds = seeds > 1 ? ` of ${seeds} seeds` : ''
  const datasets = Object.fromEntries(
    axes.map((axis) => [
      `${axis.quantity.field}Bins`,
      data.schedulers.flatMap((scheduler, i) => binned(scheduler, axis, width, banded, i)),
    ]),
  )
  const offScale = axes.map((axis) => mostlyOutside(datasets[`${axis.quantity.field}Bins`], data, axis))
  const x = {
    field: 'round',
    type: 'quantitative',
    title: 'round',
    scale: { domain: data.roundsDone === 1 ? [0, 2] : [width === 1 ? 1 : 0, data.roundsDone], nice: false },
    axis: {
      grid: false,
      format: ',d',
      ...(data.roundsDone === 1 ? { values: [1] } : { tickCount: 5, tickMinStep: 1 }),
    },
  } as const
  return curveFigure({
    id: 'fig7-over-rounds',
    title: 'Cost, training time and energy over the rounds',
    columns: 3,
    caption:
      (banded
        ? `The line is the mean over ${width === 1 ? 'the same round' : `${width} consecutive rounds`}${ofSeeds}${width === 1 ? '' : ', drawn at the middle of them'}; the band spans the 10 % to 90 % quantiles of the same rounds.`
        : 'Each line joins the single rounds of one scheduler, in the order in which they were simulated.') +
      ((data.moving ?? data.walks.length > 0)
        ? ' All schedulers meet with the same fading in the same round, and with clients where their own clocks have them.'
        : ' All schedulers decide on the same channels in the same round.') +
      beyondAxes(data, axes, 'cut off') +
      offScaleNote(offScale.flat(), 'means of schedulers whose curves are mostly') +
      infiniteRounds(data),
    encoding: schedulerEncoding(data),
    panels: axes.map((axis, i) => ({
      title: `(${panelLetters[i]}) ${axis.quantity.name}`,
      // Narrower than others: the last round's number stands out beyond its axis.
      width: 280,
      height: 250,
      data: `${axis.quantity.field}Bins`,
      x,
      y: axisChannel(axis, 'mean'),
      tooltip: tooltip(axis.quantity, width, banded),
      banded,
      pointsWhere: `inrange(datum.mean, ${JSON.stringify(axis.domain)})`,
      above: offScaleLayer(offScale[i]),
    })),
    datasets,
  })
}

function tooltip(quantity: Quantity, width: number, banded: boolean) {
  const unit = quantity.unit === '' ? '' : ` (${quantity.unit})`
  return [
    { field: 'scheduler', type: 'nominal' },
    { field: 'round', type: 'quantitative', title: width === 1 ? 'round' : 'around round', format: ',' },
    {
      field: 'mean',
      type: 'quantitative',
      title: `${banded ? 'mean' : quantity.field}${unit}`,
      format: ',.4~r',
    },
    ...(banded
      ? ([
          { field: 'low', type: 'quantitative', title: `10 %${unit}`, format: ',.4~r' },
          { field: 'high', type: 'quantitative', title: `90 %${unit}`, format: ',.4~r' },
        ] as const)
      : []),
  ] as const
}

/** One for few rounds, else 1, 2 or 5 times a power of ten such that about `BINS` of them cover the run. */
export function binWidth(rounds: number): number {
  if (rounds <= SINGLE_ROUNDS) return 1
  const ideal = rounds / BINS
  const decade = power(10, Math.floor(Math.log10(ideal)))
  return [1, 2, 5, 10].map((step) => step * decade).find((width) => width >= ideal * 0.999)!
}

/** Mean and quantiles of each bin's finite values; some of the bins carry the scheduler's shape. */
function binned(
  scheduler: SchedulerRounds,
  axis: QuantityAxis,
  width: number,
  banded: boolean,
  index: number,
) {
  const { label, round } = scheduler
  const values = scheduler[axis.quantity.field]
  const shown = (value: number) => withinReach(axis, rounded(value))
  const rows = []
  for (let from = 0; from < values.length; ) {
    const bin = Math.floor((round[from] - 1) / width)
    let to = from
    while (to < values.length && Math.floor((round[to] - 1) / width) === bin) to++
    const sorted = ascending(values.subarray(from, to).filter(Number.isFinite))
    if (sorted.length > 0)
      rows.push({
        scheduler: label,
        round: width === 1 ? round[from] : bin * width + Math.min(width, round[to - 1] - bin * width) / 2,
        mean: shown(mean(sorted)),
        ...(banded && { low: shown(quantile(sorted, 0.1)), high: shown(quantile(sorted, 0.9)) }),
      })
    from = to
  }
  return markedRows(rows, { index })
}

/** Schedulers of whose curve more than half lies beyond the axis, with their mean over the rounds. */
function mostlyOutside(
  bins: readonly { readonly scheduler: string; readonly mean: number }[],
  { schedulers }: ReportData,
  { quantity, domain: [low, high] }: QuantityAxis,
): OffScale[] {
  const outside = schedulers.filter(({ label }) => {
    const own = bins.filter(({ scheduler }) => scheduler === label)
    return own.filter((bin) => bin.mean < low || bin.mean > high).length > own.length / 2
  })
  const means = outside.map((scheduler) => ({
    scheduler: scheduler.label,
    value: mean(scheduler[quantity.field].filter(Number.isFinite)),
  }))
  return offScaleOf(means, [low, high], 'vertical', 'mean')
}
