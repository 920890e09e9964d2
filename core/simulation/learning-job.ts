import { UserError } from '../errors.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { LoadedScenario } from '../scenario/load.js'

/** Whose learning it is, where several jobs share a network. */
export interface LearningJob {
  readonly label: string
  /** Its clients, ascending: what is learned counts them from 0. */
  readonly members: Int32Array
  /** The network of these alone. */
  readonly network: NetworkParameters
}

type Section = NonNullable<LoadedScenario['scenario']['learning']>

/** What is learned, with the clients that it names counted among the job's. */
export function sectionOf(
  section: Section,
  { label, members }: LearningJob,
  problemAt: LoadedScenario['problemAt'],
): Section {
  const among = (clients: readonly number[], key: string) =>
    clients.map((client, i) => {
      const place = members.indexOf(client)
      if (place >= 0) return place
      throw new UserError(problemAt(`learning.${key}.${i}`, `client ${client} is not of the job ${label}`))
    })
  const { head, aggregation } = section
  const { headParticipants } = aggregation
  return {
    ...section,
    head: {
      ...head,
      structures: head.structures.map((structure, i) => ({
        ...structure,
        clients: among(structure.clients, `head.structures.${i}.clients`),
      })),
    },
    aggregation: {
      ...aggregation,
      headParticipants: Array.isArray(headParticipants)
        ? among(headParticipants, 'aggregation.headParticipants')
        : headParticipants,
    },
  }
}
