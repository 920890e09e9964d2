import type { Area, Placement, Position, Propagation } from '../plugin/contracts.js'
import type { RandomSource } from '../plugin/needs.js'

/** Where `count` nodes stand, each by the stream of that name with its index and the epoch. */
export function placeNodes(
  placement: Placement,
  count: number,
  area: Area,
  drawn: { readonly random: RandomSource; readonly stream: string; readonly epoch: number },
): Position[] {
  return Array.from({ length: count }, (_, index) => {
    const random = drawn.random.stream(drawn.stream, index, drawn.epoch)
    return placement.position({ index, count, area, random })
  })
}

/** Writes the mean gain of every link, N×M; what is random in a client's follows from the epoch. */
export function fillMeanGains(
  meanGain: Float64Array,
  places: { readonly clients: readonly Position[]; readonly servers: readonly Position[] },
  law: { readonly propagation: Propagation; readonly minimumDistanceM: number },
  drawn: { readonly random: RandomSource; readonly epoch: number },
): void {
  const { clients, servers } = places
  for (const [client, clientPosition] of clients.entries()) {
    const random = drawn.random.stream('propagation/client', client, drawn.epoch)
    for (const [server, serverPosition] of servers.entries()) {
      const distance = Math.hypot(clientPosition.x - serverPosition.x, clientPosition.y - serverPosition.y)
      const distanceM = Math.max(distance, law.minimumDistanceM)
      const link = { client, server, clientPosition, serverPosition, distanceM, random }
      meanGain[client * servers.length + server] = law.propagation.meanGain(link)
    }
  }
}
