import type { RandomStream } from '../kernel/random-stream.js'
import { largestOf } from '../statistics/extremes.js'
import type { Precision } from './precision.js'
import type { Protocol } from './protocols.js'

/** What a client brings to a round. */
export interface Share {
  readonly client: number
  readonly server: number
  /** Simulated time at which it had finished. */
  readonly finishedAt: number
  /** The samples of the round, as indices into the dataset. */
  readonly indices: Int32Array
  /** The round after which it set out; undefined where it did with all others. */
  readonly startedFrom?: number
  /** Simulated time at which an edge server had trained on them, s; undefined where nobody knows. */
  readonly trainedAt?: number
  /** Samples of a mini-batch: as the scenario says, or all that the client holds where these are fewer. */
  readonly batchSize: number
  /** How often it goes through them, in units of the scenario's passes; once where absent. */
  readonly repeats?: number
  /** How what it sends and receives is written; as the scenario has it where absent. */
  readonly precision?: Precision
  /** Share of its samples whose last-layer gradients are averaged over the clients that train its body; none where absent. */
  readonly averagedShare?: number
}

/** A mini-batch of one client. */
export interface ClientBatch {
  readonly client: number
  readonly indices: Int32Array
  /** As of its share. */
  readonly precision?: Precision
  readonly averagedShare?: number
}

/** What a body is trained on at once. */
export type Step = readonly ClientBatch[]

/**
 * The bodies that are trained in a round, each with the shares of its clients, or of one that set out by itself: those train
 * a body together that set out from the same weights.
 */
export function groupShares(
  shares: readonly Share[],
  { bodies }: Protocol,
): { contributor: number; shares: Share[] }[] {
  if (bodies === 'client' && shares.some(({ startedFrom }) => startedFrom !== undefined))
    return shares.map((share) => ({ contributor: share.client, shares: [share] }))
  const groups = new Map<string, { contributor: number; shares: Share[] }>()
  // By client, however they came: a body is trained on all of them at once.
  for (const share of [...shares].sort((a, b) => a.client - b.client)) {
    const contributor = bodies === 'one' ? 0 : share[bodies]
    const key = `${contributor}/${share.startedFrom}`
    const group = groups.get(key)
    if (group) group.shares.push(share)
    else groups.set(key, { contributor, shares: [share] })
  }
  return [...groups.values()].sort((a, b) => a.contributor - b.contributor)
}

/**
 * How a client that holds so many samples goes through its `samplesPerRound`: in as many steps as everyone, each with a
 * mini-batch of `batchSize` or, where it holds fewer, of all it holds; it then trains on fewer samples in the round.
 */
export function batchesOf(
  held: number,
  { samplesPerRound, batchSize }: { readonly samplesPerRound: number; readonly batchSize: number },
): { readonly batchSize: number; readonly samples: number } {
  const whole = Math.floor(samplesPerRound / batchSize)
  const rest = samplesPerRound % batchSize
  return {
    batchSize: Math.min(batchSize, held),
    samples: whole * Math.min(batchSize, held) + Math.min(rest, held),
  }
}

/**
 * The steps of a body's round: `passes` times through every sample, in mini-batches of up to their `batchSize` a client.
 *
 * Pooled samples go in batches as large as those of all clients together, so that a model takes as many steps as one
 * edge server would that had all of them; mixed ones in batches of one client.
 */
export function stepsOf(
  all: readonly Share[],
  { clients }: Protocol,
  { passes }: { readonly passes: number },
  random: RandomStream,
): Step[] {
  const steps: Step[] = []
  const inTurn = clients === 'in turn' ? turnsOf(all, random) : []
  const passesOf = ({ repeats = 1 }: Share) => passes * repeats
  for (let pass = 0; pass < largestOf([0, ...all.map(passesOf)]); pass++) {
    const shares = all.filter((share) => pass < passesOf(share))
    if (clients === 'together') {
      const most = largestOf([0, ...shares.map(stepsIn)])
      for (let step = 0; step < most; step++) steps.push(shares.flatMap((share) => batchAt(share, step)))
    } else if (clients === 'pooled' || clients === 'mixed') {
      const pool = random.shuffle(Int32Array.from(shares.flatMap(({ indices }) => [...indices])))
      const sizes = shares.map(({ batchSize }) => batchSize)
      const size = clients === 'mixed' ? largestOf(sizes) : sizes.reduce((sum, own) => sum + own, 0)
      for (let start = 0; start < pool.length; start += size)
        steps.push([{ client: shares[0].client, indices: pool.subarray(start, start + size) }])
    }
  }
  // A client is done with all its passes before the next one begins.
  for (const share of inTurn)
    for (let pass = 0; pass < passesOf(share); pass++)
      for (let step = 0; step < stepsIn(share); step++) steps.push(batchAt(share, step))
  return steps
}

/** In the order in which they were trained on, where that is known. */
function turnsOf(all: readonly Share[], random: RandomStream): readonly Share[] {
  if (all.some(({ trainedAt }) => trainedAt === undefined)) return random.shuffle([...all])
  return [...all].sort((a, b) => Number(a.trainedAt) - Number(b.trainedAt))
}

/** Steps that a client takes in one pass. */
export const stepsIn = ({ indices, batchSize }: Share): number => Math.ceil(indices.length / batchSize)

function batchAt(
  { client, indices, batchSize, precision, averagedShare }: Share,
  step: number,
): ClientBatch[] {
  const start = step * batchSize
  if (start >= indices.length) return []
  return [
    {
      client,
      indices: indices.subarray(start, start + batchSize),
      ...(precision && { precision }),
      ...(averagedShare && { averagedShare }),
    },
  ]
}
