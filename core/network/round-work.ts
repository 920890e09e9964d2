import type { Decision } from './decision.js'
import type { NetworkParameters, SampleLoad } from './round-network.js'

/** What of a decision bears on the work of a round. */
export type WorkDecision = Pick<Decision, 'cut' | 'payload' | 'samples' | 'steps' | 'clockHz'>

const asIs: WorkDecision = {}

/** D_n, samples of a round that a client takes part with. */
export const samplesOf = (network: NetworkParameters, client: number, decision = asIs): number =>
  decision.samples?.[client] ?? network.clientSamples[client]

/** Passes times samples: how often a sample is worked on. */
const passesOf = (network: NetworkParameters, client: number, decision: WorkDecision): number =>
  (decision.steps?.[client] ?? 1) * samplesOf(network, client, decision)

function cutOf(network: NetworkParameters, client: number, { cut }: WorkDecision) {
  return cut === undefined ? undefined : network.cuts?.[cut[client]]
}

const loadOf = (network: NetworkParameters, client: number, decision: WorkDecision): SampleLoad =>
  cutOf(network, client, decision) ?? network.load

/** Bits that a client sends in a round: of its samples, eq. (12), and beside. */
export function uplinkBitsOf(network: NetworkParameters, client: number, decision = asIs): number {
  const share = payloadOf(network, client, decision)?.uplinkShare ?? 1
  const beside =
    (network.bitsPerRound?.uplink[client] ?? 0) + (cutOf(network, client, decision)?.uplinkBitsPerRound ?? 0)
  return (
    passesOf(network, client, decision) * loadOf(network, client, decision).uplinkBits * share +
    beside * share
  )
}

/** Bits that a client receives in a round, eq. (16), and beside. */
export function downlinkBitsOf(network: NetworkParameters, client: number, decision = asIs): number {
  const share = payloadOf(network, client, decision)?.downlinkShare ?? 1
  const beside =
    (network.bitsPerRound?.downlink[client] ?? 0) +
    (cutOf(network, client, decision)?.downlinkBitsPerRound ?? 0)
  return (
    passesOf(network, client, decision) * loadOf(network, client, decision).downlinkBits * share +
    beside * share
  )
}

function payloadOf(network: NetworkParameters, client: number, { payload }: WorkDecision) {
  return payload === undefined ? undefined : network.payloads?.[payload[client]]
}

/** What a server computes for a client in a round, FLOPs. */
export const edgeWorkOf = (network: NetworkParameters, client: number, decision = asIs): number =>
  passesOf(network, client, decision) * loadOf(network, client, decision).bodyFlops +
  (cutOf(network, client, decision)?.bodyFlopsPerRound ?? 0)

/** Whether a sample takes every server as much, so that edge times follow from samples, eq. (7). */
export const edgeWorkIsUniform = (decision: WorkDecision): boolean =>
  decision.cut === undefined && decision.steps === undefined

/** The clock of a client, Hz, that a decision or the network gives; undefined where there is none. */
export const clockOf = (network: NetworkParameters, client: number, decision = asIs): number | undefined =>
  decision.clockHz?.[client] ?? network.clientClockHz?.[client]

/** Local computing of a client, eq. (5), s; none where there is no load. A slower clock slows FLOPs and cycles alike. */
export function headTimeOf(network: NetworkParameters, client: number, decision = asIs): number {
  const { headFlops } = loadOf(network, client, decision)
  const flops = passesOf(network, client, decision) * headFlops
  const atFullClock = headFlops === 0 ? 0 : flops / network.clientFlops[client]
  const clock = clockOf(network, client, decision)
  if (clock === undefined) return atFullClock
  const most = network.clientClockHz?.[client] ?? clock
  const cycles = network.clientCycles?.[client] ?? 0
  const slowed = clock === most ? atFullClock : atFullClock === 0 ? 0 : (atFullClock * most) / clock
  return cycles === 0 ? slowed : slowed + cycles / clock
}

/** Energy of a client's local computing, J: ω D, eq. (6), and κ f² for each cycle. */
export function headEnergyOf(network: NetworkParameters, client: number, decision = asIs): number {
  const joules = passesOf(network, client, decision) * network.clientJoulesPerSample[client]
  const capacitance = network.switchedCapacitance?.[client] ?? 0
  const cycles = network.clientCycles?.[client] ?? 0
  if (capacitance === 0 || cycles === 0) return joules
  return joules + capacitance * cycles * (clockOf(network, client, decision) as number) ** 2
}
