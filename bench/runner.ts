import { type BenchmarkCase, type BenchmarkPeer, PeerUnavailable } from './case.js'

export interface BenchmarkResult {
  readonly name: string
  readonly unit: string
  /** Median of our measurements. */
  readonly value: number
  /** Who did the same work; null without a peer. */
  readonly peer: string | null
  /** Median of the peer's measurements; null where it could not be run. */
  readonly peerValue: number | null
  /** Our figure over the peer's, median over the rounds; below 1 we are faster. */
  readonly ratio: number | null
  /** Why the peer could not be run. */
  readonly unavailable?: string
}

export interface RunCasesOptions {
  /** Whether to measure the peers too. */
  readonly peers: boolean
  /** How often each case is measured. */
  readonly rounds: number
  /** Called after each case. */
  readonly onResult?: (result: BenchmarkResult) => void
}

/** Measures the cases one after another, ours and the peer's in turn so that both see the same machine. */
export async function runCases(
  cases: readonly BenchmarkCase[],
  options: RunCasesOptions,
): Promise<BenchmarkResult[]> {
  const results: BenchmarkResult[] = []
  for (const one of cases) {
    const result = await runCase(one, options)
    results.push(result)
    options.onResult?.(result)
  }
  return results
}

async function runCase(one: BenchmarkCase, { peers, rounds }: RunCasesOptions): Promise<BenchmarkResult> {
  const peer = peers ? one.peer : undefined
  const unavailable = peer && whyUnavailable(peer)
  const own: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < rounds; round++) {
    own.push(await one.run())
    if (peer && unavailable === undefined) theirs.push(await peer.run())
  }
  const measured = theirs.length > 0
  return {
    name: one.name,
    unit: one.unit,
    value: median(own),
    peer: one.peer?.name ?? null,
    peerValue: measured ? median(theirs) : null,
    ratio: measured ? median(own.map((value, round) => value / theirs[round])) : null,
    ...(unavailable === undefined ? {} : { unavailable }),
  }
}

function whyUnavailable(peer: BenchmarkPeer): string | undefined {
  try {
    peer.prepare?.()
    return undefined
  } catch (error) {
    if (error instanceof PeerUnavailable) return error.message
    throw error
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
