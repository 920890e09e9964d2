import { type Estimate, mean } from '../../statistics/descriptive.js'
import { ratioOfMeans } from '../../statistics/student.js'
import type { TrainingCurve } from './training-curves.js'

/** Share of a training that counts as its beginning, and as its end. */
const PART = 0.1

/** What the losses of a training came to. */
export interface LossDecline {
  /** Of the training, `d3qn (setting)` where there are several. */
  readonly label: string
  /** Mean loss over the last tenth of its rounds over that of the first; undefined without losses of agents. */
  readonly ratio: Estimate | undefined
  readonly agents: number
}

/** How the agents' losses ended over how they began (Fig. 9), in each training of a scheduler; intervals are over its agents. */
export const lossDeclines = (scheduler: string, trainings: readonly TrainingCurve[]): LossDecline[] =>
  trainings
    .filter((training) => training.scheduler === scheduler)
    .map(({ label, agentLosses }) => {
      const agents = agentLosses ? partsOf(agentLosses) : []
      if (agents.length === 0) return { label, ratio: undefined, agents: 0 }
      const ratio = ratioOfMeans(
        agents.map(({ end }) => end),
        agents.map(({ start }) => start),
      )
      return { label, ratio, agents: agents.length }
    })

/** Each agent's mean loss in the first and last tenth of the rounds in which there were any. */
function partsOf({ columns }: NonNullable<TrainingCurve['agentLosses']>): { start: number; end: number }[] {
  const { rounds, agent, loss } = columns
  const rows = Array.from(rounds, (_, i) => i).filter((i) => Number.isFinite(loss[i]))
  if (rows.length === 0) return []
  const [first, last] = [rounds[rows[0]], rounds[rows.at(-1)!]]
  const part = PART * (last - first)
  const meanOf = (own: readonly number[]) => mean(own.map((i) => loss[i]))
  return [...new Set(rows.map((i) => agent[i]))].map((each) => {
    const own = rows.filter((i) => agent[i] === each)
    return {
      start: meanOf(own.filter((i) => rounds[i] <= first + part)),
      end: meanOf(own.filter((i) => rounds[i] >= last - part)),
    }
  })
}
