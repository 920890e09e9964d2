import { expect, test } from 'vitest'
import { recordsOf } from './experiments.js'

/** Four clients with servers and channels of their own, so that nothing is shared. */
const text = (more: string) => `
rounds: 8
dynamics: dynamic
network:
  clients: { count: 4, receivePowerW: 0.25 }
  servers: { count: 4, circuitPowerW: 3 }
  channels: { count: 4 }
${more}
schedulers: [{ plugin: swap-matching }]
`

test.each([
  ['a deadline', 'round: { deadlineSeconds: 400 }'],
  ['outages', 'faults: { outages: { ratePerSecond: 0.01, meanSeconds: 20 } }'],
])(
  'receiving takes energy for as long as a server sends to a client, which breaks off or not: %s',
  async (_, more) => {
    const records = await recordsOf(text(more))
    let [whole, part] = [0, 0]
    for (const { assignment, cost } of records) {
      const received = [...assignment].map((slot, client) => {
        if (slot < 0) return 0
        const joules = cost.clientEnergy[client] - cost.headEnergy[client] - cost.uplinkEnergy[client]
        const finished = Number.isFinite(cost.downlinkTime[client]) && cost.downlinkTime[client] > 0
        if (finished) whole++
        else if (joules > 0) part++
        return joules
      })
      const sent = cost.servers!.downlink.reduce((sum, joules) => sum + joules, 0)
      const watts = 10 ** 3.3 / 1000 + 3
      const total = received.reduce((sum, joules) => sum + joules, 0)
      expect(Math.abs(total - (0.25 * sent) / watts)).toBeLessThan(1e-9 * Math.max(1, total))
    }
    expect(whole).toBeGreaterThan(0)
    if (more.startsWith('round')) expect(part).toBeGreaterThan(0)
  },
)
