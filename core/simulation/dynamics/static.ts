import type { ProcessBody, Simulation } from '../../kernel/index.js'
import { evaluateRound, type RoundCost } from '../../network/round-cost.js'
import type { Phase } from '../../observe/events.js'
import type { ComputingPhase, CreateDynamics, LocalComputing, PhaseListener } from './dynamics.js'

/**
 * The paper's dynamics: whoever transmits in a round interferes for all of it, and an edge server is shared by all its
 * clients for all of it, so that eqs. (5)-(18) give every time in advance.
 */
export const staticDynamics =
  (clients: number, computing: LocalComputing): CreateDynamics =>
  (simulation) => ({
    present: new Uint8Array(clients).fill(1),
    awaitAnyOf: (wanted) => wanted.includes(1),
    play: ({ network, assignment, decision = { assignment }, onPhase }) => {
      const cost = evaluateRound(network, decision)
      // A transfer without any signal never ends, and no clock can show it.
      if (Number.isFinite(cost.time)) playStaticRound(simulation, cost, computing, onPhase)
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
  { before, after }: LocalComputing,
  onPhase: PhaseListener,
): void {
  const clients: number[] = []
  for (let client = 0; client < cost.clientTime.length; client++)
    if (!Number.isNaN(cost.clientTime[client])) clients.push(client)

  const phasesOf = (client: number): readonly (readonly [Phase, number])[] => {
    const computing = ({ phase, share }: ComputingPhase) => [phase, cost.headTime[client] * share] as const
    return [
      computing(before),
      ['uplink', cost.uplinkTime[client]],
      ['edge', cost.edgeTime[client]],
      ['downlink', cost.downlinkTime[client]],
      ...(after ? [computing(after)] : []),
    ]
  }

  function* takePart(client: number): ProcessBody<void> {
    for (const [phase, duration] of phasesOf(client)) {
      const start = simulation.now
      if (duration > 0) yield* simulation.timeout(duration)
      onPhase(client, phase, start, simulation.now)
    }
  }

  const taking = clients.map((client) =>
    simulation.process(() => takePart(client), { name: `client ${client}` }),
  )
  simulation.run(simulation.allOf(taking))
}
