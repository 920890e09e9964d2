import { describe, expect, test } from 'vitest'
import { SampleOrder } from '../../core/learning/sample-order.js'
import { clusters, learnerOf } from './support.js'

const rate = 0.1
const dataset = clusters({ shape: [3], classes: 3, train: 24 })
const given = (clients: number) => ({
  clients,
  servers: 1,
  samplesPerRound: 2,
  dataset,
  learning: {
    model: { plugin: 'mlp', options: { hidden: [4] } },
    cut: 'hidden1',
    batchSize: 2,
    optimiser: { kind: 'sgd', learningRate: rate },
    head: { initialisation: 'shared', optimiser: { kind: 'sgd', learningRate: rate } },
  },
})
const completed = (clients: number, averagedShare?: number) =>
  Array.from({ length: clients }, (_, client) => ({
    client,
    server: 0,
    finishedAt: 1,
    ...(averagedShare !== undefined && { averagedShare }),
  }))

/** Bodies and heads after some rounds. */
async function trained(clients: number, averagedShare?: number) {
  const { learner } = await learnerOf(given(clients))
  for (let round = 1; round <= 3; round++) await learner.round(round, completed(clients, averagedShare))
  return [learner.body, ...Array.from({ length: clients }, (_, client) => learner.head(client))].map(
    (each) => [...each],
  )
}

type Matrix = readonly (readonly number[])[]
const column = (values: readonly number[], rows: number, columns: number): Matrix =>
  Array.from({ length: rows }, (_, r) => values.slice(r * columns, (r + 1) * columns))
const times = (x: readonly number[], w: Matrix) =>
  (w[0] ?? []).map((_, j) => x.reduce((sum, value, i) => sum + value * (w[i]?.[j] ?? 0), 0))
const sum = (vectors: Matrix) =>
  (vectors[0] ?? []).map((_, i) => vectors.reduce((all, v) => all + (v[i] ?? 0), 0))

describe('last-layer gradients that are averaged over clients', () => {
  test('two clients, half of their samples: a step is that of the formula, by hand', async () => {
    const { task, learner } = await learnerOf(given(2))
    const [start, heads] = [[...learner.body], [[...learner.head(0)], [...learner.head(1)]]]
    const [w, b] = [column(start.slice(0, 12), 4, 3), start.slice(12)]
    const order = new SampleOrder(task.parts, task.random)
    // Rows 0 and 1 are of the first client, 2 and 3 of the second; 0 and 2 are averaged.
    const indices = [...order.next(0, 2), ...order.next(1, 2)]
    const samples = new Float32Array(12)
    await dataset.train.read(Int32Array.from(indices), samples)
    const parts = indices.map((index, i) => {
      const x = [...samples.subarray(3 * i, 3 * i + 3)]
      const head = heads[i < 2 ? 0 : 1] ?? []
      const sent = times(x, column(head.slice(0, 12), 3, 4)).map((v, j) =>
        Math.max(0, v + (head[12 + j] ?? 0)),
      )
      const z = times(sent, w).map((v, j) => v + (b[j] ?? 0))
      const all = z.reduce((total, v) => total + Math.exp(v), 0)
      // Of the mean over all four.
      const g = z.map((v, j) => (Math.exp(v) / all - (j === dataset.train.labels[index] ? 1 : 0)) / 4)
      return { x, sent, g }
    })
    const [p0, p1, p2, p3] = parts as [
      (typeof parts)[0],
      (typeof parts)[0],
      (typeof parts)[0],
      (typeof parts)[0],
    ]
    const averaged = { sent: sum([p0.sent, p2.sent]).map((v) => v / 2), g: sum([p0.g, p2.g]) }
    const back = [averaged, p1, p3]
    const wanted = [
      ...w.flatMap((row, i) =>
        row.map((v, j) => v - rate * back.reduce((s, { sent, g }) => s + (sent[i] ?? 0) * (g[j] ?? 0), 0)),
      ),
      ...b.map((v, j) => v - rate * back.reduce((s, { g }) => s + (g[j] ?? 0), 0)),
    ]
    await learner.round(1, completed(2, 0.5))
    for (const [i, v] of wanted.entries()) expect(learner.body[i]).toBeCloseTo(v, 6)
    // What comes down: the averaged one to both alike, the other twice, since a client's loss is the mean over its two.
    for (const [client, own] of [
      [0, [p0, p1]],
      [1, [p2, p3]],
    ] as const) {
      const down = [averaged.g, own[1].g.map((v) => 2 * v)].map((g) =>
        w.map((row) => row.reduce((s, v, j) => s + v * (g[j] ?? 0), 0)),
      )
      const head = heads[client] ?? []
      const gradient = Array.from({ length: 16 }, (_, k) =>
        own.reduce((s, { x, sent }, r) => {
          const unit = k < 12 ? k % 4 : k - 12
          const into = k < 12 ? (x[Math.floor(k / 4)] ?? 0) : 1
          return s + ((sent[unit] ?? 0) > 0 ? into * (down[r]?.[unit] ?? 0) : 0)
        }, 0),
      )
      for (const [k, v] of gradient.entries())
        expect(learner.head(client)[k]).toBeCloseTo((head[k] ?? 0) - rate * v, 6)
    }
  })

  test('of one client, or of no samples, are its own: bit for bit what is learned without', async () => {
    expect(await trained(1, 1)).toEqual(await trained(1))
    expect(await trained(3, 0)).toEqual(await trained(3))
  })

  test('of all samples, they are not what is learned without', async () => {
    const { learner } = await learnerOf(given(2))
    await learner.round(1, completed(2, 1))
    const plain = await learnerOf(given(2))
    await plain.learner.round(1, completed(2))
    expect([...learner.body]).not.toEqual([...plain.learner.body])
  })
})
