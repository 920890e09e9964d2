import type { ProcessBody, Simulation } from '../kernel/index.js'
import type { RoundCost } from '../network/round-cost.js'
import { type Phase, phases } from '../observe/events.js'

/** Told of each phase of a client as it ends; simulated times, s. */
export type PhaseListener = (client: number, phase: Phase, start: number, end: number) => void

/**
 * Lets a round happen under static dynamics: each client computes, sends, waits for its edge server, receives and
 * computes again, for as long as eqs. (5)-(16) say; the round ends when the last client has (eq. 17).
 *
 * `headForwardShare` is the share of the head's time before the uplink. Clients that sit out take no part. Afterwards
 * the simulation's clock stands at the round's end.
 */
export function playStaticRound(
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

  const taking = clients.map((client) => simulation.process(() => takePart(client), { name: `client ${client}` }))
  simulation.run(simulation.allOf(taking))
}
