import type { Column, Row, Table } from '../observe/table.js'
import { TableWriter } from '../results/parquet-table.js'
import { tablePath } from '../results/run-directory.js'
import { agentLossesTable, trainingTable, trainingTimesTable } from '../results/training-results.js'
import type { TrainingHistory } from './history.js'

/** Writes the tables of a training directory; histories by label. */
export function writeTrainingTables(
  directory: string,
  histories: ReadonlyMap<string, TrainingHistory>,
): void {
  const rowsOf = <R>(rows: (scheduler: string, step: TrainingHistory['steps'][number]) => R[]) =>
    [...histories].flatMap(([scheduler, { steps }]) => steps.flatMap((step) => rows(scheduler, step)))
  const finite = (value: number | null | undefined) =>
    value === null || value === undefined || Number.isNaN(value) ? null : value
  write(
    directory,
    trainingTable,
    rowsOf((scheduler, { episode, rounds, updates, exploration, loss, validation, best }) => [
      {
        scheduler,
        episode,
        rounds,
        updates,
        exploration: finite(exploration),
        loss: finite(loss),
        cost: finite(validation?.cost),
        ratio: finite(validation?.ratio),
        geometricRatio: finite(validation?.geometricRatio),
        best: best ? 1 : 0,
      },
    ]),
  )
  write(
    directory,
    agentLossesTable,
    rowsOf((scheduler, { rounds, agentLosses }) =>
      agentLosses.map((loss, agent) => ({ scheduler, rounds, agent, loss: finite(loss) })),
    ),
  )
  write(
    directory,
    trainingTimesTable,
    rowsOf((scheduler, { rounds, seconds }) => [{ scheduler, rounds, seconds }]),
  )
}

function write<C extends Column>(directory: string, table: Table<string, C>, rows: readonly Row<C>[]): void {
  const writer = new TableWriter(tablePath(directory, table.name), table)
  for (const row of rows) writer.append(row)
  writer.close()
}
