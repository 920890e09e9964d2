import type { Assignment } from '../../network/assignment.js'
import type { Area, Position } from '../../plugin/contracts.js'
import type { RoundMap } from './environment.js'

/** A round as a map shows it. */
export function mapOf(
  { widthM, heightM }: Area,
  places: { readonly clients: readonly Position[]; readonly servers: readonly Position[] },
  assignment: Assignment,
  channels: number,
): RoundMap {
  const pair = ({ x, y }: Position) => [x, y] as const
  return {
    widthM,
    heightM,
    channels,
    clients: places.clients.map(pair),
    servers: places.servers.map(pair),
    assignment: Array.from(assignment),
  }
}
