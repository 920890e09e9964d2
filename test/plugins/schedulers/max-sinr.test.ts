import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gainIndex, type RoundNetwork, SITS_OUT } from '../../../core/plugin/index.js'
import { decide, networkOf, roomySizes } from './support.js'

/** Serves, one after the other, the client and free slot of the largest downlink SINR among those served before. */
function plainMaxSinr(network: RoundNetwork): Int32Array {
  const { clients, servers, channels, serverPowerW, downlinkGain, noiseW } = network
  const assignment = new Int32Array(clients).fill(SITS_OUT)
  const power = (client: number, slot: number) => {
    const server = Math.floor(slot / channels)
    return serverPowerW[server] * downlinkGain[gainIndex(network, client, server, slot % channels)]
  }
  const sinr = (client: number, slot: number) => {
    let noise = noiseW
    for (const other of assignment)
      if (other !== SITS_OUT && other % channels === slot % channels) noise += power(client, other)
    return power(client, slot) / noise
  }
  for (let served = 0; served < clients; served++) {
    let best = { client: -1, slot: -1, sinr: -1 }
    for (let client = 0; client < clients; client++)
      for (let slot = 0; slot < servers * channels; slot++) {
        if (assignment[client] !== SITS_OUT || assignment.includes(slot)) continue
        const found = sinr(client, slot)
        if (found > best.sinr) best = { client, slot, sinr: found }
      }
    assignment[best.client] = best.slot
  }
  return assignment
}

test('max-sinr decides as the plainest code does', async () => {
  await fc.assert(
    fc.asyncProperty(roomySizes, async ({ seed, ...size }) => {
      const network = networkOf(seed, size)
      expect(await decide('max-sinr', {}, network)).toEqual(plainMaxSinr(network))
    }),
    { numRuns: 40 },
  )
})
