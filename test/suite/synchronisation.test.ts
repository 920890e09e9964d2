import { expect, test } from 'vitest'
import { twinTable } from '../../core/observe/twin-table.js'
import { drawFigure } from '../../core/report/draw.js'
import { mapFigures, TableData } from '../../core/results/table-data.js'
import { analyse } from '../../core/suite/analysis/analysis.js'
import type { SuiteResults } from '../../core/suite/analysis/results.js'
import { synchronisationFigures } from '../../core/suite/output/figures/synchronisation.js'
import { synchronisationTable } from '../../core/suite/output/tables/synchronisation-table.js'
import { syntheticResults } from './synthetic-suite.js'

const SEEDS = 3

/** Two settings' worth of schedulers whose twins were told so many bits at such a cost. */
async function told(bits: readonly number[], costs: readonly number[]): Promise<SuiteResults> {
  const results = await syntheticResults(
    costs.map((cost) => ({ a: { cost: [cost, cost, cost] } })),
    { seeds: SEEDS },
  )
  const twin = { prediction: null, estimator: { plugin: 'kalman', label: 'kalman', options: {} } }
  return {
    ...results,
    settings: results.settings.map(({ setting, schedulers, ...rest }, i) => ({
      ...rest,
      setting: {
        ...setting,
        loaded: { ...setting.loaded, scenario: { ...setting.loaded.scenario, twin: twin as never } },
      },
      schedulers: schedulers.map((own) => ({
        ...own,
        twin: Array.from({ length: SEEDS }, (_, seed) => {
          const values: Partial<Record<string, number>> = {
            reportBits: bits[i],
            cost: costs[i] + seed - 1,
            predictedCost: (costs[i] + seed - 1) / Math.E,
            gainErrorDb: 4,
          }
          const columns = mapFigures(twinTable, (name) => Float64Array.of(values[name] ?? 0))
          return new TableData(1, twinTable.columns.slice(2), columns as never) as never
        }),
      })),
    })),
  }
}

test('a better twin is worth its traffic up to where the cost is least', async () => {
  const analysis = analyse(await told([400, 0, 100, 200], [6, 5, 3, 4]))
  const [curve] = analysis.synchronisations
  expect(analysis.synchronisations).toHaveLength(1)
  expect([curve.scheduler, curve.estimator]).toEqual(['a', 'kalman'])
  expect(curve.points.map(({ bits }) => bits)).toEqual([0, 100, 200, 400])
  expect(curve.points.map(({ cost }) => cost.value)).toEqual([5, 3, 4, 6])
  expect(curve.best.bits).toBe(100)
  for (const { predictionError, gainErrorDb, cost } of curve.points) {
    expect(predictionError).toBeCloseTo(1, 12)
    expect(gainErrorDb).toBe(4)
    // Student's t of c - 1, c, c + 1: 4.303 / √3.
    expect(cost.high - cost.value).toBeCloseTo(4.3027 / Math.sqrt(3), 3)
  }
  const { columns } = synchronisationTable(analysis)
  const cell = (head: string) => columns.find((column) => column.head === head)?.cells[0]?.value
  expect([cell('reported'), cell('mean cost'), cell('told least'), cell('told most')]).toEqual([100, 3, 5, 6])
  const [figure] = synchronisationFigures(analysis)
  const warnings: string[] = []
  const { svg, caption } = await drawFigure(figure, (warning) => warnings.push(warning))
  expect(warnings).toEqual([])
  expect(svg).toMatch(/reported, bit a round/)
  expect(caption).toMatch(/kalman 100 bit a round/)
})

test('amounts that are too few show no such point', async () => {
  expect(analyse(await told([0, 100], [2, 1])).synchronisations).toEqual([])
})
