import { describe, expect, test } from 'vitest'
import type { RoundRecord, RunEvents } from '../../core/index.js'
import { type AnyPlugin, definePlugin, type Position, Type } from '../../core/plugin/index.js'
import { experimentOf, recordsOf } from './experiments.js'

const swing = (time: number): number => 100 * Math.sin(time / 1000)

/** To and fro along x: where it is tells the time. */
const pendulum = definePlugin({
  kind: 'mobility',
  name: 'pendulum',
  summary: 'to and fro along x',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    trajectory:
      ({ start }) =>
      (time) => ({ x: start.x + swing(time), y: start.y }),
  }),
})

const setting = (mobility: string) => `
rounds: 8
network:
  clients: { count: 6, positions: fixed, mobility: ${mobility} }
workload: { uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5 }
`

interface Played {
  readonly records: RoundRecord[]
  readonly positions: Parameters<RunEvents['positions']>[0][]
  readonly walks: Parameters<RunEvents['walked']>[0][]
}

async function play(scenario: string): Promise<Played> {
  const experiment = await experimentOf(scenario, [pendulum])
  const played: Played = { records: [], positions: [], walks: [] }
  experiment.bus.on('scheduler:round', (record) => void played.records.push(record))
  experiment.bus.on('positions', (positions) => void played.positions.push(positions))
  experiment.bus.on('walked', (walk) => void played.walks.push(walk))
  await experiment.run()
  return played
}

const at = ({ positions }: Played, round: number, scheduler: string): readonly Position[] =>
  positions.find((each) => each.round === round && each.scheduler === scheduler)!.clientPositions

describe('clients that move', () => {
  test('are, at the start of a round, where its simulated time has them; each scheduler has its own', async () => {
    const played = await play(`${setting('pendulum')}schedulers: [max-sinr, random]`)
    for (const { round, scheduler, startTime } of played.records) {
      const start = at(played, 1, scheduler)
      const now = at(played, round, scheduler)
      for (const [client, { x, y }] of now.entries()) {
        expect(x).toBe(start[client].x + swing(startTime))
        expect(y).toBe(start[client].y)
      }
    }
    expect(at(played, 8, 'max-sinr')).not.toEqual(at(played, 8, 'random'))
  })

  test('start where they are placed, and decisions wait for nothing: round 1 is as without mobility', async () => {
    const [still] = await recordsOf(`${setting('null')}schedulers: [max-sinr]`)
    const [first, ...later] = (await play(`${setting('random-waypoint')}schedulers: [max-sinr]`)).records
    expect(first.cost).toEqual(still.cost)
    const all = await recordsOf(`${setting('null')}schedulers: [max-sinr]`)
    for (const [i, { cost }] of later.entries()) expect(cost.cost).not.toBe(all[i + 1].cost.cost)
  })

  test('have the gains of where they are, and shadows that go with them', async () => {
    const shadowed = setting('pendulum').replace(
      'clients:',
      'propagation: { plugin: log-distance, options: { shadowingDb: 8 } }\n  fading: none\n  clients:',
    )
    const gains: Float64Array[] = []
    const witness = definePlugin({
      kind: 'scheduler',
      name: 'witness',
      summary: 'one client a server and channel',
      options: Type.Object({}, { additionalProperties: false }),
      tier: 'large-scale',
      create: () => ({
        decide: (view) => {
          gains.push(view.meanGain.slice())
          return Int32Array.from({ length: 6 }, (_, client) => client)
        },
      }),
    })
    const experiment = await experimentOf(`${shadowed}schedulers: [witness]`, [pendulum, witness])
    const positions: Position[][] = []
    experiment.bus.on('positions', ({ clientPositions }) => void positions.push([...clientPositions]))
    await experiment.run()
    const corners = [
      [0, 0],
      [600, 600],
      [600, 0],
      [0, 600],
    ]
    const shadowing = gains.map((gain, round) =>
      positions[round].flatMap(({ x, y }, client) =>
        corners.map(([cornerX, cornerY], server) => {
          const distance = Math.max(1, Math.hypot(x - cornerX, y - cornerY))
          return 10 * Math.log10(gain[client * 4 + server]) + 35.3 + 37.6 * Math.log10(distance)
        }),
      ),
    )
    for (const round of shadowing)
      for (const [link, decibels] of round.entries()) expect(decibels).toBeCloseTo(shadowing[0][link], 6)
    expect(Math.abs(shadowing[0][0] - shadowing[0][1])).toBeGreaterThan(1e-3)
  })

  test.each(['static', 'dynamic'])('walk alike whichever schedulers there are, %s', async (dynamics) => {
    const scenario = `${setting('gauss-markov')}dynamics: ${dynamics}\n`
    const alone = await play(`${scenario}schedulers: [max-sinr]`)
    const among = await play(`${scenario}schedulers: [random, max-sinr, hardest-first]`)
    for (const round of [1, 5, 8]) expect(at(among, round, 'max-sinr')).toEqual(at(alone, round, 'max-sinr'))
  })

  test('have their walk told at the end, as far as every clock got', async () => {
    const played = await play(`${setting('pendulum')}schedulers: [max-sinr, random]`)
    const ends = ['max-sinr', 'random'].map((label) => {
      const { startTime, cost } = played.records.filter(({ scheduler }) => scheduler === label).at(-1)!
      return startTime + cost.time
    })
    expect(played.walks).toHaveLength(1)
    const [{ times, positions }] = played.walks
    expect(times[0]).toBe(0)
    expect(times.at(-1)! / Math.min(...ends)).toBeCloseTo(1, 9)
    expect(positions[0]).toEqual(at(played, 1, 'random'))
    for (const [i, time] of times.entries()) expect(positions[i][3].x).toBe(positions[0][3].x + swing(time))
  })
})

test('clients that stay have no walk, and are the same for all', async () => {
  const played = await play(`${setting('null')}schedulers: [max-sinr]`)
  expect([played.walks, played.positions]).toEqual([[], []])
})

describe('what cannot be is told at its place', () => {
  const problems = async (text: string, outside: readonly AnyPlugin[] = []): Promise<string> => {
    const error = await experimentOf(text, outside).catch((thrown: Error) => thrown)
    return (error as Error).message
  }

  test('a start outside the area', async () => {
    const text =
      'network:\n  clients:\n    count: 2\n    positions: fixed\n    mobility: random-waypoint\n' +
      '    placement: { plugin: fixed, options: { positions: [[0, 0], [700, 3]] } }'
    expect(await problems(text)).toBe(
      'scenario.yaml:6:16: network.clients.placement: client 1 starts at (700, 3) m; expected a place in the area of 600 m × 600 m, which it never leaves',
    )
  })

  test('gains from elsewhere that are the same wherever clients are', async () => {
    const fixed = definePlugin({
      kind: 'gains',
      name: 'fixed',
      summary: 'the same gain everywhere',
      options: Type.Object({}, { additionalProperties: false }),
      create: () => ({ fill: (_: number, uplink: Float64Array) => uplink.fill(1e-9) === undefined }),
    })
    const text = 'network:\n  gains: fixed\n  clients: { positions: fixed, mobility: random-waypoint }\n'
    expect(await problems(text, [fixed])).toBe(
      'scenario.yaml:3:42: network.clients.mobility: gains come from network.gains, wherever clients are; expected mobility: null or gains: null',
    )
  })

  test('mean gains that are the same wherever clients are', async () => {
    const deaf = definePlugin({
      kind: 'propagation',
      name: 'deaf',
      summary: 'the same gain everywhere',
      options: Type.Object({}, { additionalProperties: false }),
      create: () => ({ ignoresPositions: true as const, meanGain: () => 1e-9 }),
    })
    const text = 'network:\n  propagation: deaf\n  clients: { positions: fixed, mobility: random-waypoint }\n'
    expect(await problems(text, [deaf])).toBe(
      'scenario.yaml:2:16: network.propagation: the gains of deaf are the same wherever clients are; expected another, or clients.mobility: null',
    )
  })
})
