import { channelOf } from '../../network/assignment.js'
import type { NetworkParameters } from '../../network/round-network.js'
import { decidedForTraining } from '../completed-clients.js'
import type { Spending } from '../spending.js'
import { type Arrival, joulesOf, type Row } from './row.js'

/** Charges budgets with what clients spent in a row: turns, waiting, and reports to the twin. */
export function chargeRow({ spent, reports, waiting }: Row, spending: Spending): void {
  for (const { client, used } of spent) spending.charge(client, joulesOf(used) + (waiting?.[client] ?? 0))
  if (!reports && !waiting) return
  const hadTurns = new Set(spent.map(({ client }) => client))
  for (let client = 0; client < spending.energy.length; client++) {
    const waited = hadTurns.has(client) ? 0 : (waiting?.[client] ?? 0)
    const joules = (reports?.[client] ?? 0) + waited
    if (joules > 0) spending.charge(client, joules)
  }
}

/** What observers are told of a row's updates. */
export const updatesOf = (arrivals: Row['arrivals'], row: number, { channels }: NetworkParameters) =>
  arrivals.map(({ client, slot, server, version, setOutAt, arrivedAt }) => ({
    client,
    server,
    channel: channelOf(slot, channels),
    startedFrom: version,
    staleness: row - 1 - version,
    setOutAt,
    arrivedAt,
  }))

/** What learning is told of a row: whose updates are put together, and where. `oldest`: of all versions that anybody still trains from. */
export function courseOf(
  { merged, edgeRounds, neighbours }: Row,
  oldest: number,
  parameters: NetworkParameters,
  averagedShare?: number,
) {
  const completed = (arrival: Arrival) => ({
    ...completedOf(arrival, parameters),
    ...(averagedShare && { averagedShare }),
  })
  return {
    completed: merged.map(completed),
    course: {
      oldest,
      edgeRounds: edgeRounds.map(({ server, arrivals }) => ({ server, completed: arrivals.map(completed) })),
      ...(neighbours && { neighbours }),
    },
  }
}

/** What learning is told of an update. */
const completedOf = (
  { client, server, version, arrivedAt, trainedAt, repeats, decision }: Arrival,
  parameters: NetworkParameters,
) => ({
  client,
  server,
  finishedAt: arrivedAt,
  startedFrom: version,
  ...(trainedAt !== undefined && { trainedAt }),
  ...(repeats !== 1 && { repeats }),
  ...decidedForTraining(client, decision, parameters),
})
