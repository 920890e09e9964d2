import { SITS_OUT } from '../network/assignment.js'
import type { RoundRecord } from '../observe/events.js'

/** Columns of a round that follow from the others and from its costs by client. */
type Derived = 'assignment' | 'served' | 'completed'

/** What a round came to, whatever plays it; `completed` where more than the costs of those with a slot tells who was. */
export type RoundFigures = Omit<RoundRecord, Derived> & Partial<Pick<RoundRecord, 'completed'>>

/** What is told of a round: a column that follows from the rest of it is worked out here, for rounds and protocols alike. */
export function roundRecord(played: RoundFigures): RoundRecord {
  const { decision, cost } = played
  const { assignment } = decision
  return {
    assignment,
    served: assignment.reduce((sum, slot) => sum + (slot === SITS_OUT ? 0 : 1), 0),
    completed: cost.clientTime.reduce((sum, time) => sum + (Number.isFinite(time) ? 1 : 0), 0),
    ...played,
  }
}
