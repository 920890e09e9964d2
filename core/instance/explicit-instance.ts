import { lackOfMemory, MOST_IN_ONE_PIECE, memoryThereIs } from '../memory.js'
import type { RateCurve } from '../network/rate-curve.js'
import { gainIndex, type RoundNetwork } from '../network/round-network.js'
import type { ServerConsumption } from '../network/server-energy.js'
import type { PluginRegistry } from '../plugin/registry.js'
import { checkReferences } from '../scenario/checks/references.js'
import { check } from '../scenario/checks/validate.js'
import { asNode } from '../scenario/schema/annotations.js'
import type { Diagnostic } from '../scenario/tree/diagnostic.js'
import { type ExplicitInstance, instanceSchema, type Sizes } from './schema.js'

/** Everything that is wrong with a value as an explicit instance; the rate that it names is one of the registry's. */
export function checkInstance(value: unknown, registry: PluginRegistry): Diagnostic[] {
  const computes = {
    head: loadsOf(value).some((load) => Number(at(load, 'headFlops')) > 0),
    body: loadsOf(value).some(
      (load) => Number(at(load, 'bodyFlops')) > 0 || Number(at(load, 'bodyFlopsPerRound')) > 0,
    ),
  }
  const sizes = sizesOf(value)
  const tooLarge = checkSizes(sizes)
  // Lists are not asked to be as long as no machine can hold.
  const lengths = tooLarge.length > 0 ? { ...sizes, servers: undefined, channels: undefined } : sizes
  const schema = asNode(instanceSchema(lengths, computes))
  return [
    ...tooLarge,
    ...check(schema, value),
    ...checkReferences({ 'x-plugin': 'rate' }, at(value, 'rate'), registry, ['rate']),
    ...checkTogether(value),
  ]
}

/** The load, and those of cuts. */
function loadsOf(value: unknown): unknown[] {
  const cuts = at(value, 'cuts')
  return [at(value, 'load'), ...(Array.isArray(cuts) ? cuts : [])]
}

/** Keys that go with others. */
function checkTogether(value: unknown): Diagnostic[] {
  if (typeof value !== 'object' || value === null) return []
  const diagnostics: Diagnostic[] = []
  const has = (...path: readonly string[]) => at(value, ...path) !== undefined
  if (!has('noiseW') && !has('noiseWPerHz'))
    diagnostics.push({ path: [], message: 'missing key "noiseW", or noiseWPerHz in its place' })
  if (has('noiseW') && has('noiseWPerHz'))
    diagnostics.push({ path: ['noiseWPerHz'], message: 'expected noiseW or noiseWPerHz, not both' })
  if (has('client', 'cycles') && !has('client', 'clockHz'))
    diagnostics.push({
      path: ['client', 'cycles'],
      message: 'expected clockHz beside it: how fast cycles go',
    })
  if (has('client', 'switchedCapacitance') && !has('client', 'cycles'))
    diagnostics.push({
      path: ['client', 'switchedCapacitance'],
      message: 'expected cycles beside it: what takes energy at a clock',
    })
  if (has('client', 'clockLevelsHz') && !has('client', 'clockHz'))
    diagnostics.push({
      path: ['client', 'clockLevelsHz'],
      message: 'expected clockHz beside it: the highest clock of each client',
    })
  if (has('unservedCost') && has('client', 'unservedCost'))
    diagnostics.push({ path: ['unservedCost'], message: 'expected it here or at client, not both' })
  return diagnostics
}

/** Counts whose gains no machine holds, told at the larger. */
function checkSizes({ clients = 1, servers = 1, channels = 1 }: Sizes): Diagnostic[] {
  const bytes = clients * servers * channels * Float64Array.BYTES_PER_ELEMENT
  const what = `the gains of ${clients} clients, ${servers} servers and ${channels} channels`
  const lack = lackOfMemory({ what, bytes }, Math.min(memoryThereIs(), MOST_IN_ONE_PIECE))
  if (lack === undefined) return []
  return [
    { path: [servers > channels ? 'servers' : 'channels'], message: `${lack}; expected a smaller number` },
  ]
}

/** N, M and K of an instance that need not be right: N is what most of its lists agree on. */
export function sizesOf(value: unknown): Sizes {
  const client = at(value, 'client')
  const perClient = ['powerW', 'samples', 'flops', 'joulesPerSample'].map((key) => at(client, key))
  const lengths = [...perClient, at(value, 'uplinkGain')].flatMap((list) =>
    Array.isArray(list) ? [list.length] : [],
  )
  const votes = (length: number) => lengths.filter((other) => other === length).length
  const [clients] = [...lengths].sort((a, b) => votes(b) - votes(a))
  const size = (count: unknown) => (Number.isInteger(count) && Number(count) > 0 ? Number(count) : undefined)
  return { clients, servers: size(at(value, 'servers')), channels: size(at(value, 'channels')) }
}

/**
 * The network of an instance that has been checked, with the curve of its rate where it names one; a link's mean gain is its
 * average over channels.
 */
export function networkOf(instance: ExplicitInstance, rate?: RateCurve): RoundNetwork {
  const { servers, channels, client, server, uplinkGain, downlinkGain, load, weights, bandwidthHz, access } =
    instance
  const clients = client.powerW.length
  const { bitsPerRound, cycles, clockHz, switchedCapacitance, powerLevelsW, clockLevelsHz } = client
  const unservedCost = instance.unservedCost ?? client.unservedCost
  const consumption = consumptionOf(server, servers)
  const gains = (of: (n: number, m: number, k: number) => number): Float64Array => {
    const result = new Float64Array(channels * clients * servers)
    for (let n = 0; n < clients; n++)
      for (let m = 0; m < servers; m++)
        for (let k = 0; k < channels; k++) result[gainIndex({ clients, servers }, n, m, k)] = of(n, m, k)
    return result
  }
  const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length
  return {
    load,
    weights,
    bandwidthHz,
    noiseW: instance.noiseW ?? (instance.noiseWPerHz as number) * bandwidthHz,
    ...(rate && { rate }),
    ...(access && { access }),
    ...(bitsPerRound && {
      bitsPerRound: {
        uplink: Float64Array.from(bitsPerRound.uplink),
        downlink: Float64Array.from(bitsPerRound.downlink),
      },
    }),
    ...(cycles && { clientCycles: Float64Array.from(cycles) }),
    ...(clockHz && { clientClockHz: Float64Array.from(clockHz) }),
    ...(switchedCapacitance && { switchedCapacitance: Float64Array.from(switchedCapacitance) }),
    ...(unservedCost !== undefined && { prices: { unserved: new Float64Array(clients).fill(unservedCost) } }),
    ...((powerLevelsW || clockLevelsHz) && {
      bounds: {
        ...(powerLevelsW && { powerLevelsW: Float64Array.from(powerLevelsW).sort() }),
        ...(clockLevelsHz && { clockLevelsHz: Float64Array.from(clockLevelsHz).sort() }),
      },
    }),
    ...(consumption && { serverConsumption: consumption }),
    ...(instance.cuts && { cuts: instance.cuts.map((cut, i) => ({ name: `${i}`, ...cut })) }),
    ...(instance.payloads && {
      payloads: instance.payloads.map((payload, i) => ({ name: `${i}`, ...payload })),
    }),
    clients,
    servers,
    channels,
    clientPowerW: Float64Array.from(client.powerW),
    clientSamples: Float64Array.from(client.samples),
    clientFlops: Float64Array.from(client.flops),
    clientJoulesPerSample: Float64Array.from(client.joulesPerSample),
    serverPowerW: Float64Array.from(server.powerW),
    serverFlops: Float64Array.from(server.flops),
    uplinkGain: gains((n, m, k) => uplinkGain[n][m][k]),
    downlinkGain: gains((n, m, k) => downlinkGain[m][n][k]),
    meanGain: Float64Array.from(uplinkGain.flatMap((links) => links.map(mean))),
  }
}

/** What servers take; undefined where an instance says nothing of it. */
function consumptionOf(
  { computingPowerW, idlePowerW, amplifierEfficiency, circuitPowerW }: ExplicitInstance['server'],
  servers: number,
): ServerConsumption | undefined {
  if (!computingPowerW && !idlePowerW && !amplifierEfficiency && !circuitPowerW) return undefined
  const values = (given: readonly number[] | undefined, usual = 0) =>
    given ? Float64Array.from(given) : new Float64Array(servers).fill(usual)
  return {
    computingW: values(computingPowerW),
    idleW: values(idlePowerW),
    amplifierEfficiency: values(amplifierEfficiency, 1),
    circuitW: values(circuitPowerW),
  }
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let inner = value
  for (const key of path) {
    if (typeof inner !== 'object' || inner === null) return undefined
    inner = (inner as Record<string, unknown>)[key]
  }
  return inner
}
