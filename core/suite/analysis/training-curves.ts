import { existsSync } from 'node:fs'
import type { Column, ColumnsOf, Table } from '../../observe/table.js'
import { tablePath } from '../../results/run-directory.js'
import { StoredTable } from '../../results/stored-table.js'
import type { TableData } from '../../results/table-data.js'
import { agentLossesTable, trainingTable } from '../../results/training-results.js'
import { isTrained, type Training } from '../execution/trainings.js'

/** How a training went. */
export interface TrainingCurve {
  /** The scheduler, and where there are several of that name the setting. */
  readonly label: string
  /** The scheduler's own label. */
  readonly scheduler: string
  readonly directory: string
  readonly steps: TableData<ColumnsOf<typeof trainingTable>>
  /** Losses of each agent, by rounds of experience; absent where there are none. */
  readonly agentLosses?: TableData<ColumnsOf<typeof agentLossesTable>>
}

/** The curves of the trainings that came to their end. */
export async function trainingCurves(
  trainings: readonly Training[],
  labelOf: (training: Training) => string,
): Promise<TrainingCurve[]> {
  const curves: TrainingCurve[] = []
  for (const training of trainings) {
    if (!isTrained(training)) continue
    const { directory, scheduler } = training
    const read = async <C extends Column>(table: Table<string, C>) =>
      (await StoredTable.open(tablePath(directory, table.name), table)).read()
    const agents = existsSync(tablePath(directory, agentLossesTable.name))
    curves.push({
      label: labelOf(training),
      scheduler,
      directory,
      steps: await read(trainingTable),
      ...(agents && { agentLosses: await read(agentLossesTable) }),
    })
  }
  return curves
}
