import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../errors.js'
import { readWholeFile } from '../../files/read-file.js'
import type { Column, Row, RowOf, Table } from '../../observe/table.js'
import { tablePath } from '../../results/run-directory.js'
import { StoredTable } from '../../results/stored-table.js'
import {
  agentLossesTable,
  readTrainingSummary,
  type TrainingSummary,
  trainingFiles,
  trainingTable,
  trainingTimesTable,
} from '../../results/training-results.js'

/** What a training's report is made from. */
export interface TrainingData {
  readonly summary: TrainingSummary
  readonly scenarioText: string
  /** Each step of each scheduler's training. */
  readonly steps: readonly RowOf<typeof trainingTable>[]
  readonly agentLosses: readonly RowOf<typeof agentLossesTable>[]
}

/** Reads a training directory; a `UserError` names what is missing or damaged. */
export async function readTraining(directory: string): Promise<TrainingData> {
  const path = join(directory, trainingFiles.summary)
  if (!existsSync(path)) {
    const message = `is no training that has ended: it has no ${trainingFiles.summary}`
    throw new UserError({ message, place: { file: directory } })
  }
  const rowsOf = async <C extends Column>(table: Table<string, C>): Promise<Row<C>[]> =>
    (await (await StoredTable.open(tablePath(directory, table.name), table)).read()).records
  // Nothing of it is drawn; that it is damaged is told.
  await rowsOf(trainingTimesTable)
  return {
    summary: readTrainingSummary(path),
    scenarioText: new TextDecoder().decode(readWholeFile(join(directory, trainingFiles.scenario))),
    steps: await rowsOf(trainingTable),
    agentLosses: await rowsOf(agentLossesTable),
  }
}
