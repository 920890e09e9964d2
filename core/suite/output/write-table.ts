import { type Column, double, missing, type Row, type Table, text } from '../../observe/table.js'
import { TableWriter } from '../../results/parquet-table.js'
import { TableData } from '../../results/table-data.js'
import { learnedModelsOf } from '../analysis/learned-models.js'
import type { SuiteResults } from '../analysis/results.js'
import { cellLearningTable, cellRoundsTable } from '../execution/cell-tables.js'

/** The table of everything: one row a setting, seed, scheduler and round; swept values are columns named by their paths. */
export function writeResultsTable(path: string, results: SuiteResults): void {
  const { columns, rowOf } = sweptColumns(results)
  const table: Table = {
    name: 'results',
    description: `every round of the suite ${results.suite.name}`,
    columns: [...identity, ...columns, ...cellRoundsTable.columns],
  }
  const writer = new TableWriter(path, table)
  try {
    for (const { setting, schedulers } of results.settings) {
      for (const rounds of schedulers) {
        const { label: scheduler, plugin, tier } = rounds
        const start = { scenario: setting.scenario, scheduler, plugin, tier, ...rowOf(setting.values) }
        const columns = { ...rounds, round: rounds.seedRound }
        const own = new TableData(rounds.round.length, cellRoundsTable.columns, columns)
        for (const [i, row] of own.records.entries())
          writer.append({ ...start, seed: rounds.seed[i], ...row })
      }
    }
  } finally {
    writer.close()
  }
}

/** The same of the learning tables, the reference's too; false where no cell has one, and then nothing is written. */
export function writeLearningTable(path: string, results: SuiteResults): boolean {
  if (results.settings.every((setting) => learnedModelsOf(setting).length === 0)) return false
  const { columns, rowOf } = sweptColumns(results)
  const writer = new TableWriter(path, {
    ...cellLearningTable,
    columns: [...identity, ...columns, ...cellLearningTable.columns],
  })
  try {
    for (const setting of results.settings) {
      for (const { label: scheduler, seeds } of learnedModelsOf(setting)) {
        const { plugin = '', tier = '' } = setting.schedulers.find(({ label }) => label === scheduler) ?? {}
        const { scenario, values } = setting.setting
        const start = { scenario, scheduler, plugin, tier, ...rowOf(values) }
        for (const { seed, table } of seeds)
          for (const row of table.records) writer.append({ ...row, ...start, seed })
      }
    }
  } finally {
    writer.close()
  }
  return true
}

const identity = [
  text('scenario', 'label of the scenario'),
  text('scheduler', 'label of the scheduler'),
  text('plugin', 'the scheduler plugin'),
  text('tier', 'its information tier'),
  double('seed', '', 'seed of the run'),
]

/** A column for each swept path: numbers where all of its values are, else JSON. */
function sweptColumns({ suite }: SuiteResults) {
  const numeric = new Set(
    suite.swept.filter((path) =>
      suite.settings.every(({ values }) => !Object.hasOwn(values, path) || typeof values[path] === 'number'),
    ),
  )
  const columns = suite.swept.map(
    (name): Column =>
      numeric.has(name)
        ? missing(double(name, '', 'swept by the suite'))
        : missing(text(name, 'swept by the suite')),
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
