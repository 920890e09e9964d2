import type { Placement, Propagation } from '../plugin/contracts.js'
import type { RandomSource } from '../plugin/needs.js'
import type { Scenario } from '../scenario/scenario.js'
import { realiseKey } from '../scenario/schema/per-node.js'
import type { Geometry } from './geometry.js'

/** The third dimension of a scenario; undefined where nothing goes by it. */
export function geometryOf(
  scenario: Scenario,
  streams: RandomSource,
  propagation: Propagation,
  serverPlacement: Placement,
): Geometry | undefined {
  const { area, clients, servers } = scenario.network
  const copies = serverPlacement.copies?.(area) ?? []
  const written = clients.heightM !== USUAL_HEIGHT || servers.heightM !== null
  const goesByHeight = propagation.usualServerHeightM !== undefined
  if (!goesByHeight && !written && !clients.indoor && !servers.sectors && copies.length === 0)
    return undefined
  return {
    clientHeightM: realiseKey(scenario, 'network.clients.heightM', streams) as Float64Array,
    serverHeightM: realiseKey(scenario, 'network.servers.heightM', streams) ?? undefined,
    indoor: clients.indoor ?? undefined,
    sectors: servers.sectors ?? undefined,
    copies,
  }
}

/** The default of `network.clients.heightM`. */
const USUAL_HEIGHT = 1.5
