import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findViolations, SITS_OUT } from '../../../core/plugin/index.js'
import { decide, nameOf, networkOf, roomySizes, setups } from './support.js'

describe.each(setups.map((setup) => [nameOf(setup), setup] as const))('%s', (_name, { name, options }) => {
  test('gives each client that is there a slot of its own, and the others none', async () => {
    const left = fc.array(fc.boolean(), { minLength: 20, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(roomySizes, left, async ({ seed, ...size }, quit) => {
        const network = networkOf(seed, size)
        const active = Uint8Array.from({ length: size.clients }, (_, client) => (quit[client] ? 0 : 1))
        const assignment = await decide(name, options, network, active)
        expect(findViolations(assignment, network, active)).toEqual([])
        for (let client = 0; client < size.clients; client++)
          expect(assignment[client] !== SITS_OUT).toBe(active[client] === 1)
      }),
      { numRuns: 25 },
    )
  })

  test.each([
    { clients: 1, servers: 1, channels: 1 },
    { clients: 1, servers: 3, channels: 4 },
    { clients: 3, servers: 3, channels: 1 },
    { clients: 5, servers: 1, channels: 5 },
    { clients: 12, servers: 3, channels: 4 },
  ])('serves everyone at the edges: $clients clients, $servers servers, $channels channels', async (size) => {
    const network = networkOf(1, size)
    const assignment = await decide(name, options, network)
    expect(findViolations(assignment, network)).toEqual([])
    expect(assignment).not.toContain(SITS_OUT)
  })

  test('leaves out no more clients than there are slots too few', async () => {
    const network = networkOf(2, { clients: 7, servers: 2, channels: 2 })
    const assignment = await decide(name, options, network)
    expect(findViolations(assignment, network)).toEqual([])
    expect(assignment.filter((slot) => slot === SITS_OUT)).toHaveLength(3)
  })

  test('decides the same again', async () => {
    const network = networkOf(3, { clients: 9, servers: 3, channels: 4 })
    expect(await decide(name, options, network)).toEqual(await decide(name, options, network))
  })

  test.each([
    ['without any gain', 0],
    ['with gains that hardly count', 1e-300],
    ['with gains beyond all measure', 1e300],
  ])('serves everyone %s', async (_case, gain) => {
    const size = { clients: 5, servers: 2, channels: 3 }
    const gains = new Float64Array(30).fill(gain)
    const network = {
      ...networkOf(4, size),
      uplinkGain: gains,
      downlinkGain: gains,
      meanGain: new Float64Array(10).fill(gain),
    }
    const assignment = await decide(name, options, network)
    expect(findViolations(assignment, network)).toEqual([])
    expect(assignment).not.toContain(SITS_OUT)
  })

  test('serves everyone although one client has no channel at all', async () => {
    const network = networkOf(5, { clients: 4, servers: 2, channels: 3 })
    for (let i = 0; i < network.uplinkGain.length; i++)
      if (Math.floor(i / 2) % 4 === 1) network.uplinkGain[i] = network.downlinkGain[i] = 0
    const assignment = await decide(name, options, network)
    expect(findViolations(assignment, network)).toEqual([])
    expect(assignment).not.toContain(SITS_OUT)
  })
})

/** Those that build an assignment by the system cost: a descent cannot leave one in which several clients' rounds never end. */
const byCost = setups.filter(
  ({ name, options: { utility, tier } }) =>
    (name === 'sequential-q' && tier !== 'large-scale') ||
    (/^(greedy|hardest-first)$/.test(name) && utility !== 'sum-rate'),
)

test.each([
  { latency: 1, energy: 0 },
  { latency: 0.5, energy: 0.5 },
])('a server that hears nobody is kept off where there is another, weights %o', async (weights) => {
  const network = { ...networkOf(6, { clients: 4, servers: 2, channels: 8 }), weights }
  for (let i = 0; i < network.uplinkGain.length; i += 2) network.uplinkGain[i] = 0
  expect(byCost).toHaveLength(5)
  for (const { name, options } of byCost)
    for (const slot of await decide(name, options, network)) expect(slot, name).toBeGreaterThanOrEqual(8)
})
