import { alignedTable } from '../../core/cli/terminal/table.js'
import { sizeName } from '../networks.js'
import type { BenchmarkResult } from '../runner.js'
import { type Ladder, ladders } from './ladders.js'

/** A figure of one step at one size. */
export interface GrowthPoint {
  readonly size: number
  readonly value: number
}

/** How a figure grows along a ladder. */
export interface Growth {
  readonly ladder: Ladder
  /** `draw`, `decide/greedy`, `memory/tables`. */
  readonly figure: string
  readonly points: readonly GrowthPoint[]
  /** Of the size that the figure goes by, over the larger half of the sizes; null where only one was measured. */
  readonly exponent: number | null
}

/** What has been measured, ladder by ladder and step by step. */
export function growths(results: readonly Pick<BenchmarkResult, 'name' | 'value'>[]): Growth[] {
  const values = new Map(results.map(({ name, value }) => [name, value]))
  return ladders.flatMap((ladder) => {
    const prefix = `scale/${ladder.name}/`
    const figures = [...values.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length, name.lastIndexOf('/')))
    return [...new Set(figures)].map((figure) => {
      const points = ladder.sizes.flatMap((size) => {
        const value = values.get(`${prefix}${figure}/${sizeName(size)}`)
        return value === undefined ? [] : [{ size: ladder.sizeOf(size), value }]
      })
      return { ladder, figure, points, exponent: exponentOf(points) }
    })
  })
}

/** Slope of the logarithms by least squares, over the larger half, at least two sizes. */
export function exponentOf(points: readonly GrowthPoint[]): number | null {
  const larger = points.slice(Math.min(points.length >> 1, points.length - 2))
  if (larger.length < 2) return null
  const logs = larger.map(({ size, value }) => ({ x: Math.log(size), y: Math.log(value) }))
  const mean = (of: (log: { x: number; y: number }) => number) =>
    logs.reduce((sum, log) => sum + of(log), 0) / logs.length
  const [x, y] = [mean((log) => log.x), mean((log) => log.y)]
  const covariance = mean((log) => (log.x - x) * (log.y - y))
  return covariance / mean((log) => (log.x - x) ** 2)
}

/** The exponents as a table: a row a step, a column a ladder. */
export function growthTable(all: readonly Growth[]): string {
  const figures = [...new Set(all.map(({ figure }) => figure))]
  const columns = [
    { title: 'grows with the power of' },
    ...ladders.map(({ grows }) => ({ title: grows, align: 'right' as const })),
  ]
  const rows = figures.map((figure) => [
    figure,
    ...ladders.map((ladder) => {
      const exponent = all.find((growth) => growth.ladder === ladder && growth.figure === figure)?.exponent
      return exponent == null ? '' : exponent.toFixed(2)
    }),
  ])
  return alignedTable(columns, rows)
}
