import type { ProcessBody, Simulation } from '../../kernel/index.js'
import { evaluateRound, type RoundCost } from '../../network/round-cost.js'
import { phases } from '../../observe/events.js'
import type { CreateDynamics, PhaseListener } from './dynamics.js'

/**
 * The paper's dynamics: whoever transmits in a round interferes for all of it, and an edge server is shared by all its
 * clients for all of it, so that eqs. (5)-(18) give every time in advance.
 *
 * `headForwardShare` is the share of the head's time before the uplink.
 */
export const staticDynamics =
  (clients: number, headForwardShare: number): CreateDynamics =>
  (simulation) => ({
    present: new Uint8Array(clients).fill(1),
    awaitAnyOf: (wanted) => wanted.includes(1),
    play: ({ network, assignment, onPhase }) => {
      const cost = evaluateRound(network, assignment)
      // A transfer without any signal never ends, and no clock can show it.
      if (Number.isFinite(cost.time)) playStaticRound(simulation, cost, headForwardShare, onPhase)
      return { cost, staticCost: cost }
    },
  })

/**
 * Lets a round happen whose times are known: each client computes, sends, waits for its edge server, receives and
 * computes again; the round ends when the last client has (eq. 17). Clients that sit out take no part.
 */
function playStaticRound(
  simulation: Simulation,
  cost: RoundCost,
  headForwardShare: number,
  onPhase: PhaseListener,
): void {
  const clients: number[] = []
  for (let client = 0; client < cost.clientTime.length; client++)
    if (!Number.isNaN(cost.clientTime[client])) clients.push(client)

  const durations = (client: number): readonly number[] => [
    cost.headTime[client] * headForwardShare,
    cost.uplinkTime[client],
    cost.edgeTime[client],
    cost.downlinkTime[client],
    cost.headTime[client] * (1 - headForwardShare),
  ]

  function* takePart(client: number): ProcessBody<void> {
    for (const [i, duration] of durations(client).entries()) {
      const start = simulation.now
      if (duration > 0) yield* simulation.timeout(duration)
      onPhase(client, phases[i], start, simulation.now)
    }
  }

  const taking = clients.map((client) =>
    simulation.process(() => takePart(client), { name: `client ${client}` }),
  )
  simulation.run(simulation.allOf(taking))
}
