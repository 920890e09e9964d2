import type { RoundLinks } from './round-links.js'
import type { NetworkParameters } from './round-network.js'

/** What edge servers take beside what is on the air, values by server, length M. */
export interface ServerConsumption {
  /** Of a processor that computes, beside idling, W; of a part of it in proportion. */
  readonly computingW: Float64Array
  /** Throughout a round, W. */
  readonly idleW: Float64Array
  /** Share of what its amplifiers take that is on the air, from 0 to 1. */
  readonly amplifierEfficiency: Float64Array
  /** Of circuits while a server sends, W a client that it sends to. */
  readonly circuitW: Float64Array
}

/** What edge servers spent in a round, values by server, length M; no part of eq. (18). */
export interface ServerEnergy {
  /** J */
  readonly computing: Float64Array
  /** J */
  readonly downlink: Float64Array
  /** J in all that time that a round takes, decisions and reports of the twin included, is this by it; W. */
  readonly idleW: Float64Array
}

/** What a server's processor takes for so many FLOPs, J. */
export function computingEnergyOf(
  { serverFlops }: Pick<NetworkParameters, 'serverFlops'>,
  { computingW }: ServerConsumption,
  server: number,
  flops: number,
): number {
  return flops === 0 || computingW[server] === 0 ? 0 : (computingW[server] * flops) / serverFlops[server]
}

/** What a server takes for sending to a client for so many seconds at a power on the air in all of its slots, W, in J. */
export function downlinkEnergyOf(
  { amplifierEfficiency, circuitW }: ServerConsumption,
  server: number,
  airW: number,
  seconds: number,
): number {
  const watts = airW / amplifierEfficiency[server] + circuitW[server]
  return watts === 0 ? 0 : watts * seconds
}

/** What servers spent on a round, given the FLOPs each computed, length M, and how long each client's downlink was on the air, s. */
export function serverEnergyOf(
  network: NetworkParameters,
  consumption: ServerConsumption,
  links: RoundLinks,
  flops: Float64Array,
  downlinkSeconds: (client: number) => number,
): ServerEnergy {
  const computing = flops.map((work, server) => computingEnergyOf(network, consumption, server, work))
  const downlink = new Float64Array(network.servers)
  for (let i = 0; i < links.client.length; ) {
    const [server, client] = [links.server[i], links.client[i]]
    // Like a client's own: of its time when that is shared, what is on the air on average (`RoundLinks`); circuits once, in several slots too.
    let airW = 0
    do airW += links.downlinkInterferingW[i++]
    while (i < links.client.length && links.client[i] === client)
    downlink[server] += downlinkEnergyOf(consumption, server, airW, downlinkSeconds(client))
  }
  return { computing, downlink, idleW: consumption.idleW }
}

/** What a server took for idling through a round of so many seconds, J. */
export const idleEnergyOf = ({ idleW }: ServerEnergy, server: number, seconds: number): number =>
  idleW[server] === 0 ? 0 : idleW[server] * seconds

/** All that edge servers spent in a round, J; 0 where it is not counted. */
export function totalServerEnergy({
  time,
  servers,
}: {
  readonly time: number
  readonly servers?: ServerEnergy
}): number {
  if (!servers) return 0
  let total = 0
  for (let m = 0; m < servers.computing.length; m++)
    total += servers.computing[m] + servers.downlink[m] + idleEnergyOf(servers, m, time)
  return total
}
