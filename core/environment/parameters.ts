import { fromDecibels } from '../kernel/power.js'
import type { RandomStreams } from '../kernel/random.js'
import type { DecisionBounds, NetworkParameters, Payload } from '../network/round-network.js'
import type { ServerConsumption } from '../network/server-energy.js'
import type { Scenario } from '../scenario/scenario.js'
import { realiseKey } from '../scenario/schema/per-node.js'

/** Until learning is wired: a number that nothing can be computed with unnoticed. */
const ofTheModel = Number.NaN

/** Power in W from dBm. */
export const wattsFromDbm = (dbm: number): number => fromDecibels(dbm) / 1000

/** Thermal noise, dBm/Hz at 290 K, as the field counts it. */
const THERMAL_DBM_PER_HZ = -174

/** σ² of a channel, dBm: as it is given, or thermal noise and the receiver's own. */
const noiseDbmOf = ({ noiseDbm, noiseFigureDb, bandwidthHz }: Scenario['network']['channels']): number =>
  noiseFigureDb === null ? noiseDbm : THERMAL_DBM_PER_HZ + 10 * Math.log10(bandwidthHz) + noiseFigureDb

/** The network's constants in SI units, values per client and server drawn from streams of their own. */
export function networkParameters(scenario: Scenario, streams: RandomStreams): NetworkParameters {
  const { network, workload, objective } = scenario
  const values = (key: string) => realiseKey(scenario, key, streams) as Float64Array
  const clientWaitingW = values('network.clients.waitingPowerW')
  const clientSamples = values('workload.samplesPerRound')
  return {
    clients: network.clients.count,
    servers: network.servers.count,
    channels: network.channels.count,
    bandwidthHz: network.channels.bandwidthHz,
    noiseW: wattsFromDbm(noiseDbmOf(network.channels)),
    clientPowerW: values('network.clients.powerDbm').map(wattsFromDbm),
    clientSamples,
    clientFlops: values('network.clients.flops'),
    clientJoulesPerSample: values('network.clients.joulesPerSample'),
    ...(clientWaitingW.some((watts) => watts > 0) && { clientWaitingW }),
    serverPowerW: values('network.servers.powerDbm').map(wattsFromDbm),
    serverFlops: values('network.servers.flops'),
    load: {
      headFlops: workload.headFlopsPerSample ?? ofTheModel,
      bodyFlops: workload.bodyFlopsPerSample ?? ofTheModel,
      uplinkBits: workload.uplinkBitsPerSample ?? ofTheModel,
      downlinkBits: workload.downlinkBitsPerSample ?? ofTheModel,
    },
    weights: { latency: objective.latency, energy: objective.energy },
    ...beyondThePaper(scenario, clientSamples, values),
  }
}

/** What a scenario opens beyond the paper; nothing where it opens nothing. */
function beyondThePaper(
  { network, objective, decisions }: Scenario,
  clientSamples: Float64Array,
  values: (key: string) => Float64Array | null,
): Partial<NetworkParameters> {
  const { access } = network
  const given = (key: string, usual = 0) => {
    const found = values(key) as Float64Array
    return found.some((value) => value !== usual) ? found : undefined
  }
  const clientClockHz = values('network.clients.clockHz')
  const clientCycles = given('network.clients.cyclesPerRound')
  const switchedCapacitance = given('network.clients.switchedCapacitance')
  const amplifierEfficiency = given('network.clients.amplifierEfficiency', 1)
  const circuitW = given('network.clients.circuitPowerW')
  const receiveW = given('network.clients.receivePowerW')
  const serverConsumption = consumptionOf(values, network.servers.count)
  const uplink = given('workload.uplinkBitsPerRound')
  const downlink = given('workload.downlinkBitsPerRound')
  const nothing = () => new Float64Array(clientSamples.length)
  const everyone = (price: number) => new Float64Array(clientSamples.length).fill(price)
  const bounds = boundsOf(decisions)
  return {
    ...(access !== 'channels' && { access }),
    ...(clientClockHz && { clientClockHz }),
    ...(clientCycles && { clientCycles }),
    ...(switchedCapacitance && { switchedCapacitance }),
    ...(amplifierEfficiency && { amplifierEfficiency }),
    ...(circuitW && { circuitW }),
    ...(receiveW && { receiveW }),
    ...(serverConsumption && { serverConsumption }),
    ...((uplink || downlink) && {
      bitsPerRound: { uplink: uplink ?? nothing(), downlink: downlink ?? nothing() },
    }),
    ...((objective.unserved > 0 || objective.unservedSample > 0) && {
      prices: {
        ...(objective.unserved > 0 && { unserved: everyone(objective.unserved) }),
        ...(objective.unservedSample > 0 && { sample: everyone(objective.unservedSample) }),
      },
    }),
    ...(decisions.cut && { cuts: decisions.cut }),
    ...(decisions.payload && { payloads: decisions.payload.map(payloadOf) }),
    ...(Object.keys(bounds).length > 0 && { bounds }),
  }
}

/** What edge servers take; undefined where no key says anything of it. */
function consumptionOf(
  values: (key: string) => Float64Array | null,
  servers: number,
): ServerConsumption | undefined {
  const given = {
    computingW: values('network.servers.computingPowerW'),
    idleW: values('network.servers.idlePowerW'),
    amplifierEfficiency: values('network.servers.amplifierEfficiency'),
    circuitW: values('network.servers.circuitPowerW'),
  }
  if (Object.values(given).every((each) => each === null)) return undefined
  const nothing = new Float64Array(servers)
  return {
    computingW: given.computingW ?? nothing,
    idleW: given.idleW ?? nothing,
    amplifierEfficiency: given.amplifierEfficiency ?? nothing.map(() => 1),
    circuitW: given.circuitW ?? nothing,
  }
}

function boundsOf({ power, clock, samples, steps }: Scenario['decisions']): DecisionBounds {
  return {
    ...(power && { leastPowerW: wattsFromDbm(power.minimumDbm) }),
    ...(power?.levelsDbm && { powerLevelsW: Float64Array.from(power.levelsDbm, wattsFromDbm).sort() }),
    ...(clock && { leastClockHz: clock.minimumHz }),
    ...(clock?.levelsHz && { clockLevelsHz: Float64Array.from(clock.levelsHz).sort() }),
    ...(samples && { leastSamples: samples.minimum }),
    ...(steps && { mostSteps: steps.maximum }),
  }
}

type WrittenPayload = NonNullable<Scenario['decisions']['payload']>[number]

const BITS = { fp32: 32, fp16: 16, int8: 8 } as const

/** A value that is sent alone takes its place, too. */
const BITS_OF_INDEX = 32

function payloadOf(written: WrittenPayload): Payload {
  if (typeof written === 'string') {
    const share = BITS[written] / BITS.fp32
    return { name: written, uplinkShare: share, downlinkShare: share }
  }
  if ('topK' in written) {
    const share = (written.topK * (BITS.fp32 + BITS_OF_INDEX)) / BITS.fp32
    return { name: `top-${written.topK}`, uplinkShare: share, downlinkShare: share }
  }
  return written
}

/** What each client and the whole run may spend; Infinity where there is no limit. */
export interface Budgets {
  /** T^max, s. */
  readonly latencySeconds: number
  /** E_n^max, J, length N. */
  readonly energyJoules: Float64Array
}

/** The budgets C1 and C2 of a scenario, drawn where it gives a distribution; Infinity where it sets none. */
export function budgetsOf(scenario: Scenario, streams: RandomStreams): Budgets {
  const unlimited = new Float64Array(scenario.network.clients.count).fill(Number.POSITIVE_INFINITY)
  return {
    latencySeconds: scenario.budgets.latencySeconds ?? Number.POSITIVE_INFINITY,
    energyJoules: realiseKey(scenario, 'budgets.energyJoules', streams) ?? unlimited,
  }
}
