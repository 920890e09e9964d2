import type { Position, Propagation } from '../plugin/contracts.js'
import type { RandomSource } from '../plugin/needs.js'
import type { Sectors } from './antenna.js'

/** Clients that are in buildings. */
export interface Indoor {
  /** Probability that a client is in one. */
  readonly share: number
  /** Fewest and most floors of a building, each as likely; null: clients stay at the height that they have outdoors. */
  readonly floors: readonly [number, number] | null
}

/** The third dimension, and who shares a mast. */
export interface Geometry {
  /** Above ground, m, length N. */
  readonly clientHeightM: Float64Array
  /** Above ground, m, length M; undefined: what is usual with the propagation. */
  readonly serverHeightM: Float64Array | undefined
  readonly indoor: Indoor | undefined
  /** Undefined: each server has a mast of its own and an antenna that radiates alike all around. */
  readonly sectors: Sectors | undefined
  /** By how much copies of the layout are shifted, m; none where it is not wrapped around. */
  readonly copies: readonly Position[]
}

/** What is random in a client and alike for all its links. */
export interface ClientDraws {
  readonly heightM: number
  readonly indoors: boolean
  /** Five uniform numbers, the fourth in (0, 1]. */
  readonly uniform: Float64Array
}

/** Height between floors, and of an antenna above its floor, m (3GPP TR 38.901, Table 7.2-1). */
const FLOOR_M = 3
const ABOVE_FLOOR_M = 1.5

/** Draws whether a client is inside, on which floor, and what else is its own; follows from client and epoch alone. */
export function drawClient(
  { clientHeightM, indoor }: Geometry,
  client: number,
  epoch: number,
  random: RandomSource,
): ClientDraws {
  const stream = random.stream('geometry/client', client, epoch)
  const indoors = stream.next() < (indoor?.share ?? 0)
  const [building, floor] = [stream.next(), stream.next()]
  const uniform = Float64Array.from({ length: 5 }, () => stream.next())
  uniform[3] = 1 - uniform[3]
  const outdoors = clientHeightM[client]
  if (!indoors || !indoor?.floors) return { heightM: outdoors, indoors, uniform }
  const [fewest, most] = indoor.floors
  const floors = fewest + Math.floor(building * (most - fewest + 1))
  return { heightM: FLOOR_M * Math.floor(floor * floors) + ABOVE_FLOOR_M, indoors, uniform }
}

/** The height of a server, m; undefined where neither the scenario nor the propagation has one. */
export const serverHeightOf = (
  { serverHeightM }: Geometry,
  server: number,
  { usualServerHeightM }: Propagation,
): number | undefined => serverHeightM?.[server] ?? usualServerHeightM
