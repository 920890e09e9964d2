import { expect, test } from 'vitest'
import { compile, parseScenario } from '../../../../core/index.js'
import { builtInPlugins } from '../../../../plugins/index.js'

async function warningsOf(network: string, options = '{}'): Promise<string[]> {
  const text = `rounds: 1\nnetwork: { clients: { heightM: 1.5 }, ${network} }\nschedulers: [hardest-first, { plugin: sequential-q, label: learned, options: ${options} }]\n`
  const { warnings } = await compile(await parseScenario(text, { registry: builtInPlugins }), builtInPlugins)
  return warnings.map(({ message }) => message).filter((message) => message.startsWith('schedulers'))
}

const MANY = 'servers: { count: 25, placement: grid }'

test('a run is warned of weights on networks where nobody measured that they keep up with hardest first', async () => {
  for (const [network, why] of [
    [MANY, 'with 25 servers, only up to 16'],
    ['propagation: umi, area: { widthM: 2000, heightM: 500 }', 'with umi over 2000 m, only up to 600 m'],
  ])
    expect(await warningsOf(network)).toEqual([
      `schedulers[1]: the weights that come with sequential-q learned on log-distance with 4 servers, and were not measured, or not found to keep up with hardest-first, ${why}: ` +
        'compare them, or train others by `cotwin train SCENARIO --scheduler learned --out DIRECTORY` and name them in options.weights',
    ])
})

test('and of none where it was measured, or where a round is never dearer', async () => {
  expect(await warningsOf('area: { widthM: 600, heightM: 600 }')).toEqual([])
  expect(await warningsOf('propagation: umi')).toEqual([])
  expect(await warningsOf('servers: { count: 9, placement: grid }')).toEqual([])
  expect(await warningsOf(MANY, '{ tier: twin }')).toEqual([])
})
