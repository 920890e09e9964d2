import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Learner } from '../../../core/learning/index.js'
import { normOf } from '../../../core/learning/privacy/index.js'
import type { Aggregator } from '../../../core/plugin/index.js'
import { builtInPlugins } from '../../../plugins/index.js'
import { type Given, taskOf } from '../support.js'

const CLIENTS = 7
const CLIP_NORM = 1e-3

/** Options under which heads wait, and those of an aggregator that puts fewer together than there are. */
const buffers: Record<string, readonly Record<string, unknown>[]> = {
  fedbuff: [{ bufferSize: 2 }, { bufferSize: 5 }, { bufferSize: 100 }],
}

const given = (head: unknown, noise: 'gaussian' | 'laplace'): Given => ({
  clients: CLIENTS,
  servers: 2,
  samplesPerRound: 4,
  rounds: 6,
  learning: {
    model: { plugin: 'mlp', options: { hidden: [3] } },
    optimiser: { kind: 'sgd', learningRate: 0.5 },
    aggregation: { headParticipants: 'all', head },
    // Without noise what leaves the ball can be seen.
    privacy: { noise, clipNorm: CLIP_NORM, noiseMultiplier: 0 },
  },
})

/** A learner with what its cloud is given of heads, and what it makes of them. */
async function watched(of: Given) {
  const task = await taskOf(of)
  const seen: { client: number; weights: Float32Array }[] = []
  const made: Float32Array[] = []
  const learner = await Learner.create({
    ...task,
    createHeadAggregator: async (structure) => {
      const aggregator = await task.createHeadAggregator(structure)
      const watching: Aggregator = {
        ...aggregator,
        localEnd(update, local) {
          seen.push({ client: update.contributor, weights: update.weights.slice() })
          aggregator.localEnd?.(update, local)
        },
        aggregate(start, updates) {
          const next = aggregator.aggregate(start, updates)
          made.push(next)
          return next
        },
      }
      return watching
    },
  })
  return { task, learner, seen, made }
}

/** Who completes each round. */
const attendance = fc.array(
  fc.uniqueArray(fc.integer({ min: 0, max: CLIENTS - 1 }), { minLength: 1, maxLength: CLIENTS }),
  { minLength: 3, maxLength: 6 },
)

describe('no release of a head is further than the clip norm from what its client was given last', () => {
  const heads = builtInPlugins
    .list('aggregator')
    .flatMap(({ name }) => (buffers[name] ?? [{}]).map((options) => ({ plugin: name, options })))
  test.each(heads.map((head) => [head.plugin, JSON.stringify(head.options), head] as const))(
    '%s %s',
    async (_, __, head) => {
      await fc.assert(
        fc.asyncProperty(attendance, fc.constantFrom('gaussian', 'laplace'), async (rounds, noise) => {
          const { task, learner, seen, made } = await watched(given(head, noise))
          const known = Array.from({ length: CLIENTS }, (_, client) => task.initialHead(client))
          for (const [i, clients] of rounds.entries()) {
            seen.length = 0
            made.length = 0
            await learner.round(
              i + 1,
              clients.map((client) => ({ client, server: client % 2, finishedAt: client })),
            )
            expect(seen.map(({ client }) => client).sort()).toEqual([...clients].sort())
            for (const { client, weights } of seen) {
              const change = weights.map((weight, j) => weight - known[client][j])
              // Weights are rounded to single precision, each by a little.
              expect(normOf(change, noise === 'gaussian' ? 'l2' : 'l1')).toBeLessThan(CLIP_NORM * 1.01)
            }
            const last = made.at(-1)
            if (last) for (const client of clients) known[client] = last
          }
          learner.dispose()
        }),
        { numRuns: process.env.COTWIN_LONG ? 40 : 3 },
      )
    },
    60_000,
  )
})

test('a buffered head goes on from what its client trained; what waits adds up to what was released', async () => {
  const head = { plugin: 'fedbuff', options: { bufferSize: 100 } }
  const { task, learner, seen } = await watched(given(head, 'gaussian'))
  const start = task.initialHead(0)
  const distance = () =>
    normOf(
      learner.head(0).map((weight, i) => weight - start[i]),
      'l2',
    )
  const distances: number[] = []
  for (const round of [1, 2, 3]) {
    await learner.round(round, [{ client: 0, server: 0, finishedAt: 0 }])
    distances.push(distance())
  }
  // Not what was released, which the last test holds to the ball.
  expect(Math.min(...distances)).toBeGreaterThan(10 * CLIP_NORM)
  expect(new Set(distances).size).toBe(3)
  expect(seen).toHaveLength(3)
})

test('a learner that is restored knows what its clients were given', async () => {
  const of = given({ plugin: 'fedbuff', options: { bufferSize: 3 } }, 'gaussian')
  const everyone = (round: number) =>
    Array.from({ length: 2 + (round % 3) }, (_, client) => ({ client, server: 0, finishedAt: client }))
  const whole = await watched(of)
  for (const round of [1, 2, 3, 4, 5]) await whole.learner.round(round, everyone(round))
  const first = await watched(of)
  for (const round of [1, 2]) await first.learner.round(round, everyone(round))
  const { arrays, values } = first.learner.state.save()
  const second = await watched(of)
  second.learner.state.restore({ arrays, values: JSON.parse(JSON.stringify(values)) })
  for (const round of [3, 4, 5]) await second.learner.round(round, everyone(round))
  expect([...first.seen, ...second.seen]).toEqual(whole.seen)
})
