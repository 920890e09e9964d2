import { expect, test } from 'vitest'
import { benchmarkNetwork } from '../../../bench/networks.js'
import { assignmentOf, Evaluator, evaluateRound } from '../../../core/plugin/index.js'
import { nearestServers } from '../../../plugins/schedulers/shared/nearest-servers.js'

const long = process.env.COTWIN_LONG === '1'
const [size, rounds] = long ? [{ N: 1000, M: 50, K: 100 }, 3] : [{ N: 150, M: 16, K: 20 }, 4]

/** Mean cost of a search among so many neighbours, null for all. */
async function meanCost(neighbours: number | null, start: string): Promise<number> {
  const network = await benchmarkNetwork(size)
  const scheduler = await network.scheduler('swap-matching', { neighbours, start })
  let sum = 0
  for (let round = 1; round <= rounds; round++) {
    const view = await network.view(round)
    sum += evaluateRound(view.network, assignmentOf(await scheduler.decide(view))).cost
  }
  return sum / rounds
}

test.each(['random', 'hardest-first'])(
  'from %s a search among the eight nearest servers costs at most a hundredth more than one among all',
  async (start) => {
    const [near, all] = [await meanCost(8, start), await meanCost(null, start)]
    expect(near / all).toBeLessThan(1.01)
  },
)

test('with all servers near the search is the one among all; with none nobody moves', async () => {
  const network = await benchmarkNetwork({ N: 40, M: 6, K: 8 })
  const view = await network.view(1)
  const clients = Array.from({ length: 40 }, (_, client) => client)
  const start = assignmentOf(await (await network.scheduler('random')).decide(view))
  const searched = (near?: Uint8Array) => {
    const evaluator = new Evaluator(view.network, start)
    evaluator.exchangeUntilStable(clients, true, 50, near)
    return evaluator.assignment()
  }
  expect(searched(nearestServers(view, 6))).toEqual(searched())
  expect(searched(nearestServers(view, 99))).toEqual(searched())
  expect(searched(new Uint8Array(40 * 6))).toEqual(start)
  const near = nearestServers(view, 2)
  expect(near.reduce((sum, each) => sum + each, 0)).toBe(80)
  expect(() => searched(new Uint8Array(3))).toThrow(/near has 3 links, not 40 × 6/)
})

test('selfish exchanges know no neighbours', async () => {
  const network = await benchmarkNetwork({ N: 4, M: 2, K: 2 })
  await expect(network.scheduler('swap-matching', { acceptance: 'selfish', neighbours: 2 })).rejects.toThrow(
    /expected neighbours: null/,
  )
})
