import type { LearningData } from '../learning-data.js'
import { fixed } from '../numbers.js'
import type { ReportData } from '../report-data.js'
import type { Figure } from './figure.js'

/** More classes than these are shown by colour alone. */
const MOST_NUMBERED = 12

/** The classes that each model assigns to the test set. */
export function confusionMatrix(data: ReportData): Figure | undefined {
  const cells = data.learning?.confusion ?? []
  if (cells.length === 0) return undefined
  const labels = [...new Set(cells.map(({ scheduler }) => scheduler))]
  const order = (data.learning?.models ?? []).map(({ label }) => label)
  labels.sort((a, b) => order.indexOf(a) - order.indexOf(b))
  const names = new Map(cells.map((cell) => [cell.class, cell.className]))
  const classes = [...names].sort(([a], [b]) => a - b).map(([, name]) => name)
  const totals = new Map<string, number>()
  for (const cell of cells) totals.set(rowOf(cell), (totals.get(rowOf(cell)) ?? 0) + cell.samples)
  const rows = cells.map((cell) => {
    const { scheduler, className, predicted, samples } = cell
    const share = (100 * samples) / Math.max(1, totals.get(rowOf(cell)) ?? 1)
    return {
      scheduler,
      class: className,
      predicted: names.get(predicted),
      samples,
      share,
      text: fixed(share, 0),
    }
  })
  const columns = Math.min(3, labels.length)
  const side = Math.min(260, Math.max(200, 34 * classes.length))
  const axis = { labelAngle: 0, labelLimit: 70, labelOverlap: 'greedy', ticks: false, domain: false } as const
  const x = { field: 'predicted', type: 'nominal', title: 'predicted class', sort: classes, axis } as const
  const y = { field: 'class', type: 'nominal', title: 'true class', sort: classes, axis } as const
  return {
    id: 'confusion',
    title: 'Confusion matrices on the test set',
    columns,
    caption:
      `Rows are true classes, columns those that the model predicts at the end of the run; ${classes.length > MOST_NUMBERED ? 'colours' : 'numbers and colours'} are percent of a row, so ` +
      `the diagonal is the accuracy of each class. ${accuracies(data)}`,
    spec: {
      columns,
      concat: labels.map((label) => ({
        title: label,
        width: side,
        height: side,
        data: { name: 'cells' },
        transform: [{ filter: { field: 'scheduler', equal: label } }],
        layer: [
          {
            mark: { type: 'rect' },
            encoding: {
              x,
              y,
              color: {
                field: 'share',
                type: 'quantitative',
                // From white: what was never predicted has no colour.
                scale: { domain: [0, 100], range: ['#ffffff', '#6baed6', '#08519c'], interpolate: 'rgb' },
                legend: null,
              },
              tooltip: [
                { field: 'class', type: 'nominal', title: 'true class' },
                { field: 'predicted', type: 'nominal', title: 'predicted class' },
                { field: 'samples', type: 'quantitative', format: ',' },
                { field: 'share', type: 'quantitative', title: 'of the class (%)', format: '.1f' },
              ],
            },
          },
          ...(classes.length > MOST_NUMBERED
            ? []
            : [
                {
                  mark: { type: 'text', fontSize: 12 },
                  encoding: {
                    x,
                    y,
                    text: { field: 'text' },
                    color: {
                      condition: { test: 'datum.share > 55', value: '#ffffff' },
                      value: '#1a1a1a',
                    },
                  },
                } as const,
              ]),
        ],
      })),
      datasets: { cells: rows },
      resolve: { scale: { color: 'independent' } },
    },
  }
}

const rowOf = (cell: LearningData['confusion'][number]): string => `${cell.scheduler}/${cell.class}`

function accuracies(data: ReportData): string {
  const told = (data.learning?.models ?? []).flatMap(({ label }) => {
    const own = (data.learning?.confusion ?? []).filter(({ scheduler }) => scheduler === label)
    const all = own.reduce((sum, { samples }) => sum + samples, 0)
    const right = own.reduce((sum, cell) => sum + (cell.class === cell.predicted ? cell.samples : 0), 0)
    return all === 0 ? [] : [`${label} ${fixed((100 * right) / all, 1)} %`]
  })
  return `Accuracy over all classes: ${told.join('; ')}.`
}
