import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Assignment, evaluateRound, type RoundNetwork, SITS_OUT } from '../../../core/plugin/index.js'
import { costOf, decide, networkOf, roomySizes } from './support.js'

type Loss = (network: RoundNetwork, assignment: Assignment) => number

const lostRate: Loss = (network, assignment) => {
  const { uplinkRate, downlinkRate } = evaluateRound(network, assignment)
  const sum = (rates: Float64Array) => rates.reduce((total, rate) => total + (rate || 0), 0)
  return -sum(uplinkRate) - sum(downlinkRate)
}

/** Gives the one of these clients and the free slot that lose least, everything evaluated in full. */
function plainStep(network: RoundNetwork, assignment: Assignment, clients: number[], loss: Loss): void {
  let best: Assignment | undefined
  let least = Number.POSITIVE_INFINITY
  for (const client of clients)
    for (let slot = 0; slot < network.servers * network.channels; slot++) {
      if (assignment.includes(slot)) continue
      const candidate = assignment.with(client, slot)
      const value = loss(network, candidate)
      if (best && value >= least) continue
      best = candidate
      least = value
    }
  if (best) assignment.set(best)
}

function plainAllPairs(network: RoundNetwork, loss: Loss): Assignment {
  const assignment = new Int32Array(network.clients).fill(SITS_OUT)
  for (let served = 0; served < network.clients; served++) {
    const unserved = [...assignment.keys()].filter((client) => assignment[client] === SITS_OUT)
    plainStep(network, assignment, unserved, loss)
  }
  return assignment
}

function plainHardestFirst(network: RoundNetwork, loss: Loss): Assignment {
  const best = (client: number) =>
    Math.max(...network.meanGain.subarray(client * network.servers, (client + 1) * network.servers))
  const assignment = new Int32Array(network.clients).fill(SITS_OUT)
  for (const client of [...assignment.keys()].sort((a, b) => best(a) - best(b)))
    plainStep(network, assignment, [client], loss)
  return assignment
}

describe.each([
  ['all-pairs', plainAllPairs],
  ['hardest-first', plainHardestFirst],
] as const)('greedy, %s', (order, plain) => {
  test.each([
    ['system-cost', costOf],
    ['sum-rate', lostRate],
  ] as const)('decides by %s as the plainest code does', async (utility, loss) => {
    await fc.assert(
      fc.asyncProperty(roomySizes, async ({ seed, ...size }) => {
        const network = networkOf(seed, size)
        expect(await decide('greedy', { order, utility }, network)).toEqual(plain(network, loss))
      }),
      { numRuns: 25 },
    )
  })
})

test('hardest-first is greedy in that order', async () => {
  const network = networkOf(6, { clients: 10, servers: 3, channels: 5 })
  expect(await decide('hardest-first', {}, network)).toEqual(
    await decide('greedy', { order: 'hardest-first' }, network),
  )
})
