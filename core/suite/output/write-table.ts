import type { Column, Row, Table } from '../../results/columns.js'
import { TableWriter } from '../../results/parquet-table.js'
import type { TableData } from '../../results/table-data.js'
import { learnedModelsOf } from '../analysis/learned-models.js'
import type { SuiteResults } from '../analysis/results.js'
import { cellRoundsTable, cellTables } from '../execution/cell-tables.js'

/** The table of everything: one row a setting, seed, scheduler and round; swept values are columns named by their paths. */
export function writeResultsTable(path: string, results: SuiteResults): void {
  const { columns, rowOf } = sweptColumns(results)
  const table: Table = {
    name: 'results',
    description: `every round of the suite ${results.suite.name}`,
    columns: [...identity, ...columns, ...cellRoundsTable.columns],
  }
  const figures = cellRoundsTable.columns.map(({ name }) => name).filter((name) => name !== 'round')
  const writer = new TableWriter(path, table)
  try {
    for (const { setting, schedulers } of results.settings) {
      for (const rounds of schedulers) {
        const { label: scheduler, plugin, tier } = rounds
        const swept = rowOf(setting.values)
        const start = { scenario: setting.scenario, scheduler, plugin, tier, ...swept }
        const of = rounds as unknown as Readonly<Record<string, Float64Array>>
        for (let i = 0; i < rounds.round.length; i++) {
          const row: Record<string, number | string | null> = {
            ...start,
            seed: rounds.seed[i],
            round: rounds.seedRound[i],
          }
          for (const name of figures) row[name] = Number.isNaN(of[name][i]) ? null : of[name][i]
          writer.append(row)
        }
      }
    }
  } finally {
    writer.close()
  }
}

/** The same of the learning tables, the reference's too; false where no cell has one, and then nothing is written. */
export function writeLearningTable(path: string, results: SuiteResults): boolean {
  const learning = cellTables.find(({ name }) => name === 'learning')!
  if (results.settings.every((setting) => learnedModelsOf(setting).length === 0)) return false
  const { columns, rowOf } = sweptColumns(results)
  const writer = new TableWriter(path, {
    ...learning,
    columns: [...identity, ...columns, ...learning.columns],
  })
  try {
    for (const setting of results.settings) {
      for (const { label: scheduler, seeds } of learnedModelsOf(setting)) {
        const { plugin = '', tier = '' } = setting.schedulers.find(({ label }) => label === scheduler) ?? {}
        const { scenario, values } = setting.setting
        const start = { scenario, scheduler, plugin, tier, ...rowOf(values) }
        for (const { seed, table } of seeds)
          for (let i = 0; i < table.rows; i++)
            writer.append({ ...start, seed, ...rowAt(table, i, learning.columns) })
      }
    }
  } finally {
    writer.close()
  }
  return true
}

const rowAt = (table: TableData, i: number, columns: readonly Column[]): Row =>
  Object.fromEntries(
    columns.map(({ name }) => {
      const value = table.column(name)[i]
      return [name, typeof value === 'number' && Number.isNaN(value) ? null : value]
    }),
  )

const text = (name: string, description: string): Column => ({ name, type: 'STRING', unit: '', description })

const identity: readonly Column[] = [
  text('scenario', 'label of the scenario'),
  text('scheduler', 'label of the scheduler'),
  text('plugin', 'the scheduler plugin'),
  text('tier', 'its information tier'),
  { name: 'seed', type: 'DOUBLE', unit: '', description: 'seed of the run' },
]

/** A column for each swept path: numbers where all of its values are, else JSON. */
function sweptColumns({ suite }: SuiteResults) {
  const numeric = new Set(
    suite.swept.filter((path) =>
      suite.settings.every(({ values }) => !Object.hasOwn(values, path) || typeof values[path] === 'number'),
    ),
  )
  const columns = suite.swept.map(
    (name): Column => ({
      name,
      type: numeric.has(name) ? 'DOUBLE' : 'STRING',
      unit: '',
      description: 'swept by the suite',
      nullable: true,
    }),
  )
  const rowOf = (values: Readonly<Record<string, unknown>>): Row =>
    Object.fromEntries(
      suite.swept.map((path) => {
        const value = values[path]
        if (!Object.hasOwn(values, path)) return [path, null]
        return [path, typeof value === 'number' && numeric.has(path) ? value : JSON.stringify(value)]
      }),
    )
  return { columns, rowOf }
}
