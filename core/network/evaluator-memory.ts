import type { EvaluatorInstance } from './evaluator-instance.js'
import { type JointClients, type OwnPrices, ROW, SHAPE } from './joint-clients.js'
import { unservedPriceOf } from './prices.js'
import type { RateCurve } from './rate-curve.js'
import type { RoundNetwork } from './round-network.js'
import { downlinkBitsOf, headEnergyOf, headTimeOf, uplinkBitsOf } from './round-work.js'

/** Writes a round's network into an instance's memory; `reset` is due. */
export function loadNetwork(instance: EvaluatorInstance, network: RoundNetwork): void {
  const { clients, clientSamples, load, bandwidthHz } = network
  const own = ownPrices(network)
  const drawnW = drawnPowers(network, own)
  const reciprocal = network.downlinkGain === network.uplinkGain && drawnW === network.clientPowerW
  const start = allocate(instance, network, { own, reciprocal, bodyFlops: load.bodyFlops })
  if (start === 0) throw noMemoryFor(network)
  loadRate(instance, network.rate)
  const memory = instance.reals
  let at = start / Float64Array.BYTES_PER_ELEMENT
  at = write(memory, at, drawnW)
  at = write(memory, at, clientSamples)
  for (let n = 0; n < clients; n++) memory[at++] = headTimeOf(network, n)
  for (let n = 0; n < clients; n++)
    memory[at++] = own ? own.joule[n] * headEnergyOf(network, n) - own.unserved[n] : headEnergyOf(network, n)
  for (let n = 0; n < clients; n++) {
    memory[at++] = uplinkBitsOf(network, n) / bandwidthHz
    memory[at++] = downlinkBitsOf(network, n) / bandwidthHz
  }
  const gains = writeServers(memory, at, network)
  writeGains(memory, gains, network, reciprocal)
  if (drawnW !== network.clientPowerW) scaleUplinks(memory, gains, network, drawnW)
  layOutLinks(instance, network)
}

/** How a network is laid out that has room in an instance's memory. */
interface Layout {
  readonly own: OwnPrices | undefined
  /** Whether gains are the same both ways, and stand there once. */
  readonly reciprocal: boolean
  /** Of a sample at its server, FLOP. */
  readonly bodyFlops: number
}

/** Makes room for a network; returns its address, 0 where there is none. */
const allocate = ({ machine }: EvaluatorInstance, network: RoundNetwork, layout: Layout): number => {
  const { own, reciprocal, bodyFlops } = layout
  return machine.allocate(
    network.clients,
    network.servers,
    network.channels,
    reciprocal ? 1 : 0,
    network.noiseW,
    network.weights.latency,
    own ? 1 : network.weights.energy,
    own ? own.unserved.reduce((sum, price) => sum + price, 0) : 0,
    bodyFlops,
    network.links?.perClient ?? 0,
  )
}

const noMemoryFor = ({ clients, servers, channels }: RoundNetwork): RangeError =>
  new RangeError(`no memory for a network of ${clients} x ${servers} x ${channels}`)

/** Powers and speeds of servers; returns where what comes next belongs. */
const writeServers = (
  memory: Float64Array,
  at: number,
  { serverPowerW, serverFlops }: RoundNetwork,
): number => write(memory, write(memory, at, serverPowerW), serverFlops)

/** Gains up and, where they are others, down. */
function writeGains(memory: Float64Array, at: number, network: RoundNetwork, reciprocal: boolean): void {
  const end = write(memory, at, network.uplinkGain)
  if (!reciprocal) write(memory, end, network.downlinkGain)
}

/** Writes which links are kept, where not all are. */
function layOutLinks({ machine }: EvaluatorInstance, { links }: RoundNetwork): void {
  if (!links) return
  new Uint8Array(machine.memory.buffer, machine.rankList(), links.rank.length).set(links.rank)
  machine.layOutByServer()
}

/** Writes a round's network into a joint instance's memory, with what its clients do beside holding slots; `reset` is due. */
export function loadJoint(instance: EvaluatorInstance, network: RoundNetwork, joint: JointClients): void {
  const { clients, serverFlops } = network
  const reciprocal = network.downlinkGain === network.uplinkGain
  const start = allocate(instance, network, {
    own: ownPrices(network),
    reciprocal,
    // Loads are in FLOPs; servers without any have nothing to compute.
    bodyFlops: serverFlops.every((flops) => flops > 0) ? 1 : 0,
  })
  const rows = start === 0 ? 0 : instance.machine.allocateJoint(joint.shared ? 1 : 0, joint.turned ? 1 : 0)
  if (rows === 0) throw noMemoryFor(network)
  loadRate(instance, network.rate)
  const memory = instance.reals
  const shapes = start / Float64Array.BYTES_PER_ELEMENT
  const row = rows / Float64Array.BYTES_PER_ELEMENT
  instance.choiceAt = row + clients * ROW
  joint.renumberTurns()
  for (let n = 0; n < clients; n++) {
    joint.write(n, memory, instance.choiceAt, row + n * ROW)
    for (let i = 0; i < SHAPE - 2; i++) memory[shapes + i * clients + n] = memory[instance.choiceAt + i]
    const work = shapes + (SHAPE - 2) * clients + 2 * n
    memory[work] = memory[instance.choiceAt + SHAPE - 2]
    memory[work + 1] = memory[instance.choiceAt + SHAPE - 1]
  }
  const gains = writeServers(memory, shapes + SHAPE * clients, network)
  writeGains(memory, gains, network, reciprocal)
  layOutLinks(instance, network)
}

/** Writes what a client would have by a choice. */
export function writeChoice(instance: EvaluatorInstance, joint: JointClients, client: number): void {
  joint.write(client, instance.reals, instance.choiceAt, instance.choiceAt + SHAPE)
}

/** Whether a joule of one client does not count as much as another's, or whether somebody is served counts. */
export const hasOwnPrices = ({ prices }: RoundNetwork): boolean =>
  prices?.energy !== undefined || prices?.unserved !== undefined || prices?.sample !== undefined

/** Stands for a joule that costs nothing: gains are divided by it. */
const NEXT_TO_NOTHING = 1e-200

export function ownPrices(network: RoundNetwork): OwnPrices | undefined {
  if (!hasOwnPrices(network)) return undefined
  const { clientPowerW, weights, prices } = network
  return {
    joule: clientPowerW.map((_, n) => weights.energy + (prices?.energy?.[n] ?? 0) || NEXT_TO_NOTHING),
    unserved: clientPowerW.map((_, n) => unservedPriceOf(network, n)),
  }
}

/**
 * What each client takes while it sends, W: what is on the air over its amplifier's efficiency, and its circuits; in place of
 * it what a second of that costs, where joules have prices of their own.
 */
function drawnPowers(
  { clientPowerW, amplifierEfficiency, circuitW }: RoundNetwork,
  own: OwnPrices | undefined,
): Float64Array {
  if (!amplifierEfficiency && !circuitW && !own) return clientPowerW
  return clientPowerW.map(
    (airW, n) => (airW / (amplifierEfficiency?.[n] ?? 1) + (circuitW?.[n] ?? 0)) * (own?.joule[n] ?? 1),
  )
}

/**
 * Scales uplink gains so that what a client takes times its gain is what is heard of it.
 *
 * So one power a client stands for both: its energy, and its signal and interference.
 */
function scaleUplinks(
  memory: Float64Array,
  start: number,
  network: RoundNetwork,
  drawnW: Float64Array,
): void {
  const { clients, servers, channels, clientPowerW, links } = network
  const onAir = clientPowerW.map((power, n) => (drawnW[n] === 0 ? 1 : power / drawnW[n]))
  let at = start
  /** Rows of one client after the other. */
  const scaleRows = (rows: number, length: number) => {
    for (let row = 0; row < rows; row++)
      for (const end = at + length; at < end; at++) memory[at] *= onAir[row % clients]
  }
  if (links) scaleRows(clients, links.perClient * channels)
  scaleRows(links ? clients : channels * clients, servers)
}

/** How the forms of a curve are numbered in `assembly/rate.ts`. */
const [SHANNON, TRUNCATED, TABLE] = [0, 1, 2]

/** Writes what a SINR is worth, behind the network. */
function loadRate(instance: EvaluatorInstance, curve: RateCurve | undefined): void {
  const { machine } = instance
  if (curve?.form === 'table') {
    const { sinr, efficiency } = curve
    const start = machine.setRate(TABLE, 1, 1, 0, Number.POSITIVE_INFINITY, sinr.length)
    if (start === 0) throw new RangeError(`no memory for a rate table of ${sinr.length} rows`)
    const memory = instance.reals
    write(memory, write(memory, start / Float64Array.BYTES_PER_ELEMENT, sinr), efficiency)
  } else if (curve) {
    const { attenuation, gap, minimumSinr, maximumEfficiency } = curve
    machine.setRate(TRUNCATED, attenuation, 1 / gap, minimumSinr, maximumEfficiency, 0)
  } else machine.setRate(SHANNON, 1, 1, 0, Number.POSITIVE_INFINITY, 0)
}

/** Returns where what comes next belongs. */
function write(memory: Float64Array, at: number, values: Float64Array): number {
  memory.set(values, at)
  return at + values.length
}
