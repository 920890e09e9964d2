import { largestOf, smallestOf } from '../../statistics/extremes.js'
import { counted, fixed } from '../numbers.js'
import type { ReportData } from '../report-data.js'
import type { Figure } from './figure.js'
import { manyColours } from './scheduler-scale.js'

/** Who holds how many samples of which class. */
export function dataPartition(data: ReportData): Figure | undefined {
  const held = data.learning?.partition ?? []
  if (held.length === 0) return undefined
  const names = new Map(held.map((each) => [each.class, each.className]))
  const classes = [...names].sort(([a], [b]) => a - b).map(([, name]) => name)
  const totals = new Map<number, number>()
  for (const { client, samples } of held) totals.set(client, (totals.get(client) ?? 0) + samples)
  const sizes = [...totals.values()]
  const clients = totals.size
  return {
    id: 'partition',
    title: 'Who holds which samples',
    columns: 1,
    caption: `Training samples of each client by class. ${counted(clients, 'client')} hold ${fixed(
      sizes.reduce((sum, size) => sum + size, 0),
      0,
    )} samples, from ${fixed(smallestOf(sizes), 0)} to ${fixed(largestOf(sizes), 0)} each.`,
    spec: {
      width: 900,
      height: 220,
      data: { name: 'held' },
      mark: { type: 'bar', ...(clients <= 60 && { stroke: '#ffffff', strokeWidth: 0.5 }) },
      encoding: {
        x: {
          field: 'client',
          type: 'ordinal',
          axis: { labelAngle: 0, labelOverlap: 'greedy', ticks: false },
          ...(clients > 60 && { scale: { paddingInner: 0 } }),
        },
        y: {
          field: 'samples',
          type: 'quantitative',
          title: 'samples',
          axis: { tickCount: 5 },
          stack: 'zero',
        },
        color: {
          field: 'class',
          type: 'nominal',
          sort: null,
          scale: { domain: classes, range: manyColours(classes.length) },
          legend: { title: 'class', columns: Math.min(classes.length, 10) },
        },
        order: { field: 'label', type: 'ordinal' },
        tooltip: [
          { field: 'client', type: 'nominal' },
          { field: 'class', type: 'nominal' },
          { field: 'samples', type: 'quantitative', format: ',' },
        ],
      },
      datasets: {
        held: held
          .filter(({ samples }) => samples > 0)
          .map(({ client, class: label, className, samples }) => ({
            client,
            label,
            class: className,
            samples,
          })),
      },
    },
  }
}
