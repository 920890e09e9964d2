import { expect, test } from 'vitest'
import { compile, parseScenario, type RunEvents } from '../../core/index.js'
import { builtInPlugins } from '../../plugins/index.js'

type Phase = Parameters<RunEvents['phase']>[0]

async function playedRound(dynamics: string, protocol: string) {
  const scenario = {
    rounds: 1,
    dynamics,
    network: { clients: { count: 3, flops: 1e6 }, servers: { count: 2 }, channels: { count: 3 } },
    workload: { samplesPerRound: 16, headForwardShare: 0.25 },
    record: { detailRounds: [] },
    learning: {
      protocol,
      model: { plugin: 'mlp', options: { hidden: [8] } },
      dataset: { plugin: 'synthetic-classification', options: { samples: 96, testSamples: 12 } },
      batchSize: 8,
    },
    schedulers: ['greedy'],
  }
  const experiment = await compile(
    await parseScenario(JSON.stringify(scenario), { registry: builtInPlugins }),
    builtInPlugins,
  )
  const phases: Phase[] = []
  const heads: number[][] = []
  experiment.bus.on('phase', (phase) => phases.push(phase))
  experiment.bus.on('scheduler:round', ({ cost }) => heads.push([...cost.headTime]))
  await experiment.run()
  return { phases, headTime: heads[0] }
}

test.each(['static', 'dynamic'])(
  '%s: a federated client trains before it sends, and not after',
  async (dynamics) => {
    const { phases, headTime } = await playedRound(dynamics, 'federated')
    for (const client of [0, 1, 2]) {
      const own = phases.filter((phase) => phase.client === client)
      expect(own.map(({ phase }) => phase)).toEqual(['training', 'uplink', 'edge', 'downlink'])
      const [training, uplink] = own
      expect(headTime[client]).toBeGreaterThan(0)
      expect((training.end - training.start) / headTime[client]).toBeCloseTo(1, 9)
      expect(uplink.start).toBe(training.end)
    }
  },
)

test.each(['static', 'dynamic'])(
  '%s: a head runs forward before the uplink and backward behind the downlink',
  async (dynamics) => {
    const { phases, headTime } = await playedRound(dynamics, 'collaborative')
    for (const client of [0, 1, 2]) {
      const own = phases.filter((phase) => phase.client === client)
      expect(own.map(({ phase }) => phase)).toEqual([
        'head-forward',
        'uplink',
        'edge',
        'downlink',
        'head-backward',
      ])
      expect((own[0].end - own[0].start) / headTime[client]).toBeCloseTo(0.25, 9)
      expect((own[4].end - own[4].start) / headTime[client]).toBeCloseTo(0.75, 6)
    }
  },
)
