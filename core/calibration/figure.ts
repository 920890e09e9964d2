import type { Figure } from '../report/figures/figure.js'
import type { Calibration } from './calibrate.js'
import { type Measures, measures, percentile } from './measure.js'
import type { Reference } from './reference.js'

/** Distributions of a scenario's networks beside those that were published, a panel for each measure. */
export function calibrationFigure(
  name: string,
  { measured, clients }: Calibration,
  reference: Reference,
): Figure {
  const names = (Object.keys(measures) as (keyof Measures)[]).filter((measure) => reference.curves[measure])
  const percents = Array.from({ length: 99 }, (_, i) => i + 1)
  const rows = names.flatMap((measure) => {
    const { percent, values } = reference.curves[measure]!
    return [
      ...percents.map((share) => ({
        measure,
        curve: name,
        share: share / 100,
        value: percentile(measured[measure], share),
      })),
      ...percent.map((share, i) => ({ measure, curve: 'reference', share: share / 100, value: values[i] })),
    ]
  })
  return {
    id: 'calibration',
    title: `Calibration of ${name}`,
    columns: 3,
    caption: `Cumulative distributions over ${clients} clients, each at the server it hears best, without fading; dots: ${reference.source}.`,
    spec: {
      columns: 3,
      concat: names.map((measure) => ({
        title: `${measures[measure]}`,
        width: 290,
        height: 250,
        data: { name: 'rows' },
        transform: [{ filter: `datum.measure === '${measure}'` }],
        encoding: {
          x: {
            field: 'value',
            type: 'quantitative',
            title: `${measures[measure]} (dB)`,
            scale: { zero: false },
          },
          y: {
            field: 'share',
            type: 'quantitative',
            title: 'share of clients',
            scale: { domain: [0, 1] },
            axis: { format: '.0%', tickCount: 5 },
          },
          color: {
            field: 'curve',
            type: 'nominal',
            title: null,
            scale: { domain: [name, 'reference'], range: ['#0072b2', '#d55e00'] },
          },
        },
        layer: [
          {
            transform: [{ filter: "datum.curve !== 'reference'" }],
            mark: { type: 'line', strokeWidth: 2 },
          },
          {
            transform: [{ filter: "datum.curve === 'reference'" }],
            mark: { type: 'point', filled: true, size: 42, opacity: 1 },
          },
        ],
      })),
      datasets: { rows },
    },
  }
}
