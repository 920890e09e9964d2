import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { StoredTable } from '../../results/stored-table.js'
import type { TableData } from '../../results/table-data.js'
import { isTrained, type Training } from '../execution/trainings.js'

/** How a training went. */
export interface TrainingCurve {
  /** The scheduler, and where there are several of that name the setting. */
  readonly label: string
  /** The scheduler's own label. */
  readonly scheduler: string
  readonly directory: string
  readonly steps: TableData
  /** Losses of each agent, by rounds of experience; absent where there are none. */
  readonly agentLosses?: TableData
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
    const read = async (name: string) => (await StoredTable.open(join(directory, name))).read()
    const agents = 'agent-losses.parquet'
    curves.push({
      label: labelOf(training),
      scheduler,
      directory,
      steps: await read('training.parquet'),
      ...(existsSync(join(directory, agents)) && { agentLosses: await read(agents) }),
    })
  }
  return curves
}
