import { describe, expect, test } from 'vitest'
import { Environment } from '../../core/environment/environment.js'
import type { EnvironmentSettings } from '../../core/environment/settings.js'
import { RandomStreams } from '../../core/kernel/index.js'
import { definePlugin, type GainSource, gainIndex, type Position, Type } from '../../core/plugin/index.js'
import { correlation, mean } from '../plugins/statistics.js'
import { builtIn, parametersOf } from '../plugins/support.js'
import { recordsOf } from '../simulation/experiments.js'

const uniform = await builtIn('placement', 'uniform')
const propagation = await builtIn('propagation', 'log-distance', { shadowingDb: 6 })
const fading = await builtIn('fading', 'rayleigh')

interface Size {
  readonly clients?: number
  readonly servers?: number
  readonly channels?: number
}

function environmentOf(
  settings: Partial<EnvironmentSettings> = {},
  { clients = 6, servers = 3, channels = 4 }: Size = {},
  seed = 1,
): Environment {
  return new Environment(
    parametersOf(clients, servers, channels),
    {
      area: { widthM: 600, heightM: 600 },
      clientPlacement: uniform,
      serverPlacement: uniform,
      positions: 'per-round',
      episodeRounds: 3,
      propagation,
      fading,
      minimumDistanceM: 1,
      reciprocal: true,
      ...settings,
    },
    new RandomStreams(seed),
  )
}

interface Snapshot {
  readonly clientPositions: readonly Position[]
  readonly serverPositions: readonly Position[]
  readonly uplinkGain: Float64Array
  readonly downlinkGain: Float64Array
  readonly meanGain: Float64Array
}

/** A round's snapshot, copied: the environment writes the next one into the same arrays. */
async function snapshot(environment: Environment, round: number): Promise<Snapshot> {
  const { network, clientPositions, serverPositions } = await environment.snapshot(round)
  const { uplinkGain, downlinkGain, meanGain } = network
  return {
    clientPositions,
    serverPositions,
    uplinkGain: uplinkGain.slice(),
    downlinkGain: downlinkGain.slice(),
    meanGain: meanGain.slice(),
  }
}

async function snapshots(
  environment: Environment,
  rounds: readonly number[],
): Promise<Map<number, Snapshot>> {
  const seen = new Map<number, Snapshot>()
  for (const round of rounds) seen.set(round, await snapshot(environment, round))
  return seen
}

const firstRounds = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

describe('a round follows from seed and round alone', () => {
  test.each(['fixed', 'per-episode', 'per-round'] as const)(
    'in whatever order rounds are asked for, positions %s',
    async (positions) => {
      const inOrder = await snapshots(environmentOf({ positions, reciprocal: false }), firstRounds(8))
      for (const order of [[8, 7, 6, 5, 4, 3, 2, 1], [5, 1, 5, 8, 2], [7]]) {
        const seen = await snapshots(environmentOf({ positions, reciprocal: false }), order)
        for (const [round, snapshot] of seen) expect(snapshot).toEqual(inOrder.get(round))
      }
    },
  )

  test('another seed gives other positions and gains', async () => {
    const [one, other] = [await snapshot(environmentOf(), 1), await snapshot(environmentOf({}, {}, 2), 1)]
    expect(other.clientPositions).not.toEqual(one.clientPositions)
    expect(other.serverPositions).not.toEqual(one.serverPositions)
    expect(other.uplinkGain).not.toEqual(one.uplinkGain)
  })

  test('nobody stands where another does, nor fades as another does', async () => {
    const { clientPositions, serverPositions, uplinkGain, meanGain } = await snapshot(environmentOf(), 1)
    const places = [...clientPositions, ...serverPositions].map(({ x, y }) => `${x},${y}`)
    expect(new Set(places).size).toBe(9)
    expect(new Set(uplinkGain.map((gain, i) => gain / meanGain[i % 18])).size).toBe(72)
  })
})

describe('positions', () => {
  /** The rounds, of nine, in which clients stand elsewhere than the round before. */
  async function moves(positions: EnvironmentSettings['positions']): Promise<number[]> {
    const seen = await snapshots(environmentOf({ positions }), firstRounds(9))
    return firstRounds(9).filter((round) => {
      const [before, now] = [seen.get(round - 1), seen.get(round)]
      if (!before || !now) return false
      const moved = now.clientPositions.map((position, client) => {
        const { x, y } = before.clientPositions[client]
        return position.x !== x && position.y !== y
      })
      // All of them move, or none does, and their mean gains go with them.
      expect(new Set(moved).size).toBe(1)
      expect(now.meanGain.every((gain, i) => gain !== before.meanGain[i])).toBe(moved[0])
      return moved[0]
    })
  }

  test('that are fixed never change', async () => {
    expect(await moves('fixed')).toEqual([])
  })

  test('that are per episode change where one of three rounds begins', async () => {
    expect(await moves('per-episode')).toEqual([4, 7])
  })

  test('that are per round change every round', async () => {
    expect(await moves('per-round')).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('of servers never change', async () => {
    const seen = await snapshots(environmentOf(), firstRounds(5))
    for (const { serverPositions } of seen.values())
      expect(serverPositions).toEqual(seen.get(1)?.serverPositions)
  })

  test('bring new shadows when they are drawn anew, even where nobody moves', async () => {
    const still = { position: ({ index }: { index: number }) => ({ x: 100 * index, y: 50 }) }
    const seen = await snapshots(environmentOf({ clientPlacement: still }), [1, 2])
    const [first, second] = [seen.get(1)!, seen.get(2)!]
    expect(second.clientPositions).toEqual(first.clientPositions)
    expect(second.meanGain.some((gain, i) => gain === first.meanGain[i])).toBe(false)
  })

  test('leave fading alone: it is new every round even where they are fixed', async () => {
    const seen = await snapshots(environmentOf({ positions: 'fixed' }), [1, 2])
    const [first, second] = [seen.get(1)!, seen.get(2)!]
    expect(second.meanGain).toEqual(first.meanGain)
    expect(second.uplinkGain.some((gain, i) => gain === first.uplinkGain[i])).toBe(false)
  })
})

describe('gains', () => {
  const stillAt = (positions: readonly Position[]) => ({
    position: ({ index }: { index: number }) => positions[index],
  })

  test('are mean gain times fading, K×N×M', async () => {
    // Fading that counts up tells which channel of a link each power went to.
    const counting = { fill: (power: Float64Array) => power.set(power.map((_, i) => i + 1)) }
    const { uplinkGain, meanGain } = await snapshot(environmentOf({ fading: counting }), 1)
    for (let client = 0; client < 6; client++)
      for (let server = 0; server < 3; server++)
        for (let channel = 0; channel < 4; channel++) {
          const gain = uplinkGain[gainIndex({ clients: 6, servers: 3 }, client, server, channel)]
          expect(gain).toBe(meanGain[client * 3 + server] * (channel + 1))
        }
  })

  test('follow the distance, which is 1 m at least', async () => {
    const settings = {
      clientPlacement: stillAt([
        { x: 0, y: 0 },
        { x: 0.3, y: 0.4 },
        { x: 60, y: 80 },
      ]),
      serverPlacement: stillAt([{ x: 0, y: 0 }]),
      propagation: await builtIn('propagation', 'log-distance'),
    }
    const { meanGain } = await snapshot(environmentOf(settings, { clients: 3, servers: 1 }), 1)
    // 35.3 dB at 1 m and 110.5 dB at 100 m, Table I.
    const losses = Array.from(meanGain, (gain) => -10 * Math.log10(gain))
    for (const [client, loss] of [35.3, 35.3, 110.5].entries()) expect(losses[client]).toBeCloseTo(loss, 10)
  })

  test('are those of measurement where there are any, averaged over channels for the mean', async () => {
    const gains: GainSource = {
      fill: (round, uplink) => {
        uplink.set(uplink.map((_, i) => (round + 1) * (1 + i)))
        return false
      },
    }
    const { uplinkGain, downlinkGain, meanGain } = await snapshot(environmentOf({ gains }), 2)
    expect(uplinkGain).toEqual(Float64Array.from({ length: 72 }, (_, i) => 2 * (1 + i)))
    expect(downlinkGain).toEqual(uplinkGain)
    // Links i, i + 18, i + 36 and i + 54 are one pair on four channels.
    expect(meanGain).toEqual(Float64Array.from({ length: 18 }, (_, i) => 2 * (1 + i + 27)))
  })

  test('of a downlink of its own are kept apart', async () => {
    const gains: GainSource = {
      fill: (_round, uplink, downlink) => {
        uplink.fill(1)
        downlink.fill(2)
        return true
      },
    }
    const { uplinkGain, downlinkGain } = await snapshot(environmentOf({ gains }), 1)
    expect([uplinkGain[5], downlinkGain[5]]).toEqual([1, 2])
  })
})

describe('more of something leaves the gains of the rest bit-identical:', () => {
  /** Whether every link that both have is the same, over rounds with moves and shadowing. */
  async function sameLinks(more: Size): Promise<boolean> {
    const small = { clients: 6, servers: 3, channels: 4 }
    const large = { ...small, ...more }
    const [a, b] = [environmentOf({ reciprocal: false }, small), environmentOf({ reciprocal: false }, large)]
    for (const round of [1, 2, 7]) {
      const [one, other] = [await snapshot(a, round), await snapshot(b, round)]
      for (let client = 0; client < small.clients; client++) {
        for (let server = 0; server < small.servers; server++) {
          const mean = one.meanGain[client * small.servers + server]
          if (mean !== other.meanGain[client * large.servers + server]) return false
          for (let channel = 0; channel < small.channels; channel++) {
            const [i, j] = [
              gainIndex(small, client, server, channel),
              gainIndex(large, client, server, channel),
            ]
            if (one.uplinkGain[i] !== other.uplinkGain[j]) return false
            if (one.downlinkGain[i] !== other.downlinkGain[j]) return false
          }
        }
      }
    }
    return true
  }

  test('a client', async () => {
    expect(await sameLinks({ clients: 7 })).toBe(true)
    expect(await sameLinks({ clients: 96 })).toBe(true)
  })

  test('a server', async () => {
    expect(await sameLinks({ servers: 4 })).toBe(true)
  })

  test('a channel', async () => {
    expect(await sameLinks({ channels: 5 })).toBe(true)
  })
})

describe('without reciprocity', () => {
  const rounds = firstRounds(400)

  test('the uplink is what it is with it', async () => {
    const [with_, without] = [environmentOf(), environmentOf({ reciprocal: false })]
    for (const round of [1, 5]) {
      const [one, other] = [await snapshot(with_, round), await snapshot(without, round)]
      expect(other.uplinkGain).toEqual(one.uplinkGain)
      expect(one.downlinkGain).toEqual(one.uplinkGain)
    }
  })

  test('the downlink fades independently around the same mean', async () => {
    const environment = environmentOf({ positions: 'fixed', reciprocal: false })
    const [up, down]: [number[], number[]] = [[], []]
    for (const round of rounds) {
      const { uplinkGain, downlinkGain, meanGain } = await snapshot(environment, round)
      up.push(...uplinkGain.map((gain, i) => gain / meanGain[i % 18]))
      down.push(...downlinkGain.map((gain, i) => gain / meanGain[i % 18]))
    }
    const [uplink, downlink] = [Float64Array.from(up), Float64Array.from(down)]
    const spread = 5 / Math.sqrt(uplink.length)
    expect(Math.abs(mean(uplink) - 1)).toBeLessThan(spread)
    expect(Math.abs(mean(downlink) - 1)).toBeLessThan(spread)
    expect(Math.abs(correlation(uplink, downlink))).toBeLessThan(spread)
  })
})

describe('what a scheduler is shown', () => {
  /** Keeps the gains that it is shown, and draws at random meanwhile. */
  const recorderOf = (seen: Float64Array[]) =>
    definePlugin({
      kind: 'scheduler',
      name: 'recorder',
      summary: 'keeps the gains that it is shown',
      tier: 'twin',
      options: Type.Object({}, { additionalProperties: false }),
      create: () => ({
        decide: ({ network }) => {
          seen.push(network.uplinkGain.slice(), network.downlinkGain.slice(), network.meanGain.slice())
          return Int32Array.from({ length: network.clients }, (_, client) => client)
        },
      }),
    })

  async function shown(schedulers: string): Promise<Float64Array[]> {
    const seen: Float64Array[] = []
    const text = `rounds: 5\nnetwork: { reciprocal: false }\nschedulers: [${schedulers}]`
    await recordsOf(text, [recorderOf(seen)])
    return seen
  }

  test('is the same whichever others there are, to the last bit', async () => {
    const alone = await shown('recorder')
    expect(alone).toHaveLength(15)
    expect(await shown('recorder, random')).toEqual(alone)
    expect(await shown('swap-matching, random, recorder')).toEqual(alone)
  })
})
