import type { RowOf } from '../../core/observe/table.js'
import { roundsTable } from '../../core/observe/tables.js'
import { madeRow } from './made-rows.js'

/** A row of the rounds table; what is not told is as in a plain round. */
export const roundRow = (told: Partial<RowOf<typeof roundsTable>>): RowOf<typeof roundsTable> =>
  madeRow(roundsTable, {
    round: 1,
    scheduler: 'random',
    cost: 1,
    time: 1,
    energy: 1,
    staticCost: 1,
    staticTime: 1,
    active: 16,
    served: 16,
    completed: 16,
    ...told,
  })
