import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../../core/kernel/index.js'
import { LinkOutages } from '../../../core/simulation/dynamics/link-outages.js'
import { experimentOf, recordsOf } from '../experiments.js'

const small = `rounds: 2
dynamics: dynamic
schedulers: [max-sinr]
network: { clients: { count: 4 }, servers: { count: 2 }, channels: { count: 3 } }
`

describe('what comes and goes by itself makes bounded work, however long a round lasts', () => {
  test.each([
    ['churn', 'clients leave', 'churn: poisson\ndecisionTime: { seconds: 9007199254740991 }'],
    // So late that no clock tells one change from the next.
    ['churn', 'clients leave', 'churn: poisson\ndecisionTime: { seconds: 1.0e+300 }'],
    [
      'faults.servers',
      'edge servers fail',
      'faults: { servers: { meanTimeBetweenFailuresSeconds: 1, meanRepairSeconds: 1 } }\nworkload: { uplinkBitsPerSample: 1.0e+20 }',
    ],
  ])('%s ends the run in words that name it: %s, %#', async (key, what, more) => {
    const experiment = await experimentOf(small + more)
    const said = await experiment.run().catch((error: Error) => `${error.name}: ${error.message}`)
    expect(said).toMatch(
      new RegExp(
        `^UserError: ${key}: ${what} more than 1000000 times in one round, from .* s to .* s, which would`,
      ),
    )
    expect(experiment.rounds).toBe(0)
  })

  test('links are found as they are in the long run, however late', () => {
    const settings = { ratePerSecond: 0.25, meanSeconds: 6, blockBits: 0 }
    const late = 1e14
    const links = 40
    let down = 0
    for (let link = 0; link < links; link++) {
      const outages = new LinkOutages(settings, new RandomStreams(1).stream('link', link), 0)
      const { start, end } = outages.at(late)
      expect(end).toBeGreaterThan(late)
      expect(Math.max(start, late) - late).toBeLessThan(100 / settings.ratePerSecond)
      if (start <= late) down++
      expect(outages.at(end).end).toBeGreaterThan(end)
    }
    // 0.6 of the time, within four standard errors.
    expect(Math.abs(down / links - 0.6)).toBeLessThan(4 * Math.sqrt((0.6 * 0.4) / links))
  })

  test('a round in which transfers wait ages for their servers ends', async () => {
    const records = await recordsOf(
      `${small}workload: { bodyFlopsPerSample: 1.0e+24 }\nfaults: { outages: { ratePerSecond: 0.01, meanSeconds: 10 } }`,
    )
    expect(records).toHaveLength(2)
    for (const { cost } of records) expect(cost.time).toBeGreaterThan(1e12)
  })
})
