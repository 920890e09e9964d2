import { join } from 'node:path'
import { StoredTable } from '../results/stored-table.js'
import type { TableData } from '../results/table-data.js'
import { isTrained, type Training } from './trainings.js'

/** How a training went. */
export interface TrainingCurve {
  /** The scheduler, and where there are several of that name the setting. */
  readonly label: string
  readonly directory: string
  readonly steps: TableData
}

/** The curves of the trainings that came to their end. */
export async function trainingCurves(
  trainings: readonly Training[],
  labelOf: (training: Training) => string,
): Promise<TrainingCurve[]> {
  const curves: TrainingCurve[] = []
  for (const training of trainings) {
    if (!isTrained(training)) continue
    const table = await StoredTable.open(join(training.directory, 'training.parquet'))
    curves.push({ label: labelOf(training), directory: training.directory, steps: await table.read() })
  }
  return curves
}
