import { expect, test } from 'vitest'
import type { RoundRecord } from '../../core/index.js'
import { definePlugin, Type } from '../../core/plugin/index.js'
import { recordsOf } from '../simulation/experiments.js'

// Clients that set out anew as soon as they are done, each on a channel of its own, computing for exponential times.

const CLIENTS = 6
/** Mean time that a client computes, s: 128 samples of 1e9 FLOP at 1e11 FLOP/s. */
const THINKING = 1.28

const exponential = definePlugin({
  kind: 'compute-time',
  name: 'exponential',
  summary: 'for tests',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({ factor: ({ random }) => random.exponential(1) }),
})

/** Rows of an asynchronous run whose radio takes no time. */
const rowsOf = (rows: number, { bufferSize, edgeSeconds }: { bufferSize: number; edgeSeconds: number }) =>
  recordsOf(
    `rounds: ${rows}
network: { clients: { count: ${CLIENTS}, flops: 1e11 }, servers: { count: 1, flops: 1e12 }, channels: { count: ${CLIENTS} } }
workload:
  headFlopsPerSample: 1e9
  bodyFlopsPerSample: ${(edgeSeconds * 1e12) / 128}
  uplinkBitsPerSample: 0
  downlinkBitsPerSample: 0
dynamics: dynamic
faults: { stragglers: exponential }
record: { clients: false }
schedulers: [random]
protocol: { plugin: asynchronous, options: { bufferSize: ${bufferSize}, decideEvery: ${rows} } }
`,
    [exponential],
  )

const endOf = ({ startTime, cost }: RoundRecord): number => startTime + cost.time

test('time between aggregations of K updates is Erlang: K/(Nλ) on average, of variance K/(Nλ)²', async () => {
  const [rows, bufferSize] = [4000, 3]
  const ends = (await rowsOf(rows, { bufferSize, edgeSeconds: 0 })).map(endOf)
  const gaps = ends.map((end, i) => end - (ends[i - 1] ?? 0))
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / rows
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (rows - 1)
  const step = THINKING / CLIENTS
  // Four standard deviations of each estimate; the kurtosis of an Erlang time of order K is 3 + 6/K.
  expect(Math.abs(mean / (bufferSize * step) - 1)).toBeLessThan(4 / Math.sqrt(bufferSize * rows))
  expect(Math.abs(variance / (bufferSize * step ** 2) - 1)).toBeLessThan(
    4 * Math.sqrt((2 + 6 / bufferSize) / rows),
  )
})

test('an edge server shared by those present: throughput of a closed network with one shared processor', async () => {
  const [rows, edgeSeconds] = [16_000, 0.5]
  const ends = (await rowsOf(rows, { bufferSize: 1, edgeSeconds })).map(endOf)
  // P(k at the server) ∝ N!/(N-k)! (λS)^k, whatever the distribution of the work (Baskett et al., 1975).
  let [weight, all] = [1, 1]
  for (let k = 1; k <= CLIENTS; k++) {
    weight *= ((CLIENTS - k + 1) * edgeSeconds) / THINKING
    all += weight
  }
  const throughput = (1 - 1 / all) / edgeSeconds
  expect(Math.abs(rows / ends.at(-1)! / throughput - 1)).toBeLessThan(0.01)
})
