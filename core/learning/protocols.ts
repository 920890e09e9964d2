import type { LearningProtocol } from '../plugin/learning-protocols.js'

/** How a round of learning goes; see `protocols` for what they are. */
export interface Protocol {
  /** Who trains a body of its own, to be aggregated by eq. (3): each edge server, each client, or one for all. */
  readonly bodies: 'server' | 'client' | 'one'
  /**
   * How a body meets its clients: all in one batch, one after the other, or their samples mixed, in batches as large as those
   * of all together or of one.
   */
  readonly clients: 'together' | 'in turn' | 'pooled' | 'mixed'
  /** Private heads, of which those that take part are averaged (eq. 4); one average for all; or one, handed on. */
  readonly heads: 'private' | 'averaged' | 'handed on'
  /** Whether a head is trained even where those of a scenario are not. */
  readonly trainsAll?: true
  /** Whether nothing is cut: the model is in one place, and no activations are sent. */
  readonly whole: boolean
}

/** The protocols by name: those a scenario can choose, and that of its reference at its best. */
export const protocols = {
  /** Algorithm 1 of the paper. */
  collaborative: { bodies: 'server', clients: 'together', heads: 'private', whole: false },
  /** SplitFed (Thapa et al., 2022), v1: a body for each client, in parallel; v2: one a server, clients in random order. */
  'splitfed-v1': { bodies: 'client', clients: 'together', heads: 'averaged', whole: false },
  'splitfed-v2': { bodies: 'server', clients: 'in turn', heads: 'averaged', whole: false },
  /** Split learning (Gupta and Raskar, 2018): one body, and one head that goes from client to client. */
  split: { bodies: 'one', clients: 'in turn', heads: 'handed on', whole: false },
  /** Federated learning (McMahan et al., 2017): the whole model on each client. */
  federated: { bodies: 'client', clients: 'together', heads: 'private', whole: true },
  /** All samples in one place. */
  centralized: { bodies: 'one', clients: 'pooled', heads: 'private', whole: true },
  /** The same, as one would learn it who need not be compared by the step. */
  'centralized-best': { bodies: 'one', clients: 'mixed', heads: 'private', whole: true, trainsAll: true },
} as const satisfies Record<LearningProtocol | 'centralized-best', Protocol>

export type ProtocolName = keyof typeof protocols

/** How many bodies a round can have at most: clients that hold no samples train none. */
export function bodyContributors(
  { bodies }: Protocol,
  { servers, parts }: { readonly servers: number; readonly parts: readonly { readonly length: number }[] },
): number {
  if (bodies === 'one') return 1
  return bodies === 'server' ? servers : parts.filter(({ length }) => length > 0).length
}
