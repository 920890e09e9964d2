import { lackOfMemory, type MemoryNeed, MOST_IN_ONE_PIECE, memoryThereIs } from '../../memory.js'
import type { Diagnostic } from '../tree/diagnostic.js'
import type { Path } from '../tree/source-node.js'

type Read = (key: string) => unknown

/** Bytes of what is kept of a client, a server, a channel or a slot, at least: places, streams, figures of a round. */
const PER_NODE = 256
const PER_SLOT = 8
/** A step of training is a short list of views of what its clients hold, bytes. */
const PER_STEP = 200
/** Slots are numbered by signed words. */
const MOST_SLOTS = 2 ** 31 - 1

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0

/** A need for memory with the keys that it comes from. */
interface KeyedNeed extends MemoryNeed {
  readonly keys: readonly string[]
  /** What there is of it, where that is not all memory. */
  readonly thereIs?: number
}

/**
 * Counts that no machine has the memory for, told at the largest that was written; `read` gives a value, undefined where
 * it is wrong, and `written` says whether a file has a key.
 */
export function checkSizes(
  read: Read,
  written: (path: Path) => boolean,
  thereIs = memoryThereIs(),
): Diagnostic[] {
  const needs = [...networkNeeds(read), ...trainingNeeds(read, written), ...learningNeeds(read)]
  const tooLarge = needs
    .sort((a, b) => b.bytes - a.bytes)
    .flatMap((need) => {
      const lack = lackOfMemory(need, Math.min(thereIs, need.thereIs ?? Infinity))
      if (lack === undefined) return []
      const key = largest(need.keys, read, written)
      return [{ path: key.split('.'), message: `${lack}; expected a smaller number` }]
    })
  const [first] = tooLarge
  // Where the nodes alone are too many, what follows from them is, too.
  return first === undefined ? checkSlotNumbers(read, written) : byKey(tooLarge)
}

/** The largest need of each key. */
const byKey = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.filter(({ path }, i) => diagnostics.findIndex((each) => each.path.join() === path.join()) === i)

function largest(keys: readonly string[], read: Read, written: (path: Path) => boolean): string {
  const inFile = keys.filter((key) => written(key.split('.')))
  const size = (key: string) => sizeOf(read(key))
  return (inFile.length > 0 ? inFile : keys).reduce((most, key) => (size(key) > size(most) ? key : most))
}

const sizeOf = (value: unknown): number => (isCount(value) ? value : mostOf(value))

const counts = {
  clients: 'network.clients.count',
  servers: 'network.servers.count',
  channels: 'network.channels.count',
} as const

function networkNeeds(read: Read): KeyedNeed[] {
  const [clients, servers, channels] = Object.values(counts).map(read)
  const nodes = Object.entries({ clients, servers }).flatMap(([name, count]) =>
    isCount(count)
      ? [{ what: `${count} ${name}`, bytes: count * PER_NODE, keys: [counts[name as keyof typeof counts]] }]
      : [],
  )
  if (!isCount(clients) || !isCount(servers) || !isCount(channels)) return nodes
  // Both directions have gains and fading of their own where they are not reciprocal; a decision and its evaluator copy them.
  const [once, copies] = read('network.reciprocal') === false ? [2, 8] : [1, 4]
  const kept = read('network.strongestLinks')
  const strongest = isCount(kept) && kept < servers
  const gains = clients * (strongest ? kept * channels + servers : servers * channels) * 8
  const what = `the gains of ${clients} clients, ${strongest ? `${kept} links each` : `${servers} servers`} and ${channels} channels`
  const keys = Object.values(counts)
  return [
    ...nodes,
    {
      what: `${servers} servers × ${channels} channels`,
      bytes: servers * channels * PER_SLOT,
      keys: [counts.servers, counts.channels],
    },
    { what, bytes: gains * copies, keys },
    { what: `${what} in one piece`, bytes: gains * once, thereIs: MOST_IN_ONE_PIECE, keys },
  ]
}

function checkSlotNumbers(read: Read, written: (path: Path) => boolean): Diagnostic[] {
  const [servers, channels] = [read(counts.servers), read(counts.channels)]
  if (!isCount(servers) || !isCount(channels) || servers * channels <= MOST_SLOTS) return []
  const message = `${servers} servers × ${channels} channels are ${servers * channels} slots; expected at most ${MOST_SLOTS}`
  return [{ path: largest([counts.servers, counts.channels], read, written).split('.'), message }]
}

/** The rounds that training validates with are kept from beginning to end. */
function trainingNeeds(read: Read, written: (path: Path) => boolean): KeyedNeed[] {
  const key = 'training.validationRounds'
  const [clients, servers, channels] = Object.values(counts).map(read)
  const rounds = read(key)
  if (!written(key.split('.'))) return []
  if (!isCount(rounds) || !isCount(clients) || !isCount(servers) || !isCount(channels)) return []
  const bytes = rounds * clients * servers * channels * 8
  return [{ what: `the networks of ${rounds} rounds to validate with`, bytes, keys: [key] }]
}

/** Samples that are taken in a round, and the steps they are trained on in. */
function learningNeeds(read: Read): KeyedNeed[] {
  const clients = read(counts.clients)
  const samples = mostOf(read('workload.samplesPerRound'))
  if (!isMapping(read('learning')) || !isCount(clients)) return []
  const taken = {
    what: `the order of ${samples} samples a round for each of ${clients} clients`,
    bytes: samples * clients * 4,
    keys: ['workload.samplesPerRound'],
  }
  const [batch, passes] = [read('learning.batchSize') ?? 64, read('learning.passes') ?? 1]
  if (!isCount(batch) || !isCount(passes)) return [taken]
  const steps = passes * Math.ceil(samples / batch)
  return [
    taken,
    {
      what: `the ${steps} steps of a round, ${passes} passes through ${samples} samples in batches of ${batch},`,
      bytes: steps * PER_STEP,
      keys: ['learning.passes', 'workload.samplesPerRound'],
    },
  ]
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const at = (value: unknown, key: string): unknown => (isMapping(value) ? value[key] : undefined)

/** About the largest of a value for each node, which may be wrong inside; of a law without bounds, its middle. */
function mostOf(value: unknown): number {
  if (typeof value === 'number') return value
  if (Array.isArray(value)) return value.reduce((most, each) => Math.max(most, Number(each) || 0), 0)
  if (!isMapping(value)) return 0
  const { times = 1, uniform, choice, normal, lognormal } = value
  const [mean, median] = [at(normal, 'mean'), at(lognormal, 'median')]
  const most = [uniform, choice, mean, median].reduce<number>(
    (largest, each) => Math.max(largest, mostOf(each)),
    0,
  )
  return typeof times === 'number' ? most * times : most
}
