import { expect, test } from 'vitest'
import { definePlugin, Type } from '../../core/plugin/index.js'
import { experimentOf, observed } from './experiments.js'

/** Clients 0 and 1, each on its own channel: of server 0 and of server 1 in turn, decision by decision. */
const wandering = definePlugin({
  kind: 'scheduler',
  name: 'wandering',
  summary: 'for tests',
  tier: 'counts',
  decidesAt: ['round', 'ask'],
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    decide: ({ round, parameters: { channels } }) => {
      const server = (round - 1) % 2
      return Int32Array.of(server * channels, server * channels + 1)
    },
  }),
})

test('a client is handed over between turns: each goes to the server that held when it set out, and ends there', async () => {
  // Client 1 computes five times as long, while rows of client 0 have channels drawn and clients moved.
  const text = `rounds: 40
network: { clients: { count: 2, flops: [5e11, 1e11] }, servers: { count: 2 }, channels: { count: 2 } }
workload: { headFlopsPerSample: 1e9, uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5 }
dynamics: dynamic
schedulers: [wandering]
protocol: { plugin: asynchronous, options: { decideEvery: 1 } }
`
  const updates = await observed(await experimentOf(text, [wandering]), 'update')
  const late = updates.filter(({ staleness }) => staleness > 0)
  expect(late.length).toBeGreaterThan(5)
  for (const { server, startedFrom } of updates) expect(server).toBe(startedFrom % 2)
  for (const client of [0, 1])
    expect(new Set(updates.filter((each) => each.client === client).map(({ server }) => server)).size).toBe(2)
})
