import fc from 'fast-check'
import { RandomStreams } from '../../../core/kernel/index.js'
import {
  type Assignment,
  assignmentOf,
  evaluateRound,
  type InformationTier,
  type RoundNetwork,
  type SchedulerView,
  SITS_OUT,
} from '../../../core/plugin/index.js'
import { untouched, View } from '../../../core/simulation/view.js'
import { builtInPlugins } from '../../../plugins/index.js'
import { randomNetwork } from '../../network/instances.js'
import { builtIn } from '../support.js'

/** The search and matching schedulers in every way they can be set up. */
export const setups: readonly { readonly name: string; readonly options: Record<string, unknown> }[] = [
  { name: 'random', options: {} },
  { name: 'max-sinr', options: {} },
  { name: 'hardest-first', options: {} },
  { name: 'hardest-first', options: { utility: 'sum-rate' } },
  { name: 'greedy', options: {} },
  { name: 'greedy', options: { order: 'hardest-first' } },
  { name: 'greedy', options: { utility: 'sum-rate' } },
  { name: 'decomposition', options: {} },
  { name: 'decomposition', options: { association: 'quota', channels: 'own-sinr' } },
  { name: 'decomposition', options: { channels: 'system-cost', turns: 1 } },
  { name: 'swap-matching', options: {} },
  { name: 'swap-matching', options: { start: 'max-sinr', acceptance: 'selfish', sweeps: 20 } },
  { name: 'swap-matching', options: { start: 'hardest-first', emptySlots: false } },
  { name: 'local-search', options: { randomStarts: 2, annealingSteps: 300 } },
  { name: 'sequential-q', options: { tier: 'large-scale' } },
  { name: 'sequential-q', options: { tier: 'local', sweeps: 0 } },
  { name: 'sequential-q', options: { tier: 'twin', sweeps: 2, polish: 3 } },
  { name: 'local-search', options: { randomStarts: 0, annealingSteps: 0, start: 'decomposition' } },
]

export const nameOf = ({ name, options }: (typeof setups)[number]): string =>
  `${name} ${JSON.stringify(options)}`

/** Sizes that have room for every client. */
export const roomySizes = fc
  .record({
    seed: fc.nat(),
    servers: fc.integer({ min: 1, max: 4 }),
    channels: fc.integer({ min: 1, max: 5 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ share, ...size }) => ({
    ...size,
    clients: 1 + Math.round(share * (size.servers * size.channels - 1)),
  }))

/** A network of random gains whose means are random too. */
export function networkOf(
  seed: number,
  size: { clients: number; servers: number; channels: number },
): RoundNetwork {
  const random = new RandomStreams(seed).stream('mean gain')
  const meanGain = Float64Array.from(
    { length: size.clients * size.servers },
    () => 10 ** random.uniform(-13, -8),
  )
  return { ...randomNetwork(seed, size), meanGain }
}

/** A network as the paper draws it: clients anywhere among servers in the corners of 600 m, Rayleigh fading. */
export function cellsOf(
  seed: number,
  size: { clients: number; servers: number; channels: number },
): RoundNetwork {
  const random = new RandomStreams(seed).stream('cells')
  const { clients, servers, channels } = size
  const meanGain = new Float64Array(clients * servers)
  for (let n = 0; n < clients; n++) {
    const [x, y] = [random.uniform(0, 600), random.uniform(0, 600)]
    for (let m = 0; m < servers; m++) {
      const distance = Math.hypot(x - (m % 2) * 600, y - (m >> 1) * 600)
      meanGain[n * servers + m] = 10 ** -(3.53 + 3.76 * Math.log10(Math.max(1, distance)))
    }
  }
  const gain = Float64Array.from(
    { length: channels * clients * servers },
    (_, i) => meanGain[i % (clients * servers)] * random.exponential(),
  )
  return { ...randomNetwork(seed, size), uplinkGain: gain, downlinkGain: gain, meanGain }
}

/** A round as a scheduler of some tier sees it; everyone is active unless told. */
export function viewOf(
  network: RoundNetwork,
  active: Uint8Array = new Uint8Array(network.clients).fill(1),
  tier: InformationTier = 'twin',
): SchedulerView {
  const counts = untouched(network, active)
  return new View(1, network, counts, network, { label: 'test', tier })
}

/** What a built-in scheduler decides, seeing no more than its tier. */
export async function decide(
  name: string,
  options: Record<string, unknown>,
  network: RoundNetwork,
  active?: Uint8Array,
): Promise<Assignment> {
  const scheduler = await builtIn('scheduler', name, options, { network })
  const { tier } = builtInPlugins.get('scheduler', name)
  const seen = typeof tier === 'function' ? tier({ channels: 'deferred-acceptance', ...options }) : tier
  return assignmentOf(await scheduler.decide(viewOf(network, active, seen)))
}

export const costOf = (network: RoundNetwork, assignment: Assignment): number =>
  evaluateRound(network, assignment).cost

/** Every way to give each client a slot of its own. */
export function* everyAssignment({
  clients,
  servers,
  channels,
}: Pick<RoundNetwork, 'clients' | 'servers' | 'channels'>): Generator<Assignment> {
  const assignment = new Int32Array(clients).fill(SITS_OUT)
  const taken = new Uint8Array(servers * channels)
  function* from(client: number): Generator<Assignment> {
    if (client === clients) {
      yield assignment.slice()
      return
    }
    for (let slot = 0; slot < taken.length; slot++) {
      if (taken[slot]) continue
      taken[slot] = 1
      assignment[client] = slot
      yield* from(client + 1)
      taken[slot] = 0
    }
  }
  yield* from(0)
}

/** Every assignment one move to a free slot away. */
export function* everyMove(network: RoundNetwork, assignment: Assignment): Generator<Assignment> {
  for (let client = 0; client < network.clients; client++)
    for (let slot = 0; slot < network.servers * network.channels; slot++)
      if (assignment[client] !== SITS_OUT && !assignment.includes(slot)) yield assignment.with(client, slot)
}

/** Every assignment one exchange of slots away. */
export function* everySwap(network: RoundNetwork, assignment: Assignment): Generator<Assignment> {
  for (let first = 0; first < network.clients; first++)
    for (let second = first + 1; second < network.clients; second++)
      if (assignment[first] !== SITS_OUT && assignment[second] !== SITS_OUT)
        yield assignment.with(first, assignment[second]).with(second, assignment[first])
}
