import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createEnvironment } from '../../core/environment/create.js'
import { pluginContextOf } from '../../core/environment/plugin-context.js'
import { formatProblem, UserError } from '../../core/errors.js'
import { parseScenario } from '../../core/index.js'
import { answerOf } from '../../core/instance/answer.js'
import { readInstance } from '../../core/instance/read-instance.js'
import { schedule } from '../../core/instance/schedule.js'
import { assignmentOf, evaluateRound, gainIndex, type RoundNetwork } from '../../core/plugin/index.js'
import { builtInPlugins as registry } from '../../plugins/index.js'
import { directoryWith } from '../plugins/support.js'
import { pairInstance } from './instances.js'

const read = (instance: unknown, directory = '.') =>
  readInstance({ name: 'i', directory, text: JSON.stringify(instance) }, registry)

/** A round as an explicit instance, with the rate as the scenario names it. */
function instanceOf(network: RoundNetwork, rate: unknown) {
  const { clients, servers, channels, bandwidthHz, noiseW, weights, load } = network
  const list = (values: Float64Array) => Array.from(values)
  const each = <T>(count: number, of: (i: number) => T) => Array.from({ length: count }, (_, i) => of(i))
  const gain = (gains: Float64Array, n: number, m: number, k: number) => gains[gainIndex(network, n, m, k)]
  const { uplinkGain, downlinkGain } = network
  return {
    servers,
    channels,
    bandwidthHz,
    noiseW,
    weights,
    load,
    ...(rate !== undefined && { rate }),
    client: {
      powerW: list(network.clientPowerW),
      samples: list(network.clientSamples),
      flops: list(network.clientFlops),
      joulesPerSample: list(network.clientJoulesPerSample),
    },
    server: { powerW: list(network.serverPowerW), flops: list(network.serverFlops) },
    uplinkGain: each(clients, (n) => each(servers, (m) => each(channels, (k) => gain(uplinkGain, n, m, k)))),
    downlinkGain: each(servers, (m) =>
      each(clients, (n) => each(channels, (k) => gain(downlinkGain, n, m, k))),
    ),
  }
}

const rates = [
  'shannon',
  { plugin: 'shannon', options: { gapDb: 3 } },
  { plugin: 'truncated-shannon', options: { minimumSinrDb: -40 } },
  { plugin: 'cqi', options: { blockErrors: 'chase' } },
  { plugin: 'table', options: { file: 'rates.csv' } },
]

describe.each(rates.map((rate) => [JSON.stringify(rate), rate] as const))('rate %s', (_name, rate) => {
  test('costs in an instance what it costs in a round of a scenario', async () => {
    const directory = directoryWith({ 'rates.csv': 'sinrDb,efficiency\n-60,0.1\n-10,1\n10,3\n' })
    const text = `network: { channels: { count: 5 }, rate: ${JSON.stringify(rate)} }`
    const loaded = await parseScenario(text, { registry, file: join(directory, 's.yaml') })
    const environment = await createEnvironment(loaded, pluginContextOf(loaded))
    for (const round of [1, 2, 3]) {
      const { network } = await environment.snapshot(round)
      const instance = read(instanceOf(network, rate), directory)
      expect(instance.rate).toEqual(network.rate)
      const assignment = assignmentOf(await schedule(instance, 'hardest-first', { registry }))
      const cost = evaluateRound(network, assignment)
      const answer = answerOf(instance, assignment)
      expect([answer.time, answer.energy, answer.cost]).toEqual([cost.time, cost.energy, cost.cost])
      expect(answer.clients.map(({ uplinkRate }) => uplinkRate)).toEqual(Array.from(cost.uplinkRate))
      // Another rate would have been another cost.
      if (network.rate)
        expect(answer.cost).not.toBe(answerOf(read(instanceOf(network, undefined)), assignment).cost)
    }
  })
})

test('a rate that there is not, or whose options are wrong, is told with its place', () => {
  const problems = (rate: unknown) => {
    try {
      read({ ...pairInstance, rate })
      return []
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return error.problems.map(formatProblem).map((problem) => problem.replace(/^i:1:\d+: /, ''))
    }
  }
  expect(problems('cqy')).toEqual([
    'rate: there is no rate plugin "cqy"; known: shannon, truncated-shannon, cqi, table (did you mean "cqi"?)',
  ])
  expect(problems({ plugin: 'shannon', options: { gapDb: -1 } })).toEqual([
    'rate.options.gapDb: expected a number of at least 0 (dB), found -1',
  ])
  expect(problems({ plugin: 'cqi', options: { thresholdsDb: Array(15).fill(0) } })).toEqual([
    expect.stringMatching(
      /^i: rate: rate plugin "cqi" could not be created: expected thresholdsDb that ascend/,
    ),
  ])
})
