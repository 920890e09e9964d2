import { expect, test } from 'vitest'
import { type Access, type Decision, evaluateRound } from '../../core/plugin/index.js'
import { randomNetwork } from './instances.js'

const close = (found: number, expected: number) =>
  expect(Math.abs(found / expected - 1), `${found} for ${expected}`).toBeLessThan(1e-12)

/** What is on the air on a link of a server with P_m: all of it, or in its part of the time. */
const onAir = { channels: () => 1, fdma: () => 1, tdma: (share: number) => share } satisfies Record<
  Access,
  (share: number) => number
>

test.each(Object.keys(onAir) as Access[])(
  'a client in several slots takes the power of each and the circuits once: %s',
  (access) => {
    const network = {
      ...randomNetwork(3, { clients: 2, servers: 1, channels: 4 }),
      access,
      serverConsumption: {
        computingW: Float64Array.of(0),
        idleW: Float64Array.of(0),
        amplifierEfficiency: Float64Array.of(0.25),
        circuitW: Float64Array.of(6),
      },
    }
    const shares = access === 'channels' ? [1, 1, 1, 1] : [0.5, 0.3, 0.9, 0.2]
    const decision: Decision = {
      assignment: Int32Array.of(0, 3),
      grants: {
        first: Int32Array.of(0, 3, 4),
        slot: Int32Array.of(0, 1, 2, 3),
        ...(access !== 'channels' && { share: Float64Array.from(shares) }),
      },
    }
    const { servers, downlinkTime } = evaluateRound(network, decision)
    const watts = (of: readonly number[]) =>
      of.reduce((sum, share) => sum + (network.serverPowerW[0] * onAir[access](share)) / 0.25, 6)
    const expected = watts(shares.slice(0, 3)) * downlinkTime[0] + watts(shares.slice(3)) * downlinkTime[1]
    close(servers!.downlink[0], expected)
  },
)
