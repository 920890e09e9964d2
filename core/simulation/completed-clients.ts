import type { CompletedClient, Precision } from '../learning/index.js'
import { serverOf } from '../network/assignment.js'
import { type Decision, ROUNDING } from '../network/decision.js'
import type { RoundCost } from '../network/round-cost.js'
import type { NetworkParameters } from '../network/round-network.js'

/** The clients that came to the end of a round that started at a time, s, with their servers. */
export function completedClients(
  decision: Decision,
  { clientTime }: RoundCost,
  parameters: NetworkParameters,
  startTime: number,
): CompletedClient[] {
  const { assignment, steps } = decision
  const completed: CompletedClient[] = []
  for (let client = 0; client < assignment.length; client++)
    if (Number.isFinite(clientTime[client]))
      completed.push({
        client,
        server: serverOf(assignment[client], parameters.channels),
        finishedAt: startTime + clientTime[client],
        ...(steps && { repeats: steps[client] }),
        ...decidedForTraining(client, decision, parameters),
      })
  return completed
}

/** What was decided of how a client trains, beside how often it goes through its samples. */
export const decidedForTraining = (
  client: number,
  { samples, payload }: Decision,
  { payloads }: NetworkParameters,
) => ({
  // Whole ones, and none that nobody was charged for.
  ...(samples && { samples: Math.floor(samples[client] * (1 + ROUNDING)) }),
  // A scenario that learns opens none but these.
  ...(payload && payloads && { precision: payloads[payload[client]].name as Precision }),
})
